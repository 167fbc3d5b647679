using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>
/// A regular expression of a tokenizer, matched code point by code point as Hugging Face's library does it.
/// </summary>
/// <remarks>
/// .NET's regular expressions see UTF-16 code units: <c>\p{L}</c> does not match 𝐀, and <c>[^\s\p{L}]</c> matches half of it.
/// Here the sets of a pattern sort all code points into classes; the text is rewritten with one letter for each code point,
/// the letter of its class, and the pattern with the letters of its sets. .NET's engine then matches in that alphabet, where
/// a code point is one letter. Unicode's tables play no part in the matching any more, so it is quick too.
/// </remarks>
internal sealed class TokenPattern
{
    private const int LengthLimit = 20_000;
    private static readonly TimeSpan MatchLimit = MatchAllowance.Least;
    private readonly CodePointClasses _classes;
    // Compiling takes longer than matching a few pages does; it pays from about so many characters on.
    private const long CompileFrom = 100_000;
    private readonly Lazy<Regex> _compiled;
    private Regex _regex;
    private long _matched;

    private TokenPattern(CodePointClasses classes, string pattern)
    {
        _classes = classes;
        _regex = new Regex(pattern, RegexOptions.CultureInvariant, MatchLimit);
        _compiled = new Lazy<Regex>(() => new Regex(pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant, MatchLimit));
    }

    /// <summary>Makes a pattern that can be matched.</summary>
    /// <param name="pattern">The regular expression in Oniguruma's syntax.</param>
    /// <exception cref="FormatException">It is not understood.</exception>
    public static TokenPattern Parse(string pattern)
    {
        if (pattern.Length > LengthLimit)
            throw new FormatException($"more than {LengthLimit} characters");
        return Compile(PatternParser.Parse(pattern));
    }

    /// <summary>A pattern that matches one text, letter by letter.</summary>
    public static TokenPattern Literal(string text)
    {
        var parts = text.EnumerateRunes().Select(r => (PatternNode)new PatternNode.Set(CodePointSet.Of(r.Value))).ToList();
        return Compile(new PatternNode.Sequence(parts));
    }

    /// <summary>A pattern that matches runs of a set, and runs of what is in neither of two.</summary>
    public static TokenPattern Runs(CodePointSet set, CodePointSet separators) => Compile(
        new PatternNode.Alternation(
        [
            new PatternNode.Repeat(new PatternNode.Set(set), 1, null, RepeatKind.Greedy),
            new PatternNode.Repeat(new PatternNode.Set(set.Union(separators).Complement()), 1, null, RepeatKind.Greedy),
        ]));

