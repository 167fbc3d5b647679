using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Markup: strings that <c>escape</c> and <c>safe</c> made; what is added to them is escaped.</summary>
internal static class Markup
{
    /// <summary>The same text as a plain string.</summary>
    public static Value Plain(in Value text) => text.IsMarkup ? Value.String(text.Text, text.Bits & ~Provenance.Markup) : text;

    public static Value Escape(Runtime rt, in Value value)
    {
        if (value.IsMarkup)
            return value;
        var text = PythonText.Str(rt, value);
        if (text.Text.AsSpan().IndexOfAny("&<>\"'") < 0)
            return Value.String(text.Text, text.Bits | Provenance.Markup);

        using var escaped = rt.NewText();
        var start = 0;
        for (var i = 0; i < text.Text.Length; i++)
        {
            var entity = text.Text[i] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&#34;", '\'' => "&#39;", _ => null };
            if (entity is null)
                continue;
            escaped.Append(rt, text, start, i - start);
            var at = escaped.Length;
            escaped.Append(entity);
            if (Provenance.Source(text.Bits) != 0)
                escaped.Mark(at, entity.Length);
            start = i + 1;
        }

        escaped.Append(rt, text, start, text.Text.Length - start);
        return Mark(escaped.Take(rt));
    }

    public static Value Mark(in Value text) => Value.String(text.Text, text.Bits | Provenance.Markup);

    public static Value Unmark(in Value text) => Value.String(text.Text, text.Bits & ~Provenance.Markup);

    /// <summary><c>left + right</c> where one is markup.</summary>
    public static Value Concat(Runtime rt, in Value left, in Value right) => Mark(rt.Concat(Escape(rt, left), Escape(rt, right)));

    /// <summary>Plain text of markup: no comments, no tags, single spaces, no entities.</summary>
    public static string StripTags(Runtime rt, string value)
    {
        rt.Charge(value.Length >> 2);
        var text = new StringBuilder(value);
        RemoveBetween(text, "<!--", "-->");
        RemoveBetween(text, "<", ">");
        var words = string.Join(' ', text.ToString().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return System.Net.WebUtility.HtmlDecode(words);
    }

    private static void RemoveBetween(StringBuilder text, string open, string close)
    {
        var source = text.ToString();
        text.Clear();
        var at = 0;
        while (source.IndexOf(open, at, StringComparison.Ordinal) is var start and >= 0
            && source.IndexOf(close, start, StringComparison.Ordinal) is var end and >= 0)
        {
            text.Append(source, at, start - at);
            at = end + close.Length;
        }

        text.Append(source, at, source.Length - at);
    }
}
