using System.Text;

namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>Lower case, code point by code point: the final sigma has no form of its own.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    // The one letter whose lower case is two code points (SpecialCasing.txt).
    public string Normalize(string text) => text.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);
}

/// <summary>Takes white space from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Normalize(string text)
    {
        var result = left ? text.TrimStart() : text;
        return right ? result.TrimEnd() : result;
    }

    public bool DropsStart(string text) => left && text.Length > 0 && char.IsWhiteSpace(text[0]);
}

/// <summary>Takes combining marks away; letters that hold their accent in themselves keep it.</summary>
internal sealed class StripAccentsNormalizer : INormalizer
{
    public string Normalize(string text) => CharacterFilter.Map(text, WithoutMark);

    public bool DropsStart(string text) => CharacterFilter.DropsStart(text, WithoutMark);

    private static Rune? WithoutMark(Rune rune) => LibraryTables.IsCombiningMark(rune) ? null : rune;
}

/// <summary>The cleaning of SentencePiece's nmt rules: controls go, odd spaces become plain ones.</summary>
internal sealed class NmtNormalizer : INormalizer
{
    public string Normalize(string text) => CharacterFilter.Map(text, Clean);

    public bool DropsStart(string text) => CharacterFilter.DropsStart(text, Clean);

    private static Rune? Clean(Rune rune) => rune.Value switch
    {
        (>= 0x1 and <= 0x8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F => null,
        0x9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => new Rune(' '),
        _ => rune,
    };
}

/// <summary>Each byte of the text's UTF-8 as a letter of the byte alphabet.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public string Normalize(string text) => ByteAlphabet.Write(text);
}

internal static class CharacterFilter
{
    /// <summary>Whether the first code point is mapped to nothing.</summary>
    public static bool DropsStart(string text, Func<Rune, Rune?> map)
    {
        foreach (var rune in text.EnumerateRunes())
            return map(rune) is null;
        return false;
    }

    /// <summary>Maps every code point to another or to nothing.</summary>
    public static string Map(string text, Func<Rune, Rune?> map)
    {
        var result = new StringBuilder(text.Length);
        Span<char> buffer = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if (map(rune) is { } mapped)
                result.Append(buffer[..mapped.EncodeToUtf16(buffer)]);
        }
        return result.ToString();
    }
}
