using System.Globalization;
using System.Text;
using Clembench.Tests.Support;

namespace Clembench.Tests.Tokenizers;

/// <summary>Models and layouts that no package has as a tokenizer.json, and another library. A class of its own: it runs beside the families.</summary>
public sealed class TokenizerFormTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clem-tokenizers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("albert")]
    [InlineData("bert")]
    [InlineData("t5-layout")]
    [InlineData("unigram-bytes")]
    public Task Vocabularies_in_other_forms_give_the_ids_of_the_library_too(string family) => Compare(family, 10_000);

    [SkippableTheory]
    [InlineData("bert-cased")]
    [InlineData("bert-steps")]
    [InlineData("xlm-roberta-layout")]
    public Task The_same_vocabularies_in_further_layouts_do(string family) => Compare(family, Thorough.Or(10_000, usual: 1_000));

    /// <summary>
    /// The JavaScript port takes U+FEFF for white space and U+0085 for none, as JavaScript does, and has newer Unicode tables:
    /// texts with these characters are left out (docs/tokenizers.md).
    /// </summary>
    [SkippableTheory]
    [InlineData("deepseek_v3")]
    [InlineData("gpt4o")]
    [InlineData("llama2")]
    public Task Ids_and_texts_are_those_of_the_JavaScript_port_too(string family)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        return TokenizerComparison.WithPortAsync(
            TokenizerOracle.PathOf(family), Thorough.Or(10_000, usual: 1_000), text => text.EnumerateRunes().All(IsTakenAlike));

        static bool IsTakenAlike(Rune rune) => rune.Value is not (0x85 or 0xFEFF) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned;
    }

    private async Task Compare(string family, int lineCount)
    {
        Skip.If(TokenizerOracle.Missing is not null, TokenizerOracle.Missing);
        await TokenizerComparison.WithLibraryAsync(await TokenizerOracle.MakeAsync(family, _folder), lineCount);
    }
}
