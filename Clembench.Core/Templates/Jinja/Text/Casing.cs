using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Upper, lower and title case as Python's strings have them.</summary>
internal static partial class Casing
{
    // How many accents and the like between a sigma and its neighbours are looked through.
    private const int MaxIgnorable = 64;

    private static readonly FrozenDictionary<int, string> UpperTable = Read(UpperExceptions);
    private static readonly FrozenDictionary<int, string> TitleTable = Read(TitleExceptions);
    private static readonly FrozenDictionary<int, string> FoldTable = Read(FoldExceptions);

    public static string Upper(Runtime rt, string text) => Ascii.IsValid(text) ? text.ToUpperInvariant() : Map(rt, text, static (text, _, _, rune) => AppendUpper(text, rune));

    public static string Lower(Runtime rt, string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : Map(rt, text, AppendLower);

    public static string Fold(Runtime rt, string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : Map(rt, text, static (text, _, _, rune) =>
    {
        if (FoldTable.TryGetValue(rune.Value, out var special))
            text.Append(special);
        else if (rune.Value == 0x130)
            text.Append("i\u0307");
        else
            Append(text, Rune.ToLowerInvariant(rune));
    });

    public static string Swap(Runtime rt, string text) => Map(rt, text, static (text, source, at, rune) =>
    {
        if (IsUpper(rune))
            AppendLower(text, source, at, rune);
        else if (IsLower(rune))
            AppendUpper(text, rune);
        else
            Append(text, rune);
    });

    public static string Capitalize(Runtime rt, string text) => Map(rt, text, static (text, source, at, rune) =>
    {
        if (at == 0)
            AppendTitle(text, rune);
        else
            AppendLower(text, source, at, rune);
    });

    public static string Title(Runtime rt, string text)
    {
        var inWord = false;
        return Map(rt, text, (text, source, at, rune) =>
        {
            if (inWord)
                AppendLower(text, source, at, rune);
            else
                AppendTitle(text, rune);
            inWord = IsCased(rune);
        });
    }

    public static bool IsLower(Runtime rt, string text)
    {
        rt.Charge(text.Length >> 2);
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
        rt.Charge(text.Length >> 2);
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
        rt.Charge(text.Length >> 2);
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

    // Beside the letters of the category: Other_Uppercase and Other_Lowercase of Unicode's PropList.txt.
    private static bool IsUpper(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter || rune.Value is
        (>= 0x2160 and <= 0x216F) or (>= 0x24B6 and <= 0x24CF) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169)
        or (>= 0x1F170 and <= 0x1F189);

    private static bool IsLower(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter || rune.Value is
        0xAA or 0xBA or (>= 0x2B0 and <= 0x2B8) or (>= 0x2C0 and <= 0x2C1) or (>= 0x2E0 and <= 0x2E4) or 0x345 or 0x37A
        or (>= 0x1D2C and <= 0x1D6A) or 0x1D78 or (>= 0x1D9B and <= 0x1DBF) or 0x2071 or 0x207F or (>= 0x2090 and <= 0x209C)
        or (>= 0x2170 and <= 0x217F) or (>= 0x24D0 and <= 0x24E9) or (>= 0x2C7C and <= 0x2C7D) or (>= 0xA69C and <= 0xA69D) or 0xA770
        or (>= 0xA7F8 and <= 0xA7F9) or (>= 0xAB5C and <= 0xAB5F) or 0x10780 or (>= 0x10783 and <= 0x10785) or (>= 0x10787 and <= 0x107B0)
        or (>= 0x107B2 and <= 0x107BA);

    private static bool IsTitle(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    private static bool IsCased(Rune rune) => IsUpper(rune) || IsLower(rune) || IsTitle(rune);

    private static void AppendUpper(StringBuilder text, Rune rune)
    {
        // The invariant culture leaves the two letters alone that become ASCII.
        if (rune.Value is 0x131 or 0x17F)
            text.Append(rune.Value == 0x131 ? 'I' : 'S');
        else if (UpperTable.TryGetValue(rune.Value, out var special))
            text.Append(special);
        else
            Append(text, Rune.ToUpperInvariant(rune));
    }

    private static void AppendTitle(StringBuilder text, Rune rune)
    {
        if (TitleTable.TryGetValue(rune.Value, out var special))
            text.Append(special);
        else
            AppendUpper(text, rune);
    }

    private static void AppendLower(StringBuilder text, string source, int at, Rune rune)
    {
        if (rune.Value == 0x130)
            text.Append("i\u0307");
        else if (rune.Value == 0x3A3)
            text.Append(IsFinalSigma(source, at) ? 'ς' : 'σ');
        else
            Append(text, Rune.ToLowerInvariant(rune));
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        if (rune.IsBmp)
            text.Append((char)rune.Value);
        else
            text.Append(rune.ToString());
    }

    // A capital sigma at the end of a word has a lower case of its own (SpecialCasing.txt, Final_Sigma).
    private static bool IsFinalSigma(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && at - before < MaxIgnorable && IsCaseIgnorable(text[before]))
            before--;
        if (before < 0 || !IsCasedChar(text, before))
            return false;
        var after = at + 1;
        while (after < text.Length && after - at < MaxIgnorable && IsCaseIgnorable(text[after]))
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

    private static string Map(Runtime rt, string text, Action<StringBuilder, string, int, Rune> append)
    {
        rt.Charge(text.Length >> 1);
        var mapped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                mapped.Append(text[i++]);
                continue;
            }

            append(mapped, text, i, rune);
            i += rune.Utf16SequenceLength;
        }

        return mapped.ToString();
    }

    private static FrozenDictionary<int, string> Read(string table) => table.Split('|', StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(
        entry => char.ConvertToUtf32(entry, 0), entry => entry[(char.IsSurrogate(entry[0]) ? 2 : 1)..]);
}
