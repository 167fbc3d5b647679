using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>
/// The Unicode sets that patterns name: general categories (UAX #44, from .NET's own tables), white space, word characters.
/// </summary>
internal static class UnicodeSets
{
    private static readonly Lazy<CodePointSet[]> Categories = new(() =>
    {
        var ranges = new List<(int, int)>[30];
        for (var i = 0; i < ranges.Length; i++)
            ranges[i] = [];
        var (start, category) = (0, CharUnicodeInfo.GetUnicodeCategory(0));
        for (var c = 1; c <= CodePointSet.Last; c++)
        {
            var next = CharUnicodeInfo.GetUnicodeCategory(c);
            if (next == category)
                continue;
            ranges[(int)category].Add((start, c - 1));
            (start, category) = (c, next);
        }
        ranges[(int)category].Add((start, CodePointSet.Last));
        return [.. ranges.Select(r => CodePointSet.Of(r))];
    });

    private static readonly Dictionary<string, UnicodeCategory[]> Names = new(StringComparer.Ordinal)
    {
        ["lu"] = [UnicodeCategory.UppercaseLetter],
        ["ll"] = [UnicodeCategory.LowercaseLetter],
        ["lt"] = [UnicodeCategory.TitlecaseLetter],
        ["lm"] = [UnicodeCategory.ModifierLetter],
        ["lo"] = [UnicodeCategory.OtherLetter],
        ["lc"] = [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter],
        ["l"] = [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter, UnicodeCategory.ModifierLetter, UnicodeCategory.OtherLetter],
        ["mn"] = [UnicodeCategory.NonSpacingMark],
        ["mc"] = [UnicodeCategory.SpacingCombiningMark],
        ["me"] = [UnicodeCategory.EnclosingMark],
        ["m"] = [UnicodeCategory.NonSpacingMark, UnicodeCategory.SpacingCombiningMark, UnicodeCategory.EnclosingMark],
        ["nd"] = [UnicodeCategory.DecimalDigitNumber],
        ["nl"] = [UnicodeCategory.LetterNumber],
        ["no"] = [UnicodeCategory.OtherNumber],
        ["n"] = [UnicodeCategory.DecimalDigitNumber, UnicodeCategory.LetterNumber, UnicodeCategory.OtherNumber],
        ["pc"] = [UnicodeCategory.ConnectorPunctuation],
        ["pd"] = [UnicodeCategory.DashPunctuation],
        ["ps"] = [UnicodeCategory.OpenPunctuation],
        ["pe"] = [UnicodeCategory.ClosePunctuation],
        ["pi"] = [UnicodeCategory.InitialQuotePunctuation],
        ["pf"] = [UnicodeCategory.FinalQuotePunctuation],
        ["po"] = [UnicodeCategory.OtherPunctuation],
        ["p"] = [UnicodeCategory.ConnectorPunctuation, UnicodeCategory.DashPunctuation, UnicodeCategory.OpenPunctuation, UnicodeCategory.ClosePunctuation, UnicodeCategory.InitialQuotePunctuation, UnicodeCategory.FinalQuotePunctuation, UnicodeCategory.OtherPunctuation],
        ["sm"] = [UnicodeCategory.MathSymbol],
        ["sc"] = [UnicodeCategory.CurrencySymbol],
        ["sk"] = [UnicodeCategory.ModifierSymbol],
        ["so"] = [UnicodeCategory.OtherSymbol],
        ["s"] = [UnicodeCategory.MathSymbol, UnicodeCategory.CurrencySymbol, UnicodeCategory.ModifierSymbol, UnicodeCategory.OtherSymbol],
        ["zs"] = [UnicodeCategory.SpaceSeparator],
        ["zl"] = [UnicodeCategory.LineSeparator],
        ["zp"] = [UnicodeCategory.ParagraphSeparator],
        ["z"] = [UnicodeCategory.SpaceSeparator, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator],
        ["cc"] = [UnicodeCategory.Control],
        ["cf"] = [UnicodeCategory.Format],
        ["co"] = [UnicodeCategory.PrivateUse],
        ["cs"] = [UnicodeCategory.Surrogate],
        ["cn"] = [UnicodeCategory.OtherNotAssigned],
        ["c"] = [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.PrivateUse, UnicodeCategory.Surrogate, UnicodeCategory.OtherNotAssigned],
    };

