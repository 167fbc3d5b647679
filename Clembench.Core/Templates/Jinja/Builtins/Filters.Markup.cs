using System.Buffers;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Filters for HTML and URLs.</summary>
internal static partial class Filters
{
    private static readonly SearchValues<char> NotInAttributeNames = SearchValues.Create(" \t\n\r\f\v/>=");

    private static IEnumerable<Builtin> MarkupFilters() =>
    [
        new("escape", "s", static (rt, a) => Markup.Escape(rt, a[0])),
        new("e", "s", static (rt, a) => Markup.Escape(rt, a[0])),
        new("forceescape", "value", static (rt, a) => Markup.Escape(rt, Text(rt, a[0]) is var text ? Markup.Unmark(text) : default)),
        new("safe", "value", static (rt, a) => Markup.Mark(Text(rt, a[0]))),
        new("striptags", "value", static (rt, a) => Text(rt, a[0]) is var text ? rt.Derived(Markup.StripTags(rt, text.Text), [text]) : default),
        new("urlencode", "value", UrlEncode),
        new("urlize", "value, trim_url_limit=, nofollow=, target=, rel=, extra_schemes=", static (rt, a) => Urls.Urlize(rt, a)),
        new("xmlattr", "d, autospace=", XmlAttributes),
    ];

    private static Value XmlAttributes(Runtime rt, ReadOnlySpan<Value> a)
    {
        if (a[0].IsUndefined)
            throw ((UndefinedObj)a[0].Object).Error(rt);
        if (a[0].Ref is not DictObj dict)
            throw new JinjaException(JinjaErrorKind.Type, $"'{Ops.TypeName(a[0])}' object has no attribute 'items'");
        using var text = rt.NewText();
        var space = Arguments.Bool(rt, a[1], ifMissing: true);
        foreach (var (key, value) in dict.Entries())
        {
            rt.Step();
            if (value.IsNone || value.IsUndefined)
                continue;
            if (!key.IsString)
                throw Errors.Type("expected string or bytes-like object, got '" + Ops.TypeName(key) + "'");
            if (key.Text.AsSpan().ContainsAny(NotInAttributeNames))
                throw Errors.Value($"Invalid character in attribute name: {PythonText.Repr(key.Text)}");
            if (text.Length > 0 || space)
                text.Append(' ');
            text.Append(rt, Markup.Escape(rt, key));
            text.Append("=\"");
            text.Append(rt, Markup.Escape(rt, value));
            text.Append('"');
        }

        return text.Take(rt);
    }

    private static Value UrlEncode(Runtime rt, ReadOnlySpan<Value> a)
    {
        using var text = rt.NewText();
        if (a[0].IsString || !Ops.IsIterable(a[0]))
        {
            AppendQuoted(rt, text, Text(rt, a[0]), forQuery: false);
            return text.Take(rt);
        }

        var pairs = a[0].Ref is DictObj dict ? new ViewObj(ViewKind.Items, dict).Elements() : Ops.Iterate(rt, a[0]);
        var first = true;
        foreach (var pair in pairs)
        {
            var items = Ops.IsIterable(pair) ? Ops.ToArray(rt, pair) : throw Errors.Type($"cannot unpack non-iterable {Ops.TypeName(pair)} object");
            if (items.Length != 2)
                throw Errors.Value(items.Length > 2 ? "too many values to unpack (expected 2)" : $"not enough values to unpack (expected 2, got {items.Length})");
            if (!first)
                text.Append('&');
            first = false;
            AppendQuoted(rt, text, Text(rt, items[0]), forQuery: true);
            text.Append('=');
            AppendQuoted(rt, text, Text(rt, items[1]), forQuery: true);
        }

        return text.Take(rt);
    }

    // urllib.parse.quote: letters, digits and _.-~ stay; a slash only outside of queries, where a space becomes a plus.
    private static void AppendQuoted(Runtime rt, TextBuilder text, in Value value, bool forQuery)
    {
        rt.Charge(value.Text.Length >> 3);
        var start = text.Length;
        foreach (var unit in Encoding.UTF8.GetBytes(value.Text))
        {
            var c = (char)unit;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !forQuery))
            {
                text.Append(c);
            }
            else if (c == ' ' && forQuery)
            {
                text.Append('+');
            }
            else
            {
                text.Append('%');
                text.Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        if (Provenance.Source(value.Bits) != 0)
            text.Mark(start, text.Length - start);
    }
}
