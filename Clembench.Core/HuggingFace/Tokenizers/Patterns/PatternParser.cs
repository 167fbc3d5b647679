using System.Globalization;

namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>
/// Reads a regular expression in the syntax of Oniguruma, which Hugging Face's library matches with
/// (Oniguruma's doc/RE; the syntax ONIG_SYNTAX_ONIGURUMA). What tokenizers have no use for (captures that are referred to,
/// conditions, calls, POSIX brackets) is refused rather than guessed at.
/// </summary>
internal sealed class PatternParser
{
    private const int DepthLimit = 100;
    private const int RepeatLimit = 1000;
    private readonly string _pattern;
    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private bool _dotIsAll;
    private bool _extended;

    private PatternParser(string pattern) => _pattern = pattern;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The pattern is not understood; the message says where and why.</exception>
    public static PatternNode Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var node = parser.ParseAlternation();
        return parser._at == pattern.Length ? node : throw parser.Error("a ')' without its '('");
    }

    private FormatException Error(string what) =>
        new($"{what} at character {(_at + 1).ToString(CultureInfo.InvariantCulture)} of the pattern");

    private bool More => _at < _pattern.Length;

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0)
            return false;
        _at += text.Length;
        return true;
    }

    private int TakeCodePoint()
    {
        if (!More)
            throw Error("an end where a character is needed");
        var codePoint = char.IsSurrogatePair(_pattern, _at) ? char.ConvertToUtf32(_pattern, _at) : _pattern[_at];
        _at += codePoint > 0xFFFF ? 2 : 1;
        return codePoint;
    }

    private PatternNode ParseAlternation()
    {
        if (++_depth > DepthLimit)
            throw Error($"groups nested more than {DepthLimit} deep");
        var (ignoreCase, dotIsAll, extended) = (_ignoreCase, _dotIsAll, _extended);
        var choices = new List<PatternNode>();
        do
            choices.Add(ParseSequence());
        while (Take("|"));
        // Options set inside a group end with it.
        (_ignoreCase, _dotIsAll, _extended) = (ignoreCase, dotIsAll, extended);
        _depth--;
        return choices.Count == 1 ? choices[0] : new PatternNode.Alternation(choices);
    }

    private PatternNode ParseSequence()
    {
        var parts = new List<PatternNode>();
        while (More && _pattern[_at] is not ('|' or ')'))
        {
            if (_extended && (char.IsWhiteSpace(_pattern[_at]) || _pattern[_at] == '#'))
            {
                if (_pattern[_at++] == '#')
                {
                    while (More && _pattern[_at] != '\n')
                        _at++;
                }
                continue;
            }
            if (ParseAtom() is { } atom)
                parts.Add(ParseRepeats(atom));
        }
        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode ParseRepeats(PatternNode atom)
    {
        for (var count = 0; More; count++)
        {
            if (count > 8)
                throw Error("more than 8 repetitions of a repetition");
            var (least, most, interval) = (0, (int?)null, false);
            if (Take("*")) { }
            else if (Take("+"))
                least = 1;
            else if (Take("?"))
                most = 1;
            else if (_pattern[_at] == '{' && TryParseInterval(out least, out most))
                interval = true;
            else
                break;
            var kind = Take("?") ? RepeatKind.Lazy : !interval && Take("+") ? RepeatKind.Possessive : RepeatKind.Greedy;
            atom = new PatternNode.Repeat(atom, least, most, kind);
        }
        return atom;
    }

    private bool TryParseInterval(out int least, out int? most)
    {
        (least, most) = (0, null);
        var end = _pattern.IndexOf('}', _at);
        if (end < 0)
            return false;
        var parts = _pattern[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || parts.All(string.IsNullOrEmpty) || !parts.All(p => p.All(char.IsAsciiDigit)))
            return false;
        if (parts.Any(p => p.Length > 4 || (p.Length > 0 && int.Parse(p, CultureInfo.InvariantCulture) > RepeatLimit)))
            throw Error($"a repetition of more than {RepeatLimit}");
        least = parts[0].Length == 0 ? 0 : int.Parse(parts[0], CultureInfo.InvariantCulture);
        most = parts.Length == 1 ? least : parts[1].Length == 0 ? null : int.Parse(parts[1], CultureInfo.InvariantCulture);
        if (most < least)
            throw Error("a repetition whose upper bound is below its lower one");
        _at = end + 1;
        return true;
    }

    private PatternNode? ParseAtom()
    {
        switch (_pattern[_at])
        {
            case '(':
                return ParseGroup();
            case '[':
                _at++;
                return new PatternNode.Set(ParseClass());
            case '.':
                _at++;
                return new PatternNode.Set(_dotIsAll ? CodePointSet.All : CodePointSet.Of('\n').Complement());
            case '^':
                _at++;
                return new PatternNode.Place(PlaceKind.LineStart, CodePointSet.Of('\n'));
            case '$':
                _at++;
                return new PatternNode.Place(PlaceKind.LineEnd, CodePointSet.Of('\n'));
            case '*' or '+' or '?':
                throw Error("a repetition of nothing");
            case '\\':
                return ParseEscape();
            default:
                return new PatternNode.Set(Fold(CodePointSet.Of(TakeCodePoint())));
        }
    }

    private PatternNode? ParseGroup()
    {
        string opening;
        if (Take("(?:"))
            opening = "(?:";
        else if (Take("(?="))
            opening = "(?=";
        else if (Take("(?!"))
            opening = "(?!";
        else if (Take("(?>"))
            opening = "(?>";
        else if (Take("(?<="))
            opening = "(?<=";
        else if (Take("(?<!"))
            opening = "(?<!";
        else if (Take("(?#"))
        {
            var close = _pattern.IndexOf(')', _at);
            _at = close < 0 ? throw Error("a comment without end") : close + 1;
            return null;
        }
        else if (Take("(?"))
            return ParseOptions();
        else
        {
            _at++;
            opening = "(?:";
        }
        var body = ParseAlternation();
        return Take(")") ? new PatternNode.Group(body, opening) : throw Error("a '(' without its ')'");
    }

    private PatternNode? ParseOptions()
    {
        if (More && _pattern[_at] is '<' or '\'' or 'P')
        {
            // A named group matches as an unnamed one does.
            var close = _pattern.IndexOfAny(['>', '\''], _at + 1);
            if (close < 0)
                throw Error("a group's name without end");
            _at = close + 1;
            var named = ParseAlternation();
            return Take(")") ? new PatternNode.Group(named, "(?:") : throw Error("a '(' without its ')'");
        }
        var (ignoreCase, dotIsAll, extended, on) = (_ignoreCase, _dotIsAll, _extended, true);
        for (; ; _at++)
        {
            if (!More)
                throw Error("a group without end");
            switch (_pattern[_at])
            {
                case '-': on = false; continue;
                case 'i': ignoreCase = on; continue;
                // Oniguruma's m is what others write as s.
                case 'm' or 's': dotIsAll = on; continue;
                case 'x': extended = on; continue;
                case ')':
                    // Holds for the rest of the group, alternatives included: a(?i)b|c is a(?i:b|c).
                    _at++;
                    (_ignoreCase, _dotIsAll, _extended) = (ignoreCase, dotIsAll, extended);
                    return new PatternNode.Group(ParseAlternation(), "(?:");
                case ':':
                    _at++;
                    var before = (_ignoreCase, _dotIsAll, _extended);
                    (_ignoreCase, _dotIsAll, _extended) = (ignoreCase, dotIsAll, extended);
                    var body = ParseAlternation();
                    (_ignoreCase, _dotIsAll, _extended) = before;
                    return Take(")") ? new PatternNode.Group(body, "(?:") : throw Error("a '(' without its ')'");
                default:
                    throw Error($"a group of a kind that tokenizers have no use for ('(?{_pattern[_at]}')");
            }
        }
    }

    private PatternNode ParseEscape()
    {
        if (_at + 1 >= _pattern.Length)
            throw Error("a '\\' at the end");
        switch (_pattern[_at + 1])
        {
            case 'A': _at += 2; return new PatternNode.Place(PlaceKind.TextStart, null);
            case 'z': _at += 2; return new PatternNode.Place(PlaceKind.TextEnd, null);
            case 'Z': _at += 2; return new PatternNode.Place(PlaceKind.TextEndOrLastLineFeed, CodePointSet.Of('\n'));
            case 'b': _at += 2; return new PatternNode.Place(PlaceKind.Boundary, UnicodeSets.WordAlone);
            case 'B': _at += 2; return new PatternNode.Place(PlaceKind.NoBoundary, UnicodeSets.WordAlone);
            default: return new PatternNode.Set(Fold(ParseEscapedSet(UnicodeSets.WordAlone)));
        }
    }

    private CodePointSet Fold(CodePointSet set) => _ignoreCase ? UnicodeSets.WithCaseVariants(set) : set;

    /// <summary>An escape that stands for one code point of a set, inside a class or outside.</summary>
    private CodePointSet ParseEscapedSet(CodePointSet word)
    {
        _at++;
        var c = TakeCodePoint();
        switch (c)
        {
            case 's': return UnicodeSets.WhiteSpace;
            case 'S': return UnicodeSets.WhiteSpace.Complement();
            case 'd': return UnicodeSets.Digit;
            case 'D': return UnicodeSets.Digit.Complement();
            case 'w': return word;
            case 'W': return word.Complement();
            case 'h': return CodePointSet.Of([('0', '9'), ('a', 'f'), ('A', 'F')]);
            case 'H': return CodePointSet.Of([('0', '9'), ('a', 'f'), ('A', 'F')]).Complement();
            case 'n': return CodePointSet.Of('\n');
            case 'r': return CodePointSet.Of('\r');
            case 't': return CodePointSet.Of('\t');
            case 'v': return CodePointSet.Of('\v');
            case 'f': return CodePointSet.Of('\f');
            case 'a': return CodePointSet.Of('\a');
            case 'e': return CodePointSet.Of(0x1B);
            case 'p': return ParseProperty(negated: false);
            case 'P': return ParseProperty(negated: true);
            case 'u': return CodePointSet.Of(ParseHex(4, 4));
            case 'x':
                if (!Take("{"))
                    return CodePointSet.Of(ParseHex(1, 2));
                var codePoint = ParseHex(1, 8);
                return Take("}") ? CodePointSet.Of(codePoint) : throw Error("a '\\x{' without its '}'");
            case '0': return CodePointSet.Of(0);
        }
        return c < 128 && char.IsAsciiLetterOrDigit((char)c)
            ? throw Error($"the escape '\\{(char)c}', which tokenizers have no use for,")
            : CodePointSet.Of(c);
    }

    private int ParseHex(int least, int most)
    {
        var start = _at;
        while (More && _at - start < most && char.IsAsciiHexDigit(_pattern[_at]))
            _at++;
        if (_at - start < least)
            throw Error("a hexadecimal number with too few digits");
        var value = long.Parse(_pattern.AsSpan(start, _at - start), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return value <= CodePointSet.Last ? (int)value : throw Error("a number beyond the last code point");
    }

    private CodePointSet ParseProperty(bool negated)
    {
        string name;
        if (Take("{"))
        {
            if (Take("^"))
                negated = !negated;
            var close = _pattern.IndexOf('}', _at);
            if (close < 0)
                throw Error("a property without its '}'");
            name = _pattern[_at..close];
            var set = UnicodeSets.Category(name) ?? throw Error($"the unknown property '{name}'");
            _at = close + 1;
            return negated ? set.Complement() : set;
        }
        if (!More)
            throw Error("a property without name");
        name = _pattern[_at..(_at + 1)];
        var single = UnicodeSets.Category(name) ?? throw Error($"the unknown property '{name}'");
        _at++;
        return negated ? single.Complement() : single;
    }

    /// <summary>A character class, behind its '['; classes may stand in classes and be intersected with '&amp;&amp;'.</summary>
    private CodePointSet ParseClass()
    {
        if (++_depth > DepthLimit)
            throw Error($"classes nested more than {DepthLimit} deep");
        var negated = Take("^");
        CodePointSet? intersection = null;
        var ranges = new List<(int, int)>();
        for (var first = true; ; first = false)
        {
            if (!More)
                throw Error("a '[' without its ']'");
            if (_pattern[_at] == ']' && !first)
            {
                _at++;
                break;
            }
            if (Take("&&"))
            {
                intersection = Intersect(intersection, ranges);
                ranges.Clear();
                continue;
            }
            if (_pattern[_at] == '[')
            {
                if (string.CompareOrdinal(_pattern, _at, "[:", 0, 2) == 0)
                    throw Error("a POSIX bracket");
                _at++;
                ranges.AddRange(ParseClass().Ranges);
                continue;
            }
            var from = ParseClassAtom();
            if (More && _pattern[_at] == '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']' && Single(from) is { } low)
            {
                _at++;
                if (_pattern[_at] == '[')
                    throw Error("a range that ends in a class");
                var high = Single(ParseClassAtom()) ?? throw Error("a range that ends in a set");
                if (high < low)
                    throw Error("a range whose end is before its start");
                ranges.Add((low, high));
                continue;
            }
            ranges.AddRange(from.Ranges);
        }
        var result = Intersect(intersection, ranges);
        _depth--;
        // Variants are added before the class is negated: [^a] without regard to case matches neither a nor A.
        result = Fold(result);
        return negated ? result.Complement() : result;

        static CodePointSet Intersect(CodePointSet? left, List<(int, int)> ranges) =>
            left is null ? CodePointSet.Of(ranges) : left.Intersect(CodePointSet.Of(ranges));

        static int? Single(CodePointSet set) => set.Ranges is [var (first, last)] && first == last ? first : null;
    }

    private CodePointSet ParseClassAtom() => _pattern[_at] != '\\' ? CodePointSet.Of(TakeCodePoint())
        : string.CompareOrdinal(_pattern, _at, "\\b", 0, 2) == 0 ? Backspace()
        : ParseEscapedSet(UnicodeSets.WordInClass);

    private CodePointSet Backspace()
    {
        _at += 2;
        return CodePointSet.Of('\b');
    }
}
