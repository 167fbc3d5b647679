using Clembench.Tests.Support;

namespace Clembench.Tests.Tokenizers;

/// <summary>Ids and decoded texts of published tokenizers beside those of Hugging Face's own library.</summary>
public sealed class TokenizerFamilyTests
{
    [SkippableTheory]
    [InlineData("claude")]
    [InlineData("deepseek_v3")]
    [InlineData("gemma3")]
    [InlineData("gpt2")]
    [InlineData("gpt4o")]
    [InlineData("internlm2")]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("mistral_nemo")]
    [InlineData("qwen3")]
    [InlineData("yi")]
    public Task Ids_and_texts_are_those_of_the_library(string family) => Compare(family, 10_000);

    /// <summary>Further versions, and kinds of which there is one above: fewer lines, but for CLEMBENCH_THOROUGH=1.</summary>
    [SkippableTheory]
    [InlineData("aya_expanse")]
    [InlineData("baichuan2")]
    [InlineData("chatglm3")]
    [InlineData("command_r_plus")]
    [InlineData("gemini")]
    [InlineData("gemma2")]
    [InlineData("gpt35turbo")]
    [InlineData("llama3_1")]
    [InlineData("llama3_2")]
    [InlineData("qwen1_5")]
    [InlineData("qwen2_5")]
    public Task Those_of_related_families_are_too(string family) => Compare(family, Thorough.Or(10_000, usual: 1_000));

    private static Task Compare(string family, int lineCount)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        return TokenizerComparison.WithLibraryAsync(TokenizerOracle.PathOf(family), lineCount);
    }
}
