using System.Text;
using Clembench.HuggingFace.Tokenizers.Loading;
using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>Puts a text in the place of every match of a pattern; it is taken as it stands, without references to groups.</summary>
internal sealed class ReplaceNormalizer(TokenPattern pattern, string content, string source) : INormalizer
{
    // Far beyond a long document, and well within memory.
    private const long LengthLimit = 256_000_000;

    public string Normalize(string text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(text, matches);
        if (matches.Count == 0)
            return text;
        if (text.Length + ((long)matches.Count * content.Length) > LengthLimit)
            throw TokenizerFault.Limit(source, $"a replacement makes more than {LengthLimit} characters of {text.Length}");
        var result = new StringBuilder(text.Length + (matches.Count * content.Length));
        var end = 0;
        foreach (var match in matches)
        {
            result.Append(text, end, match.Start - end).Append(content);
            end = match.End;
        }
        return result.Append(text, end, text.Length - end).ToString();
    }

    public bool DropsStart(string text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(text, matches);
        return matches is [(0, var end), ..] && Drops(text[..end], content);
    }

    /// <summary>What is put in the place of several characters counts as having come of the last of them.</summary>
    public static bool Drops(string start, string content) =>
        start.EnumerateRunes().Count() > (content.Length > 0 ? 1 : 0);
}

/// <summary>Puts one text in the place of another, as <see cref="ReplaceNormalizer"/> does, where no pattern is needed.</summary>
internal sealed class TextReplaceNormalizer(string old, string content) : INormalizer
{
    public string Normalize(string text) => text.Replace(old, content, StringComparison.Ordinal);

    public bool DropsStart(string text) => text.StartsWith(old, StringComparison.Ordinal) && ReplaceNormalizer.Drops(old, content);
}

/// <summary>Puts a text in front, unless there is nothing to put it in front of.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}
