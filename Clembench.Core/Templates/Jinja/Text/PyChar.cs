using System.Globalization;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Characters in Python's classes (<c>str.isspace</c>, <c>\w</c>, identifiers).</summary>
internal static class PyChar
{
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

    public static bool IsWord(Rune rune) => rune.Value == '_' || IsAlpha(rune) || IsNumeric(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark && rune.Value >= 128 && IsIdentifierPart(rune);

    public static bool IsAlpha(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

    public static bool IsDecimal(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    public static bool IsDigit(Rune rune) => IsDecimal(rune) || CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0;

    public static bool IsNumeric(Rune rune) => IsDigit(rune) || Rune.GetNumericValue(rune) != -1
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

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