    private static TokenPattern Compile(PatternNode tree)
    {
        var sets = new List<CodePointSet>();
        Collect(tree, sets);
        var classes = new CodePointClasses([.. sets.Distinct<CodePointSet>(ReferenceEqualityComparer.Instance)]);
        var text = new StringBuilder();
        Write(tree, classes, text);
        try
        {
            return new TokenPattern(classes, text.ToString());
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"a construct that cannot be matched here ({e.Message})", e);
        }
    }

    /// <summary>Finds all matches, each beginning where the last one ended at the earliest.</summary>
    /// <param name="text">UTF-16 text without lone surrogates.</param>
    /// <param name="matches">Where the matches are added, as places in UTF-16 code units.</param>
    /// <exception cref="RegexMatchTimeoutException">The pattern takes too long on this text.</exception>
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        // In an empty text nothing is found, not even what matches nothing.
        if (text.IsEmpty)
            return;
        if (Interlocked.Add(ref _matched, text.Length) > CompileFrom)
            Volatile.Write(ref _regex, _compiled.Value);
        var letters = ArrayPool<char>.Shared.Rent(text.Length);
        int[]? places = null;
        try
        {
            var count = ToLetters(text, letters, ref places);
            var (started, tick) = (Stopwatch.GetTimestamp(), Environment.TickCount64);
            foreach (var match in _regex.EnumerateMatches(letters.AsSpan(0, count)))
            {
                var end = match.Index + match.Length;
                matches.Add(places is null ? (match.Index, end) : (places[match.Index], places[end]));
                // The coarse clock costs next to nothing.
                if (tick != (tick = Environment.TickCount64))
                    started = MatchAllowance.Charge(started);
            }
            MatchAllowance.Charge(started);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
            if (places is not null)
                ArrayPool<int>.Shared.Return(places);
        }
    }

    /// <summary>Writes a text in the classes' letters; where code units and code points differ, also the place of each letter.</summary>
    private int ToLetters(ReadOnlySpan<char> text, char[] letters, ref int[]? places)
    {
        var basic = _classes.Basic;
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if (places is null)
                {
                    places = ArrayPool<int>.Shared.Rent(text.Length + 1);
                    for (var k = 0; k <= count; k++)
                        places[k] = k;
                }
                places[count] = i;
                letters[count++] = _classes.AstralLetter(char.ConvertToUtf32(c, text[++i]));
                continue;
            }
            if (places is not null)
                places[count] = i;
            letters[count++] = basic[c];
        }
        if (places is not null)
            places[count] = text.Length;
        return count;
    }

    private static void Collect(PatternNode node, List<CodePointSet> sets)
    {
        switch (node)
        {
            case PatternNode.Set set: sets.Add(set.CodePoints); break;
            case PatternNode.Sequence sequence: sequence.Parts.ToList().ForEach(p => Collect(p, sets)); break;
            case PatternNode.Alternation alternation: alternation.Choices.ToList().ForEach(c => Collect(c, sets)); break;
            case PatternNode.Repeat repeat: Collect(repeat.Body, sets); break;
            case PatternNode.Group group: Collect(group.Body, sets); break;
            case PatternNode.Place { Around: { } around }: sets.Add(around); break;
        }
    }

    private static void Write(PatternNode node, CodePointClasses classes, StringBuilder text)
    {
        switch (node)
        {
            case PatternNode.Set set:
                WriteSet(classes.LettersOf(set.CodePoints), text);
                break;
            case PatternNode.Sequence sequence:
                foreach (var part in sequence.Parts)
                    WriteGrouped(part, part is PatternNode.Alternation, classes, text);
                break;
            case PatternNode.Alternation alternation:
                for (var i = 0; i < alternation.Choices.Count; i++)
                {
                    text.Append(i > 0 ? "|" : "");
                    WriteGrouped(alternation.Choices[i], alternation.Choices[i] is PatternNode.Alternation, classes, text);
                }
                break;
            case PatternNode.Repeat repeat:
                text.Append(repeat.Kind == RepeatKind.Possessive ? "(?>" : "(?:");
                WriteGrouped(repeat.Body, repeat.Body is not (PatternNode.Set or PatternNode.Group), classes, text);
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{{{repeat.Least},{repeat.Most}}}");
                text.Append(repeat.Kind == RepeatKind.Lazy ? "?)" : ")");
                break;
            case PatternNode.Group group:
                text.Append(group.Opening);
                Write(group.Body, classes, text);
                text.Append(')');
                break;
            case PatternNode.Place place:
                WritePlace(place, classes, text);
                break;
        }
    }

    private static void WriteGrouped(PatternNode node, bool grouped, CodePointClasses classes, StringBuilder text)
    {
        text.Append(grouped ? "(?:" : "");
        Write(node, classes, text);
        text.Append(grouped ? ")" : "");
    }

    private static void WritePlace(PatternNode.Place place, CodePointClasses classes, StringBuilder text)
    {
        var set = new StringBuilder();
        if (place.Around is not null)
            WriteSet(classes.LettersOf(place.Around), set);
        text.Append(place.Kind switch
        {
            PlaceKind.TextStart => @"\A",
            PlaceKind.TextEnd => @"\z",
            PlaceKind.TextEndOrLastLineFeed => $@"(?={set}?\z)",
            // A line feed at the very end begins no line.
            PlaceKind.LineStart => $@"(?:\A|(?<={set})(?!\z))",
            PlaceKind.LineEnd => $@"(?={set}|\z)",
            PlaceKind.Boundary => $"(?:(?<={set})(?!{set})|(?<!{set})(?={set}))",
            _ => $"(?:(?<={set})(?={set})|(?<!{set})(?!{set}))",
        });
    }

    private static void WriteSet(string letters, StringBuilder text)
    {
        // A set without members matches nothing.
        if (letters.Length == 0)
        {
            text.Append("(?!)");
            return;
        }
        text.Append(letters.Length > 1 ? "[" : "");
        foreach (var letter in letters)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
        text.Append(letters.Length > 1 ? "]" : "");
    }
}