    private static readonly ConcurrentDictionary<string, CodePointSet> Named = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["letter"] = "l",
        ["uppercaseletter"] = "lu",
        ["lowercaseletter"] = "ll",
        ["titlecaseletter"] = "lt",
        ["modifierletter"] = "lm",
        ["otherletter"] = "lo",
        ["casedletter"] = "lc",
        ["mark"] = "m",
        ["nonspacingmark"] = "mn",
        ["spacingmark"] = "mc",
        ["enclosingmark"] = "me",
        ["number"] = "n",
        ["decimalnumber"] = "nd",
        ["letternumber"] = "nl",
        ["othernumber"] = "no",
        ["punctuation"] = "p",
        ["symbol"] = "s",
        ["separator"] = "z",
        ["other"] = "c",
        ["control"] = "cc",
        ["digit"] = "nd",
    };

    /// <summary>White_Space (PropList.txt), the meaning of <c>\s</c>.</summary>
    public static CodePointSet WhiteSpace { get; } = CodePointSet.Of(
        [(0x9, 0xD), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)]);

    /// <summary>The word characters of UTS #18: alphabetic ones, marks, decimal digits, connector punctuation, joiners.</summary>
    public static CodePointSet Word => Words.Value;

    /// <summary>Oniguruma's <c>\w</c> in a class: without the joiners.</summary>
    public static CodePointSet WordInClass => WordsInClass.Value;

    /// <summary>Oniguruma's <c>\w</c> outside a class: with the superscripts and fractions of Latin-1 besides.</summary>
    public static CodePointSet WordAlone => WordsAlone.Value;

    public static CodePointSet Digit => Category("nd")!;

    // Other_Alphabetic beyond marks and letter numbers: the circled and squared letters, which are symbols (PropList.txt).
    private static readonly Lazy<CodePointSet> Words = new(() =>
        new[] { "l", "m", "nd", "nl", "pc" }.Aggregate(CodePointSet.Empty, (set, name) => set.Union(Category(name)!))
            .Union(CodePointSet.Of([(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189), (0x200C, 0x200D)])));

    private static readonly Lazy<CodePointSet> WordsInClass = new(() => Words.Value.Intersect(CodePointSet.Of(0x200C, 0x200D).Complement()));

    private static readonly Lazy<CodePointSet> WordsAlone = new(() => WordsInClass.Value.Union(CodePointSet.Of(0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE)));

    /// <summary>A general category by its short or long name, without regard to case; null where none has that name.</summary>
    public static CodePointSet? Category(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is not ('_' or ' ' or '-'))
                key.Append(char.ToLowerInvariant(c));
        }
        var known = key.ToString();
        known = LongNames.GetValueOrDefault(known, known);
        switch (known)
        {
            case "any": return CodePointSet.All;
            case "space" or "whitespace": return WhiteSpace;
            case "word": return WordInClass;
        }
        if (Named.TryGetValue(known, out var named))
            return named;
        var set = Names.TryGetValue(known, out var categories)
            ? CodePointSet.Of(categories.SelectMany(category => Categories.Value[(int)category].Ranges))
            : UnicodeScripts.Find(known);
        if (set is not null)
            Named[known] = set;
        return set;
    }

    /// <summary>Adds what differs in case alone (simple case folding, CaseFolding.txt).</summary>
    public static CodePointSet WithCaseVariants(CodePointSet set)
    {
        var variants = new List<(int, int)>();
        foreach (var (first, last) in set.Ranges)
        {
            // A class as wide as \p{L} holds its variants already; folding it letter by letter would only cost time.
            if (last - first > 0x3000)
                continue;
            for (var c = first; c <= last; c++)
            {
                if (!Rune.TryCreate(c, out var rune))
                    continue;
                Add(Rune.ToLowerInvariant(rune).Value);
                Add(Rune.ToUpperInvariant(rune).Value);
                // The three letters whose fold is in ASCII or Latin-1 while their own upper case differs.
                foreach (var (letter, sign) in new[] { ('s', 0x17F), ('k', 0x212A), ('\u00E5', 0x212B) })
                {
                    if (c == letter || c == char.ToUpperInvariant(letter) || c == sign)
                    {
                        Add(letter);
                        Add(char.ToUpperInvariant(letter));
                        Add(sign);
                    }
                }
            }
        }
        return set.Union(CodePointSet.Of(variants));

        void Add(int codePoint) => variants.Add((codePoint, codePoint));
    }
}
