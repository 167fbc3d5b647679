namespace Clembench.Games.Words;

/// <summary>Text operations as Python's <c>str</c> has them, where a game's verdict depends on them.</summary>
internal static class PythonText
{
    // string.punctuation
    private static readonly System.Buffers.SearchValues<char> Punctuation =
        System.Buffers.SearchValues.Create("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

    /// <summary>The text without the characters of Python's <c>string.punctuation</c>.</summary>
    public static string WithoutPunctuation(string text) =>
        text.AsSpan().ContainsAny(Punctuation) ? string.Concat(text.Where(c => !Punctuation.Contains(c))) : text;

    /// <summary>The text without a prefix, and without the white space around the rest.</summary>
    public static string AfterTag(string text, string tag) => text[tag.Length..].Trim();
}
