using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Python's methods of strings.</summary>
internal static partial class Methods
{
    private static IEnumerable<Builtin> StringMethods() =>
    [
        new("upper", "self, /", (rt, a) => rt.Derived(Casing.Upper(rt, a[0].Text), a[0])),
        new("lower", "self, /", (rt, a) => rt.Derived(Casing.Lower(rt, a[0].Text), a[0])),
        new("title", "self, /", (rt, a) => rt.Derived(Casing.Title(rt, a[0].Text), a[0])),
        new("capitalize", "self, /", (rt, a) => rt.Derived(Casing.Capitalize(rt, a[0].Text), a[0])),
        new("swapcase", "self, /", (rt, a) => rt.Derived(Casing.Swap(rt, a[0].Text), a[0])),
        new("casefold", "self, /", (rt, a) => rt.Derived(Casing.Fold(rt, a[0].Text), a[0])),
        new("strip", "self, chars=, /", (rt, a) => Strip(rt, a[0], a[1], true, true, "strip")),
        new("lstrip", "self, chars=, /", (rt, a) => Strip(rt, a[0], a[1], true, false, "lstrip")),
        new("rstrip", "self, chars=, /", (rt, a) => Strip(rt, a[0], a[1], false, true, "rstrip")),
        new("split", "self, sep=, maxsplit=", (rt, a) => Splitting.Split(rt, a[0], a[1], Arguments.Int(a[2], -1))),
        new("rsplit", "self, sep=, maxsplit=", (rt, a) => Splitting.RightSplit(rt, a[0], a[1], Arguments.Int(a[2], -1))),
        new("splitlines", "self, keepends=", (rt, a) => Value.Of(new ListObj([.. Splitting.Lines(rt, a[0], Arguments.Int(a[1], 0) != 0)]))),
        new("partition", "self, sep, /", (rt, a) => Partition(rt, a[0], a[1], last: false)),
        new("rpartition", "self, sep, /", (rt, a) => Partition(rt, a[0], a[1], last: true)),
        new("join", "self, iterable, /", (rt, a) => Join(rt, a[0], a[1])),
        new("replace", "self, old, new, count=, /", (rt, a) => Replace(rt, a[0], Require(a[1], "replace", 1), Require(a[2], "replace", 2), Arguments.Int(a[3], -1))),
        new("startswith", "self, prefix, start=, end=, /", (rt, a) => Value.Bool(HasAffix(rt, a, "startswith"))),
        new("endswith", "self, suffix, start=, end=, /", (rt, a) => Value.Bool(HasAffix(rt, a, "endswith"))),
        new("find", "self, sub, start=, end=, /", (rt, a) => Value.Int(Search(rt, a, false))),
        new("rfind", "self, sub, start=, end=, /", (rt, a) => Value.Int(Search(rt, a, true))),
        new("index", "self, sub, start=, end=, /", (rt, a) => Found(Search(rt, a, false))),
        new("rindex", "self, sub, start=, end=, /", (rt, a) => Found(Search(rt, a, true))),
        new("count", "self, sub, start=, end=, /", (rt, a) => Value.Int(Count(rt, a))),
        new("removeprefix", "self, prefix, /", (rt, a) => a[0].Text.StartsWith(Require(a[1], "removeprefix").Text, StringComparison.Ordinal)
            ? rt.Slice(a[0], a[1].Text.Length, a[0].Text.Length - a[1].Text.Length)
            : a[0]),
        new("removesuffix", "self, suffix, /", (rt, a) => Require(a[1], "removesuffix").Text.Length > 0 && a[0].Text.EndsWith(a[1].Text, StringComparison.Ordinal)
            ? rt.Slice(a[0], 0, a[0].Text.Length - a[1].Text.Length)
            : a[0]),
        new("center", "self, width, fillchar=, /", (rt, a) => Padding.Pad(rt, a[0], Arguments.Int(a[1]), Padding.Fill(a[2], "center"), '^')),
        new("ljust", "self, width, fillchar=, /", (rt, a) => Padding.Pad(rt, a[0], Arguments.Int(a[1]), Padding.Fill(a[2], "ljust"), '<')),
        new("rjust", "self, width, fillchar=, /", (rt, a) => Padding.Pad(rt, a[0], Arguments.Int(a[1]), Padding.Fill(a[2], "rjust"), '>')),
        new("zfill", "self, width, /", (rt, a) => Padding.ZeroFill(rt, a[0], Arguments.Int(a[1]))),
        new("expandtabs", "self, tabsize=", (rt, a) => ExpandTabs(rt, a[0], Arguments.Int(a[1], 8))),
        new("isalpha", "self, /", (rt, a) => All(rt, a[0], PyChar.IsAlpha)),
        new("isalnum", "self, /", (rt, a) => All(rt, a[0], PyChar.IsAlnum)),
        new("isdigit", "self, /", (rt, a) => All(rt, a[0], PyChar.IsDigit)),
        new("isdecimal", "self, /", (rt, a) => All(rt, a[0], PyChar.IsDecimal)),
        new("isnumeric", "self, /", (rt, a) => All(rt, a[0], PyChar.IsNumeric)),
        new("isspace", "self, /", (rt, a) => All(rt, a[0], rune => rune.IsBmp && PyChar.IsSpace((char)rune.Value))),
        new("isprintable", "self, /", (rt, a) => Value.Bool(a[0].Text.Length == 0 || Ops.Truthy(rt, All(rt, a[0], PyChar.IsPrintable)))),
        new("isascii", "self, /", (_, a) => Value.Bool(Ascii.IsValid(a[0].Text))),
        new("isidentifier", "self, /", (_, a) => Value.Bool(PyChar.IsIdentifier(a[0].Text))),
        new("islower", "self, /", (rt, a) => Value.Bool(Casing.IsLower(rt, a[0].Text))),
        new("isupper", "self, /", (rt, a) => Value.Bool(Casing.IsUpper(rt, a[0].Text))),
        new("istitle", "self, /", (rt, a) => Value.Bool(Casing.IsTitle(rt, a[0].Text))),
        new("translate", "self, table, /", (rt, a) => Translate(rt, a[0], a[1])),
        new("format", (Runtime rt, Value self, in Args args) => StrFormat.Format(rt, self, args)),
        new("encode", "self, encoding=, errors=", (_, _) => throw new JinjaException(JinjaErrorKind.Unsupported, "Templates have no bytes: 'encode' is not supported.")),
        new("format_map", "self, mapping, /", (rt, a) => StrFormat.FormatMap(rt, a[0], a[1])),
    ];

