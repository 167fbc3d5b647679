using System.Globalization;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Characters in Python's classes (<c>str.isspace</c>, <c>\w</c>, identifiers).</summary>
internal static class PyChar
{
    // Letters with a numeric value (Unicode's kPrimaryNumeric and its kin).
    private const string NumericIdeographs =
        "\u3405\u3483\u382A\u3B4D\u4E00\u4E03\u4E07\u4E09\u4E5D\u4E8C\u4E94\u4E96\u4EBF\u4EC0\u4EDF\u4EE8\u4F0D\u4F70\u5104\u5146\u5169\u516B\u516D\u5341\u5343\u5344\u5345\u534C\u53C1\u53C2\u53C3\u53C4\u56DB\u58F1\u58F9\u5E7A\u5EFE\u5EFF\u5F0C\u5F0D" +
        "\u5F0E\u5F10\u62FE\u634C\u67D2\u6F06\u7396\u767E\u8086\u842C\u8CAE\u8CB3\u8D30\u9621\u9646\u964C\u9678\u96F6\uF96B\uF973\uF978\uF9B2\uF9D1\uF9D3\uF9FD\uD840\uDC01\uD840\uDC64\uD840\uDCE2\uD840\uDD21\uD842\uDD2A\uD842\uDD83\uD842\uDD8C\uD842\uDD9C\uD842\uDEEA\uD842\uDEFD\uD842\uDF19\uD848\uDF90\uD84A\uDD98\uD84E\uDF1B\uD858\uDE6D" +
        "\uD87E\uDC90";

    public static bool IsSpace(char c) => c switch
    {
        <= ' ' => c is ' ' or (>= '\t' and <= '\r') or (>= '\x1c' and <= '\x1f'),
        < '\x85' => false,
        '\x85' or '\xa0' or '\u1680' or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000' => true,
        _ => c is >= '\u2000' and <= '\u200a',
    };

    public static bool IsAllSpace(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!IsSpace(c))
                return false;
        }

        return true;
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return text[..end];
    }

    /// <summary>Python's <c>\w</c>: what <c>str.isalnum</c> accepts, and the underscore.</summary>
    public static bool IsWord(string text, int at)
    {
        var c = text[at];
        if (c < 128)
            return char.IsAsciiLetterOrDigit(c) || c == '_';
        return IsWord(Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar);
    }

    /// <summary>A character of a name in a template: as in words, and the marks of identifiers.</summary>
    public static bool IsNamePart(string text, int at) => IsWord(text, at) || (Rune.TryGetRuneAt(text, at, out var rune) && IsIdentifierPart(rune));

    public static bool IsWord(Rune rune) => rune.Value == '_' || IsAlnum(rune);

    public static bool IsAlpha(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

    public static bool IsDecimal(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    public static bool IsDigit(Rune rune) => IsDecimal(rune) || CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0;

    public static bool IsNumeric(Rune rune) => IsDigit(rune) || Rune.GetNumericValue(rune) != -1
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
        || (rune.Value >= 0x3405 && NumericIdeographs.Contains(rune.ToString(), StringComparison.Ordinal));

    public static bool IsAlnum(Rune rune) => IsAlpha(rune) || IsNumeric(rune);

    public static bool IsIdentifier(string text)
    {
        var first = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!(first ? IsIdentifierStart(rune) : IsIdentifierPart(rune)))
                return false;
            first = false;
        }

        return !first;
    }

    /// <summary>Whether Python's <c>repr</c> shows a character as it is.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static bool IsIdentifierStart(Rune rune) =>
        rune.Value == '_' || IsAlpha(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.LetterNumber;

    private static bool IsIdentifierPart(Rune rune) => IsIdentifierStart(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;
}
