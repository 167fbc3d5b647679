using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Upper, lower and title case as Python's strings have them.</summary>
internal static partial class Casing
{
    private static readonly FrozenDictionary<int, string> UpperTable = Read(UpperExceptions);
    private static readonly FrozenDictionary<int, string> TitleTable = Read(TitleExceptions);
    private static readonly FrozenDictionary<int, string> FoldTable = Read(FoldExceptions);

    public static string Upper(string text) => Ascii.IsValid(text) ? text.ToUpperInvariant() : Map(text, UpperRune);

    public static string Lower(string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : Map(text, LowerRune);

    public static string Fold(string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : Map(text, FoldRune);

    public static string Swap(string text) => Map(text, (source, at, rune) =>
        IsUpper(rune) ? LowerRune(source, at, rune) : IsLower(rune) ? UpperRune(source, at, rune) : rune.ToString());

    public static string Capitalize(string text)
    {
        var first = true;
        return Map(text, (source, at, rune) =>
        {
            var mapped = first ? TitleRune(rune) : LowerRune(source, at, rune);
            first = false;
            return mapped;
        });
    }

    public static string Title(string text)
    {
        var inWord = false;
        return Map(text, (source, at, rune) =>
        {
            var mapped = inWord ? LowerRune(source, at, rune) : TitleRune(rune);
            inWord = IsCased(rune);
            return mapped;
        });
    }

    public static bool IsLower(Runtime rt, string text)
    {
        rt.Charge(text.Length >> 3);
        var cased = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUpper(rune) || IsTitle(rune))
                return false;
            cased |= IsLower(rune);
        }

        return cased;
    }

    public static bool IsUpper(Runtime rt, string text)
    {
        rt.Charge(text.Length >> 3);
        var cased = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsLower(rune) || IsTitle(rune))
                return false;
            cased |= IsUpper(rune);
        }

        return cased;
    }

    public static bool IsTitle(Runtime rt, string text)
    {
        rt.Charge(text.Length >> 3);
        var (cased, inWord) = (false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUpper(rune) || IsTitle(rune))
            {
                if (inWord)
                    return false;
                (cased, inWord) = (true, true);
            }
            else if (IsLower(rune))
            {
                if (!inWord)
                    return false;
                cased = true;
            }
            else
            {
                inWord = false;
            }
        }

        return cased;
    }

    private static bool IsUpper(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter || rune.Value is (>= 0x2160 and <= 0x216F) or (>= 0x24B6 and <= 0x24CF)
        or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    private static bool IsLower(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter || rune.Value is 0xAA or 0xBA or (>= 0x2170 and <= 0x217F)
        or (>= 0x24D0 and <= 0x24E9) or (>= 0x2B0 and <= 0x2B8) or 0x2C0 or 0x2C1 or (>= 0x2E0 and <= 0x2E4) or 0x345 or 0x37A or (>= 0x1D2C and <= 0x1D6A)
        or 0x1D78 or (>= 0x1D9B and <= 0x1DBF) or 0x2071 or 0x207F or (>= 0x2090 and <= 0x209C);

    private static bool IsTitle(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    private static bool IsCased(Rune rune) => IsUpper(rune) || IsLower(rune) || IsTitle(rune);

    private static string UpperRune(string source, int at, Rune rune) => UpperTable.TryGetValue(rune.Value, out var special) ? special : Rune.ToUpperInvariant(rune).ToString();

    private static string TitleRune(Rune rune) => TitleTable.TryGetValue(rune.Value, out var special) ? special : UpperRune("", 0, rune);

    private static string FoldRune(string source, int at, Rune rune) => FoldTable.TryGetValue(rune.Value, out var special) ? special : Rune.ToLowerInvariant(rune).ToString();

    private static string LowerRune(string source, int at, Rune rune) => rune.Value switch
    {
        0x130 => "i\u0307",
        0x3A3 => IsFinalSigma(source, at) ? "ς" : "σ",
        _ => Rune.ToLowerInvariant(rune).ToString(),
    };

    // A capital sigma at the end of a word has a lower case of its own (SpecialCasing.txt, Final_Sigma).
    private static bool IsFinalSigma(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsCaseIgnorable(text[before]))
            before--;
        if (before < 0 || !IsCasedChar(text, before))
            return false;
        var after = at + 1;
        while (after < text.Length && IsCaseIgnorable(text[after]))
            after++;
        return after >= text.Length || !IsCasedChar(text, after);
    }

    private static bool IsCasedChar(string text, int at)
    {
        if (char.IsLowSurrogate(text[at]) && at > 0)
            at--;
        return Rune.TryGetRuneAt(text, at, out var rune) && IsCased(rune);
    }

    private static bool IsCaseIgnorable(char c) => c is '\'' or '.' or ':' or '^' or '`' or '\u00A8' or '\u00AD' or '\u00AF' or '\u00B4' or '\u00B7' or '\u00B8' or '\u2019'
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static string Map(string text, Func<string, int, Rune, string> map)
    {
        var mapped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                mapped.Append(text[i++]);
                continue;
            }

            mapped.Append(map(text, i, rune));
            i += rune.Utf16SequenceLength;
        }

        return mapped.ToString();
    }

    private static FrozenDictionary<int, string> Read(string table) => table.Split('|', StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(
        entry => char.ConvertToUtf32(entry, 0), entry => entry[(char.IsSurrogate(entry[0]) ? 2 : 1)..]);
}
