using System.Text;

namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>The normalization of BERT: controls go, ideographs stand alone, accents and case may go.</summary>
internal sealed class BertNormalizer(bool cleanText, bool handleChineseCharacters, bool stripAccents, bool lowercase) : INormalizer
{
    private static readonly UnicodeNormalizer Decompose = new(NormalizationForm.FormD);
    private static readonly LowercaseNormalizer Lowercase = new();

    public string Normalize(string text)
    {
        if (cleanText)
            text = CharacterFilter.Map(text, Clean);
        if (handleChineseCharacters)
            text = SetIdeographsApart(text);
        if (stripAccents)
            text = CharacterFilter.Map(Decompose.Normalize(text), WithoutMark);
        return lowercase ? Lowercase.Normalize(text) : text;
    }

    public bool DropsStart(string text) => (cleanText && CharacterFilter.DropsStart(text, Clean))
        || (stripAccents && CharacterFilter.DropsStart(text, WithoutMark));

    private static Rune? Clean(Rune rune) =>
        rune.Value is 0 or 0xFFFD || LibraryTables.IsControl(rune) ? null : Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune;

    private static Rune? WithoutMark(Rune rune) => LibraryTables.IsNonSpacingMark(rune) ? null : rune;

    private static string SetIdeographsApart(string text)
    {
        var result = new StringBuilder(text.Length);
        Span<char> buffer = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = buffer[..rune.EncodeToUtf16(buffer)];
            if (IsIdeograph(rune.Value))
                result.Append(' ').Append(letter).Append(' ');
            else
                result.Append(letter);
        }
        return result.ToString();
    }

    private static bool IsIdeograph(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B81F)
        or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
