using System.Text.Json;
using Clembench.HuggingFace.Tokenizers;

namespace Clembench.Tests.Tokenizers;

/// <summary>Ids and decoded texts of generated lines beside those of another library.</summary>
internal static class TokenizerComparison
{
    // That the same tokens come around every text needs no 10,000 texts.
    private const int WithSpecialTokens = 500;

    /// <summary>Compares with Hugging Face's own library.</summary>
    /// <param name="path">The tokenizer.json.</param>
    /// <param name="lineCount">How many lines.</param>
    public static async Task WithLibraryAsync(string path, int lineCount)
    {
        var tokenizer = await HuggingFaceTokenizer.LoadAsync(path, default);
        var texts = Lines(tokenizer).Take(lineCount).ToList();
        await CompareAsync("rust", path, tokenizer, [.. texts.Select(text => (text, false)), .. texts.Take(WithSpecialTokens).Select(text => (text, true))]);
    }

    /// <summary>Compares with the JavaScript port.</summary>
    /// <param name="path">The tokenizer.json.</param>
    /// <param name="lineCount">How many lines.</param>
    /// <param name="isTakenAlike">Which lines mean the same to both.</param>
    public static async Task WithPortAsync(string path, int lineCount, Func<string, bool> isTakenAlike)
    {
        var tokenizer = await HuggingFaceTokenizer.LoadAsync(path, default);
        var texts = Lines(tokenizer).Take(2 * lineCount).Where(isTakenAlike).Take(lineCount).Select(text => (text, false)).ToList();
        texts.Count.ShouldBe(lineCount);
        await CompareAsync("js", path, tokenizer, texts);
    }

    private static TextGenerator Lines(HuggingFaceTokenizer tokenizer) => new(20261124, [.. tokenizer.AddedTokens.Select(token => token.Content)]);

    private static async Task CompareAsync(string library, string path, HuggingFaceTokenizer tokenizer, IReadOnlyList<(string Text, bool Special)> texts)
    {
        var expected = await TokenizerOracle.TokenizeAsync(library, path, texts);
        expected.Count.ShouldBe(texts.Count);
        var differences = texts.Zip(expected, (text, result) => Difference(tokenizer, text.Text, result, text.Special)).OfType<string>().ToList();
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