    /// <summary>Where a text without the white space at its ends begins and ends.</summary>
    public static (int Start, int End) StripSpace(Runtime rt, string text, bool left, bool right)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && PyChar.IsSpace(text[start]))
            start++;
        while (right && end > start && PyChar.IsSpace(text[end - 1]))
            end--;
        rt.Charge((text.Length - (end - start)) >> 3);
        return (start, end);
    }

    public static Value Strip(Runtime rt, in Value text, in Value chars, bool left, bool right, string name)
    {
        var source = text.Text;
        var (start, end) = (0, source.Length);
        if (!Arguments.IsGiven(chars))
        {
            (start, end) = StripSpace(rt, source, left, right);
        }
        else
        {
            if (!chars.IsString)
                throw Errors.Type($"{name} arg must be None or str");
            var set = chars.Text;
            while (left && start < end && CodePoints.LengthAt(source, start) is var length && IsIn(source, start, length))
                start += length;
            while (right && end > start && (end - 2 >= start && char.IsSurrogatePair(source, end - 2) ? 2 : 1) is var length && IsIn(source, end - length, length))
                end -= length;

            bool IsIn(string of, int at, int length)
            {
                rt.Charge(1 + (set.Length >> 6));
                return set.AsSpan().IndexOf(of.AsSpan(at, length)) >= 0;
            }
        }

        return rt.Slice(text, start, end - start);
    }

    public static Value Join(Runtime rt, in Value separator, in Value elements)
    {
        if (!Ops.IsIterable(elements))
            throw Errors.Type("can only join an iterable");
        using var text = rt.NewText();
        var markup = separator.IsMarkup;
        var i = 0;
        foreach (var element in Ops.Iterate(rt, elements))
        {
            rt.Step();
            if (!element.IsString && !markup)
                throw Errors.Type($"sequence item {i}: expected str instance, {Ops.TypeName(element)} found");
            if (i++ > 0)
                text.Append(rt, separator);
            text.Append(rt, markup ? Markup.Escape(rt, element) : element);
        }

        var joined = text.Take(rt);
        return markup ? Markup.Mark(joined) : joined;
    }

    public static Value Replace(Runtime rt, in Value text, in Value old, in Value with, int count)
    {
        var source = text.Text;
        var find = old.Text;
        rt.Charge(source.Length >> 6);
        if (count == 0 || !Searcher.Contains(rt, source, find))
            return text;
        var replacement = text.IsMarkup ? Markup.Escape(rt, with) : with;
        using var replaced = rt.NewText();
        var at = 0;
        if (find.Length == 0)
        {
            // Between all characters, and at both ends.
            var left = count < 0 ? int.MaxValue : count;
            for (; left > 0; left--)
            {
                rt.Step();
                replaced.Append(rt, replacement);
                if (at >= source.Length)
                    break;
                var length = CodePoints.LengthAt(source, at);
                replaced.Append(rt, text, at, length);
                at += length;
            }
        }
        else
        {
            var searcher = new Searcher(rt, find, source.Length);
            while (count-- != 0 && searcher.IndexIn(source.AsSpan(at)) is var next and >= 0)
            {
                rt.Step();
                replaced.Append(rt, text, at, next);
                replaced.Append(rt, replacement);
                at += next + find.Length;
            }
        }

        if (at < source.Length)
            replaced.Append(rt, text, at, source.Length - at);
        var result = replaced.Take(rt);
        return text.IsMarkup ? Markup.Mark(result) : result;
    }

    private static Value Require(in Value value, string function, int? place = null)
    {
        if (place is null && !value.IsString && !value.IsUndefined)
            throw Errors.Type($"{function}() argument must be str, not {Ops.TypeName(value)}");
        _ = Arguments.Text(value, function, place ?? 1);
        return value;
    }

    private static Value Partition(Runtime rt, in Value text, in Value separator, bool last)
    {
        var find = Sought(separator);
        if (find.Length == 0)
            throw Errors.Value("empty separator");
        var searcher = new Searcher(rt, find, text.Text.Length);
        var at = last ? searcher.LastIndexIn(text.Text) : searcher.IndexIn(text.Text);
        var empty = rt.Slice(text, 0, 0);
        if (at < 0)
            return Value.Of(new ListObj(last ? [empty, empty, text] : [text, empty, empty], tuple: true));
        var end = at + find.Length;
        return Value.Of(new ListObj([rt.Slice(text, 0, at), rt.Slice(text, at, find.Length), rt.Slice(text, end, text.Text.Length - end)], tuple: true));
    }

    // The part of a text that start and end (in code points) leave, in code units; empty (-1) where start is behind the end.
    private static (int Start, int End) Window(Runtime rt, string text, in Value start, in Value end)
    {
        if (!Arguments.IsGiven(start) && !Arguments.IsGiven(end))
            return (0, text.Length);
        var length = CodePoints.Count(rt, text);
        var from = Arguments.IsGiven(start) ? Bound(start) : 0;
        var to = Arguments.IsGiven(end) ? Bound(end) : length;
        from = from < 0 ? Math.Max(0, from + length) : from;
        to = to < 0 ? Math.Max(0, to + length) : Math.Min(to, length);
        return from > to ? (-1, -1) : (CodePoints.Offset(text, from), CodePoints.Offset(text, to));
    }

    private static int Bound(in Value value) => value.IsUndefined || Ops.IsIndex(value)
        ? value.Kind == Kind.BigInt ? (Ops.Big(value).Sign > 0 ? int.MaxValue : int.MinValue / 2) : Arguments.Int(value)
        : throw Errors.Type("slice indices must be integers or None or have an __index__ method");

    private static bool HasAffix(Runtime rt, ReadOnlySpan<Value> a, string name)
    {
        var (start, end) = Window(rt, a[0].Text, a[2], a[3]);
        if (a[1].Kind != Kind.Tuple)
        {
            if (!a[1].IsString)
                throw Errors.Type($"{name} first arg must be str or a tuple of str, not {Ops.TypeName(a[1])}");
            return Matches(rt, a[0].Text, start, end, a[1].Text, name);
        }

        foreach (var affix in Ops.ToArray(rt, a[1]))
        {
            if (!affix.IsString)
                throw Errors.Type($"tuple for {name} must only contain str, not {Ops.TypeName(affix)}");
            if (Matches(rt, a[0].Text, start, end, affix.Text, name))
                return true;
        }

        return false;
    }

    private static bool Matches(Runtime rt, string text, int start, int end, string affix, string name)
    {
        if (start < 0)
            return false;
        rt.Charge(affix.Length >> 6);
        var window = text.AsSpan(start, end - start);
        return name == "startswith" ? window.StartsWith(affix, StringComparison.Ordinal) : window.EndsWith(affix, StringComparison.Ordinal);
    }

    private static int Search(Runtime rt, ReadOnlySpan<Value> a, bool last)
    {
        var text = a[0].Text;
        var find = Sought(a[1]);
        var (start, end) = Window(rt, text, a[2], a[3]);
        if (start < 0)
            return -1;
        var window = text.AsSpan(start, end - start);
        var searcher = new Searcher(rt, find, window.Length);
        var at = last ? searcher.LastIndexIn(window) : searcher.IndexIn(window);
        rt.Charge(text.Length >> 6);
        return at < 0 ? -1 : CodePoints.Count(text.AsSpan(0, start + at));
    }

    private static string Sought(in Value value) => value.IsString || value.IsUndefined
        ? Arguments.Text(value, "find")
        : throw Errors.Type($"must be str, not {Ops.TypeName(value)}");

    private static Value Found(int at) => at >= 0 ? Value.Int(at) : throw Errors.Value("substring not found");

    private static long Count(Runtime rt, ReadOnlySpan<Value> a)
    {
        var find = Sought(a[1]);
        var (start, end) = Window(rt, a[0].Text, a[2], a[3]);
        if (start < 0)
            return 0;
        rt.Charge(a[0].Text.Length >> 6);
        var window = a[0].Text.AsSpan(start, end - start);
        return find.Length == 0 ? CodePoints.Count(window) + 1 : new Searcher(rt, find, window.Length).CountIn(window);
    }

    private static Value ExpandTabs(Runtime rt, in Value text, int size)
    {
        using var expanded = rt.NewText();
        var column = 0;
        for (var i = 0; i < text.Text.Length; i++)
        {
            var c = text.Text[i];
            if (c == '\t')
            {
                var spaces = size > 0 ? size - column % size : 0;
                expanded.Append(' ', spaces);
                column += spaces;
                continue;
            }

            expanded.Append(rt, text, i, 1);
            column = c is '\n' or '\r' ? 0 : char.IsLowSurrogate(c) ? column : column + 1;
        }

        rt.Charge(text.Text.Length >> 2);
        return expanded.Take(rt);
    }

    private static Value Translate(Runtime rt, in Value text, in Value table)
    {
        using var translated = rt.NewText();
        for (var i = 0; i < text.Text.Length;)
        {
            rt.Step();
            var length = CodePoints.LengthAt(text.Text, i);
            var key = Value.Int(length == 2 ? char.ConvertToUtf32(text.Text, i) : text.Text[i]);
            var found = table.Kind == Kind.Dict ? (((DictObj)table.Object).TryGet(rt, key, out var entry) ? entry : default) : Ops.GetItem(rt, table, key);
            if (found.IsMissing || found.IsUndefined)
                translated.Append(rt, text, i, length);
            else if (found.IsString)
                translated.Append(rt, found);
            else if (Ops.IsIndex(found))
                translated.Append(Rune.IsValid(Arguments.Int(found)) ? new Rune(Arguments.Int(found)).ToString() : throw Errors.Value("character mapping must be in range(0x110000)"));
            else if (!found.IsNone)
                throw Errors.Type("character mapping must return integer, None or str");
            i += length;
        }

        return translated.Take(rt);
    }

    private static Value All(Runtime rt, in Value text, Func<Rune, bool> test)
    {
        rt.Charge(text.Text.Length >> 2);
        foreach (var rune in text.Text.EnumerateRunes())
        {
            if (!test(rune))
                return Value.False;
        }

        return Value.Bool(text.Text.Length > 0);
    }
}
