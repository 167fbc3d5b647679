using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Filters of strings.</summary>
internal static partial class Filters
{
    private static IEnumerable<Builtin> TextFilters() =>
    [
        new("upper", "s", static (rt, a) => Text(rt, a[0]) is var text ? rt.Derived(Casing.Upper(rt, text.Text), text) : default),
        new("lower", "s", static (rt, a) => Text(rt, a[0]) is var text ? rt.Derived(Casing.Lower(rt, text.Text), text) : default),
        new("capitalize", "s", static (rt, a) => Text(rt, a[0]) is var text ? rt.Derived(Casing.Capitalize(rt, text.Text), text) : default),
        new("title", "s", static (rt, a) => Text(rt, a[0]) is var text ? rt.Derived(TitleWords(rt, text.Text), Markup.Plain(text)) : default),
        new("trim", "value, chars=", static (rt, a) => Methods.Strip(rt, Text(rt, a[0]), a[1], true, true, "strip")),
        new("center", "value, width=", static (rt, a) => Padding.Pad(rt, Text(rt, a[0]), Arguments.Int(a[1], 80), " ", '^')),
        new("replace", "s, old, new, count=", static (rt, a) => Methods.Replace(
            rt, Markup.Plain(Text(rt, a[0])), Text(rt, a[1]), Text(rt, a[2]), Arguments.IsGiven(a[3]) ? Arguments.Int(a[3]) : -1)),
        new("indent", "s, width=, first=, blank=", Indent),
        new("truncate", "s, length=, killwords=, end=, leeway=", Truncate),
        new("wordwrap", "s, width=, break_long_words=, wrapstring=, break_on_hyphens=", static (rt, a) => WordWrap.Wrap(
            rt, Str(a[0], "splitlines"), Arguments.Int(a[1], 79), Arguments.Bool(rt, a[2], true), Arguments.IsGiven(a[3]) ? Str(a[3], "join").Text : "\n", Arguments.Bool(rt, a[4], true))),
        new("wordcount", "s", static (rt, a) => Value.Int(CountWords(rt, Text(rt, a[0]).Text))),
        new("format", Format),
    ];

    private static Value Str(in Value value, string attribute)
    {
        if (value.IsString)
            return value;
        if (value.IsUndefined)
            throw ((UndefinedObj)value.Object).Error(null);
        throw new JinjaException(JinjaErrorKind.Type, $"'{Ops.TypeName(value)}' object has no attribute '{attribute}'");
    }

    // jinja2's own idea of a title: words begin behind spaces, hyphens and opening brackets.
    private static string TitleWords(Runtime rt, string text)
    {
        rt.Charge(text.Length);
        var title = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var separator = IsWordBreak(text[start]);
            var end = start;
            while (end < text.Length && IsWordBreak(text[end]) == separator)
                end++;
            var first = CodePoints.LengthAt(text, start);
            title.Append(Casing.Upper(rt, text.Substring(start, first))).Append(Casing.Lower(rt, text[(start + first)..end]));
            start = end;
        }

        return title.ToString();
    }

    private static bool IsWordBreak(char c) => c is '-' or '(' or '{' or '[' or '<' || PyChar.IsSpace(c);

    private static Value Indent(Runtime rt, ReadOnlySpan<Value> a)
    {
        if (!a[0].IsString)
        {
            throw a[0].Kind switch
            {
                Kind.Undefined => ((UndefinedObj)a[0].Object).Error(rt),
                Kind.List => Errors.Type("'list' object has no attribute 'splitlines'"),
                Kind.Tuple => Errors.Type("can only concatenate tuple (not \"str\") to tuple"),
                _ => Ops.Unsupported("+=", a[0], Value.String("")),
            };
        }

        var indention = a[1].IsMissing ? Value.String("    ") : a[1].IsString ? a[1] : Value.String(Indentation(rt, Arguments.Int(a[1])));
        if (a[0].IsMarkup)
            indention = Markup.Escape(rt, indention);
        var (first, blank) = (Arguments.Bool(rt, a[2]), Arguments.Bool(rt, a[3]));
        using var text = rt.NewText();
        var line = 0;
        foreach (var content in Splitting.Lines(rt, rt.Concat(a[0], Value.String("\n")), keepEnds: false))
        {
            if (line > 0)
                text.Append('\n');
            if (line == 0 ? first : blank || content.Text.Length > 0)
            {
                rt.Charge(indention.Text.Length >> 6);
                text.Append(rt, indention);
            }

            text.Append(rt, content);
            line++;
        }

        var result = text.Take(rt);
        return a[0].IsMarkup ? Markup.Mark(result) : result;
    }

    private static Value Truncate(Runtime rt, ReadOnlySpan<Value> a)
    {
        if (a[1].Kind == Kind.Float)
            return TruncateToFloat(rt, a);
        var length = Arguments.Int(a[1], 255);
        var end = a[3].IsMissing ? Value.String("...") : a[3];
        var endLength = Ops.Length(rt, end);
        var leeway = Arguments.IsGiven(a[4]) ? Arguments.Int(a[4]) : 5;
        if (length < endLength)
            throw Errors.Value($"expected length >= {endLength}, got {length}");
        if (leeway < 0)
            throw Errors.Value($"expected leeway >= 0, got {leeway}");
        if (Ops.Length(rt, a[0]) <= (long)length + leeway)
            return a[0];
        var text = Str(a[0], "rsplit");
        var cut = rt.Slice(text, 0, CodePoints.Offset(text.Text, length - endLength));
        if (!Arguments.Bool(rt, a[2]) && cut.Text.LastIndexOf(' ') is var space and >= 0)
            cut = rt.Slice(cut, 0, space);
        return Ops.Add(rt, cut, end);
    }

    // A length that is no integer is compared all the same, and then can't cut.
    private static Value TruncateToFloat(Runtime rt, ReadOnlySpan<Value> a)
    {
        var endLength = a[3].IsMissing ? 3 : Ops.Length(rt, a[3]);
        var leeway = Arguments.IsGiven(a[4]) ? Arguments.Int(a[4]) : 5;
        if (a[1].Double < endLength)
            throw Errors.Value($"expected length >= {endLength}, got {PythonText.Float(a[1].Double)}");
        return Ops.Length(rt, a[0]) <= a[1].Double + leeway
            ? a[0]
            : throw Errors.Type("slice indices must be integers or None or have an __index__ method");
    }

    private static int CountWords(Runtime rt, string text)
    {
        rt.Charge(text.Length >> 3);
        var (count, inWord) = (0, false);
        for (var i = 0; i < text.Length; i += CodePoints.LengthAt(text, i))
        {
            var word = PyChar.IsWord(text, i);
            if (word && !inWord)
                count++;
            inWord = word;
        }

        return count;
    }

    private static Value Format(Runtime rt, Value self, in Args args)
    {
        if (args.Positional.Length > 0 && args.Names.Length > 0)
            throw Errors.Value("can't handle positional and keyword arguments at the same time");
        if (args.Names.Length == 0)
            return PercentFormat.Format(rt, Text(rt, self), Value.Of(new ListObj(args.Positional.ToArray(), tuple: true)));
        var mapping = new TemplateDict(rt);
        for (var i = 0; i < args.Names.Length; i++)
            mapping.Set(Value.String(args.Names[i]), args.Keywords[i]);
        return PercentFormat.Format(rt, Text(rt, self), Value.Of(mapping));
    }
}
