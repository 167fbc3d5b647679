namespace Clembench.Templates.Jinja;

/// <summary>Python's <c>pprint.pformat</c>: values over several lines of at most 80 characters, dictionaries sorted by key.</summary>
internal static class Pretty
{
    private const int Width = 80;

    public static Value Print(Runtime rt, in Value value)
    {
        using var text = rt.NewText();
        Write(rt, text, value, 0, 0);
        return text.Take(rt);
    }

    private static void Write(Runtime rt, TextBuilder text, in Value value, int indent, int allowance)
    {
        rt.Step();
        var flat = Flat(rt, value);
        if (CodePoints.Count(flat.Text) <= Width - indent - allowance || value.Kind is not (Kind.Dict or Kind.List or Kind.Tuple or Kind.String))
        {
            text.Append(rt, flat);
            return;
        }

        rt.Enter();
        switch (value.Kind)
        {
            case Kind.Dict:
                WriteDict(rt, text, (DictObj)value.Object, indent, allowance);
                break;
            case Kind.String:
                WriteText(rt, text, value, indent, allowance);
                break;
            default:
                var list = (ListObj)value.Object;
                var tuple = value.Kind == Kind.Tuple;
                text.Append(tuple ? '(' : '[');
                var end = tuple && list.Count == 1 ? ",)" : tuple ? ")" : "]";
                for (var i = 0; i < list.Count; i++)
                {
                    Write(rt, text, list[i], indent + 1, i == list.Count - 1 ? allowance + end.Length : 1);
                    if (i < list.Count - 1)
                    {
                        text.Append(",\n");
                        text.Append(' ', indent + 1);
                    }
                }

                text.Append(end);
                break;
        }

        rt.Leave();
    }

    private static void WriteDict(Runtime rt, TextBuilder text, DictObj dict, int indent, int allowance)
    {
        text.Append('{');
        var entries = Sorted(rt, dict);
        for (var i = 0; i < entries.Length; i++)
        {
            var pair = (ListObj)entries[i].Object;
            var key = Flat(rt, pair[0]);
            text.Append(rt, key);
            text.Append(": ");
            Write(rt, text, pair[1], indent + CodePoints.Count(key.Text) + 3, i == entries.Length - 1 ? allowance + 1 : 1);
            if (i < entries.Length - 1)
            {
                text.Append(",\n");
                text.Append(' ', indent + 1);
            }
        }

        text.Append('}');
    }

    // Long strings become adjacent literals: one for each line, broken between words.
    private static void WriteText(Runtime rt, TextBuilder text, in Value value, int indent, int allowance)
    {
        var pieces = new List<Value>();
        var lines = Splitting.Lines(rt, value, keepEnds: true);
        var top = indent == 0 && allowance == 0;
        if (top)
            (indent, allowance) = (1, 1);
        for (var i = 0; i < lines.Count; i++)
        {
            var repr = PythonText.ReprValue(rt, lines[i]);
            var width = Width - indent - (i == lines.Count - 1 ? allowance : 0);
            if (CodePoints.Count(repr.Text) <= width)
            {
                pieces.Add(repr);
                continue;
            }

            var line = lines[i];
            var (start, end) = (0, 0);
            foreach (var length in WordLengths(line.Text))
            {
                rt.Charge(8);
                var last = i == lines.Count - 1 && end + length == line.Text.Length ? allowance : 0;
                if (end > start && PythonText.Repr(line.Text[start..(end + length)]).Length > Width - indent - last)
                {
                    pieces.Add(PythonText.ReprValue(rt, rt.Slice(line, start, end - start)));
                    start = end;
                }

                end += length;
            }

            if (end > start)
                pieces.Add(PythonText.ReprValue(rt, rt.Slice(line, start, end - start)));
        }

        if (pieces.Count == 1)
        {
            text.Append(rt, pieces[0]);
            return;
        }

        if (top)
            text.Append('(');
        for (var i = 0; i < pieces.Count; i++)
        {
            if (i > 0)
            {
                text.Append('\n');
                text.Append(' ', indent);
            }

            text.Append(rt, pieces[i]);
        }

        if (top)
            text.Append(')');
    }

    // \S*\s*: words with the spaces behind them.
    private static IEnumerable<int> WordLengths(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !PyChar.IsSpace(text[end]))
                end++;
            while (end < text.Length && PyChar.IsSpace(text[end]))
                end++;
            yield return end - start;
            start = end;
        }
    }

    private static Value Flat(Runtime rt, in Value value)
    {
        using var text = rt.NewText();
        AppendFlat(rt, text, value);
        return text.Take(rt);
    }

    private static void AppendFlat(Runtime rt, TextBuilder text, in Value value)
    {
        rt.Enter();
        rt.Charge(2);
        if (value.Ref is DictObj dict)
        {
            text.Append('{');
            var first = true;
            foreach (var entry in Sorted(rt, dict))
            {
                var pair = (ListObj)entry.Object;
                text.Append(first ? "" : ", ");
                first = false;
                AppendFlat(rt, text, pair[0]);
                text.Append(": ");
                AppendFlat(rt, text, pair[1]);
            }

            text.Append('}');
        }
        else if (value.Ref is ListObj list)
        {
            text.Append(list.Kind == Kind.Tuple ? '(' : '[');
            for (var i = 0; i < list.Count; i++)
            {
                text.Append(i > 0 ? ", " : "");
                AppendFlat(rt, text, list[i]);
            }

            text.Append(list.Kind != Kind.Tuple ? "]" : list.Count == 1 ? ",)" : ")");
        }
        else
        {
            PythonText.AppendRepr(rt, text, value);
        }

        rt.Leave();
    }

    private static Value[] Sorted(Runtime rt, DictObj dict)
    {
        var pairs = Ops.ToArray(rt, Value.Of(new ViewObj(ViewKind.Items, dict)));
        var comparable = pairs.All(pair => ((ListObj)pair.Object)[0].IsString) || pairs.All(pair => Ops.IsNumber(((ListObj)pair.Object)[0].Kind));
        return comparable ? Sorting.Sort(rt, pairs, pair => ((ListObj)pair.Object)[0], reverse: false) : pairs;
    }
}
