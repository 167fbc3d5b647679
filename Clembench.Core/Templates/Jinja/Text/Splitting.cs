namespace Clembench.Templates.Jinja;

/// <summary>Python's ways to split a string.</summary>
internal static class Splitting
{
    public static Value Split(Runtime rt, in Value text, in Value separator, int limit)
    {
        var pieces = new List<Value>();
        var source = text.Text;
        var left = limit < 0 ? int.MaxValue : limit;
        rt.Charge(source.Length >> 6);
        if (!Arguments.IsGiven(separator))
        {
            var at = 0;
            while (true)
            {
                while (at < source.Length && PyChar.IsSpace(source[at]))
                    at++;
                if (at >= source.Length)
                    break;
                var start = at;
                if (left-- == 0)
                {
                    pieces.Add(rt.Slice(text, start, source.Length - start));
                    break;
                }

                while (at < source.Length && !PyChar.IsSpace(source[at]))
                    at++;
                rt.Step();
                pieces.Add(rt.Slice(text, start, at - start));
            }

            return Value.Of(new ListObj([.. pieces]));
        }

        var find = Separator(separator);
        var searcher = new Searcher(rt, find, source.Length);
        var from = 0;
        while (left-- > 0 && searcher.IndexIn(source.AsSpan(from)) is var next and >= 0)
        {
            rt.Step();
            pieces.Add(rt.Slice(text, from, next));
            from += next + find.Length;
        }

        pieces.Add(rt.Slice(text, from, source.Length - from));
        return Value.Of(new ListObj([.. pieces]));
    }

    public static Value RightSplit(Runtime rt, in Value text, in Value separator, int limit)
    {
        if (limit < 0)
            limit = int.MaxValue;
        var pieces = new List<Value>();
        var source = text.Text;
        rt.Charge(source.Length >> 6);
        var end = source.Length;
        if (!Arguments.IsGiven(separator))
        {
            while (true)
            {
                end = PyChar.TrimEnd(source.AsSpan(0, end)).Length;
                if (end == 0)
                    break;
                var start = end;
                if (limit-- == 0)
                {
                    pieces.Add(rt.Slice(text, 0, end));
                    break;
                }

                while (start > 0 && !PyChar.IsSpace(source[start - 1]))
                    start--;
                rt.Step();
                pieces.Add(rt.Slice(text, start, end - start));
                end = start;
            }
        }
        else
        {
            var find = Separator(separator);
            var searcher = new Searcher(rt, find, source.Length);
            while (limit-- > 0 && searcher.LastIndexIn(source.AsSpan(0, end)) is var next and >= 0)
            {
                rt.Step();
                pieces.Add(rt.Slice(text, next + find.Length, end - next - find.Length));
                end = next;
            }

            pieces.Add(rt.Slice(text, 0, end));
        }

        pieces.Reverse();
        return Value.Of(new ListObj([.. pieces]));
    }

    /// <summary><c>str.splitlines</c>: more line ends than \n.</summary>
    public static List<Value> Lines(Runtime rt, in Value text, bool keepEnds)
    {
        var lines = new List<Value>();
        var source = text.Text;
        rt.Charge(source.Length >> 6);
        var start = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (!IsLineEnd(source[i]))
                continue;
            var end = i;
            if (source[i] == '\r' && i + 1 < source.Length && source[i + 1] == '\n')
                i++;
            rt.Step();
            lines.Add(rt.Slice(text, start, (keepEnds ? i + 1 : end) - start));
            start = i + 1;
        }

        if (start < source.Length)
            lines.Add(rt.Slice(text, start, source.Length - start));
        return lines;
    }

    private static bool IsLineEnd(char c) => c is (>= '\n' and <= '\r') or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    private static string Separator(in Value separator)
    {
        if (!separator.IsString)
            throw Errors.Type($"must be str or None, not {Ops.TypeName(separator)}");
        return separator.Text.Length > 0 ? separator.Text : throw Errors.Value("empty separator");
    }
}

/// <summary>Strings of at least some width.</summary>
internal static class Padding
{
    public static string Fill(in Value fill, string function)
    {
        if (fill.IsMissing)
            return " ";
        if (!fill.IsString)
            throw Errors.Type($"The fill character must be a unicode character, not {Ops.TypeName(fill)}");
        _ = function;
        return CodePoints.Count(fill.Text) == 1 ? fill.Text : throw Errors.Type("The fill character must be exactly one character long");
    }

    public static Value Pad(Runtime rt, in Value text, int width, string fill, char align)
    {
        var missing = width - CodePoints.Count(rt, text.Text);
        if (missing <= 0)
            return text;
        var left = align switch { '<' => 0, '>' => missing, _ => missing / 2 + (missing & width & 1) };
        rt.ChargeText(text.Text.Length + (long)missing * fill.Length);
        using var padded = rt.NewText();
        Repeat(padded, fill, left);
        padded.Append(rt, text);
        Repeat(padded, fill, missing - left);
        var result = padded.Take(rt);
        return text.IsMarkup ? Markup.Mark(result) : result;
    }

    public static Value ZeroFill(Runtime rt, in Value text, int width)
    {
        var missing = width - CodePoints.Count(rt, text.Text);
        if (missing <= 0)
            return text;
        rt.ChargeText(text.Text.Length + (long)missing);
        using var padded = rt.NewText();
        var sign = text.Text.StartsWith('+') || text.Text.StartsWith('-') ? 1 : 0;
        padded.Append(rt, text, 0, sign);
        padded.Append('0', missing);
        padded.Append(rt, text, sign, text.Text.Length - sign);
        return padded.Take(rt);
    }

    public static void Repeat(TextBuilder text, string fill, int count)
    {
        if (fill.Length == 1)
        {
            text.Append(fill[0], count);
            return;
        }

        for (var i = 0; i < count; i++)
            text.Append(fill);
    }
}
