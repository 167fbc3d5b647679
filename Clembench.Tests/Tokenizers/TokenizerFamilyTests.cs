using System.Globalization;
using System.Text;
using System.Text.Json;
using Clembench.HuggingFace.Tokenizers;

namespace Clembench.Tests.Tokenizers;

/// <summary>Ids and decoded texts beside those of Hugging Face's own library, family by family.</summary>
public sealed class TokenizerFamilyTests : IDisposable
{
    private const int LineCount = 10_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("clem-tokenizers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("aya_expanse")]
    [InlineData("baichuan2")]
    [InlineData("chatglm3")]
    [InlineData("claude")]
    [InlineData("command_r_plus")]
    [InlineData("deepseek_v3")]
    [InlineData("gemini")]
    [InlineData("gemma")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("gpt2")]
    [InlineData("gpt35turbo")]
    [InlineData("gpt4o")]
    [InlineData("gptoss")]
    [InlineData("internlm2")]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("llama3_1")]
    [InlineData("llama3_2")]
    [InlineData("mistral_nemo")]
    [InlineData("qwen1_5")]
    [InlineData("qwen2_5")]
    [InlineData("qwen3")]
    [InlineData("yi")]
    public async Task Ids_and_texts_are_those_of_the_library(string family)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        await Compare(TokenizerOracle.PathOf(family));
    }

    [SkippableTheory]
    [InlineData("bert")]
    [InlineData("bert-cased")]
    [InlineData("bert-steps")]
    [InlineData("albert")]
    [InlineData("t5-layout")]
    [InlineData("xlm-roberta-layout")]
    [InlineData("unigram-bytes")]
    public async Task Vocabularies_in_other_forms_give_the_ids_of_the_library_too(string family)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        await Compare(await TokenizerOracle.MakeAsync(family, _folder));
    }

    /// <summary>
    /// The JavaScript port takes U+FEFF for white space and U+0085 for none, as JavaScript does, and has newer Unicode tables:
    /// texts with these characters are left out (docs/tokenizers.md).
    /// </summary>
    [SkippableTheory]
    [InlineData("baichuan2")]
    [InlineData("deepseek_v3")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("gpt2")]
    [InlineData("gpt4o")]
    [InlineData("internlm2")]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("mistral_nemo")]
    [InlineData("yi")]
    public async Task Ids_and_texts_are_those_of_the_JavaScript_port_too(string family)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        var path = TokenizerOracle.PathOf(family);
        var tokenizer = await HuggingFaceTokenizer.LoadAsync(path, default);
        var texts = new TextGenerator(20261124, [.. tokenizer.AddedTokens.Select(t => t.Content)]).Take(2 * LineCount)
            .Where(text => text.EnumerateRunes().All(IsTakenAlike)).Take(LineCount).ToList();
        texts.Count.ShouldBe(LineCount);
        var expected = await TokenizerOracle.TokenizeAsync("js", path, texts);
        expected.Count.ShouldBe(texts.Count);
        var differences = texts.Zip(expected, (text, result) => Difference(tokenizer, text, result, addSpecialTokens: false)).OfType<string>().ToList();
        differences.ShouldBeEmpty($"{differences.Count} of {texts.Count} texts differ; the shortest:\n{string.Join('\n', differences.OrderBy(d => d.Length).Take(8))}\n");

        static bool IsTakenAlike(Rune rune) => rune.Value is not (0x85 or 0xFEFF) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned;
    }

    private static async Task Compare(string path)
    {
        var tokenizer = await HuggingFaceTokenizer.LoadAsync(path, default);
        var texts = new TextGenerator(20261124, [.. tokenizer.AddedTokens.Select(t => t.Content)]).Take(LineCount).ToList();
        var differences = new List<string>();
        foreach (var addSpecialTokens in (bool[])[false, true])
        {
            // That the same tokens come around every text needs no 10,000 texts.
            var some = addSpecialTokens ? texts[..500] : texts;
            var expected = await TokenizerOracle.TokenizeAsync("rust", path, some, addSpecialTokens);
            expected.Count.ShouldBe(some.Count);
            differences.AddRange(some.Zip(expected, (text, result) => Difference(tokenizer, text, result, addSpecialTokens)).OfType<string>());
        }
        differences.ShouldBeEmpty($"{differences.Count} of {texts.Count} texts differ; the shortest:\n{string.Join('\n', differences.OrderBy(d => d.Length).Take(8))}\n");
    }

    private static string? Difference(HuggingFaceTokenizer tokenizer, string text, OracleResult expected, bool addSpecialTokens)
    {
        var ids = tokenizer.Encode(text, addSpecialTokens);
        if (!ids.SequenceEqual(expected.Ids))
            return $"{Shown(text)}: [{string.Join(' ', ids)}] instead of [{string.Join(' ', expected.Ids)}]";
        var decoded = tokenizer.Decode(ids);
        if (decoded != expected.Text)
            return $"decoded {Shown(decoded)} instead of {Shown(expected.Text)}";
        decoded = tokenizer.Decode(ids, skipSpecialTokens: true);
        return decoded == expected.TextWithoutSpecialTokens ? null
            : $"decoded without special tokens {Shown(decoded)} instead of {Shown(expected.TextWithoutSpecialTokens)}";
    }

    private static string Shown(string text) => JsonSerializer.Serialize(text);
}
