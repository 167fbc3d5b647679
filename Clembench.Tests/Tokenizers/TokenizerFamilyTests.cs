using Clembench.HuggingFace.Tokenizers;

namespace Clembench.Tests.Tokenizers;

/// <summary>Ids and decoded texts beside those of Hugging Face's own library, family by family.</summary>
public sealed class TokenizerFamilyTests
{
    private const int LineCount = 10_000;

    [SkippableTheory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("qwen3")]
    [InlineData("llama2")]
    [InlineData("gemma3")]
    [InlineData("deepseek_v3")]
    [InlineData("mistral_nemo")]
    [InlineData("gpt4o")]
    [InlineData("gpt35turbo")]
    [InlineData("gptoss")]
    [InlineData("claude")]
    [InlineData("command_r_plus")]
    [InlineData("aya_expanse")]
    [InlineData("gemma")]
    [InlineData("gemma2")]
    [InlineData("gemini")]
    [InlineData("baichuan2")]
    [InlineData("chatglm3")]
    [InlineData("internlm2")]
    [InlineData("yi")]
    [InlineData("llama3_1")]
    [InlineData("llama3_2")]
    [InlineData("qwen1_5")]
    [InlineData("qwen2_5")]
    public async Task Ids_are_those_of_the_Rust_library(string family)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        await Compare(TokenizerOracle.PathOf(family), LineCount);
    }

    internal static async Task Compare(string path, int lineCount)
    {
        var tokenizer = await HuggingFaceTokenizer.LoadAsync(path, default);
        var texts = new TextGenerator(20261124, [.. tokenizer.AddedTokens.Select(t => t.Content)]).Take(lineCount).ToList();
        var expected = await TokenizerOracle.TokenizeAsync("rust", path, texts);
        expected.Count.ShouldBe(texts.Count);
        var differences = new List<string>();
        for (var i = 0; i < texts.Count; i++)
        {
            var ids = tokenizer.Encode(texts[i]);
            if (!ids.SequenceEqual(expected[i].Ids))
                differences.Add($"{Escaped(texts[i])}: [{string.Join(' ', ids)}] instead of [{string.Join(' ', expected[i].Ids)}]");
            else if (tokenizer.Decode(ids) != expected[i].Text)
                differences.Add($"decoded {Escaped(tokenizer.Decode(ids))} instead of {Escaped(expected[i].Text)}");
            else if (tokenizer.Decode(ids, skipSpecialTokens: true) != expected[i].TextWithoutSpecialTokens)
                differences.Add($"decoded without special tokens {Escaped(tokenizer.Decode(ids, true))} instead of {Escaped(expected[i].TextWithoutSpecialTokens)}");
        }
        differences.ShouldBeEmpty($"{differences.Count} of {texts.Count} texts differ; the shortest:\n{string.Join('\n', differences.OrderBy(d => d.Length).Take(8))}\n");
    }

    private static string Escaped(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
