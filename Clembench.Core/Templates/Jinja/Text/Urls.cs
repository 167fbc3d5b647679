using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>The filter <c>urlize</c>: addresses in a text become links. Written without regular expressions, which hostile text could stall.</summary>
internal static class Urls
{
    public static Value Urlize(Runtime rt, ReadOnlySpan<Value> a)
    {
        var text = PythonText.Str(rt, a[0]);
        var limit = Arguments.IsGiven(a[1]) ? Arguments.Int(a[1]) : -1;
        var target = Arguments.IsGiven(a[3]) ? PythonText.Str(rt, a[3]).Text : null;
        var rel = new SortedSet<string>(StringComparer.Ordinal);
        if (Arguments.IsGiven(a[4]))
            rel.UnionWith(PythonText.Str(rt, a[4]).Text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        if (Arguments.Bool(rt, a[2]))
            rel.Add("nofollow");
        rel.Add("noopener");
        var schemes = new List<string>();
        foreach (var scheme in Arguments.IsGiven(a[5]) ? Ops.ToArray(rt, a[5]) : [])
        {
            if (!scheme.IsString || !IsScheme(scheme.Text))
                throw Errors.Value($"{PythonText.Repr(rt, scheme)} is not a valid URI scheme prefix.");
            schemes.Add(scheme.Text);
        }

        var attributes = $" rel=\"{Escape(rt, string.Join(' ', rel))}\"" + (target is null ? "" : $" target=\"{Escape(rt, target)}\"");
        var escaped = Markup.Escape(rt, text).Text;
        rt.Charge(escaped.Length);
        var result = new StringBuilder();
        for (var start = 0; start < escaped.Length;)
        {
            var end = start;
            var blank = PyChar.IsSpace(escaped[start]);
            while (end < escaped.Length && PyChar.IsSpace(escaped[end]) == blank)
                end++;
            result.Append(blank ? escaped[start..end] : Link(escaped[start..end], limit, attributes, schemes));
            start = end;
        }

        return rt.Derived(result.ToString(), [text]);
    }

    private static string Escape(Runtime rt, string text) => Markup.Escape(rt, Value.String(text)).Text;

    private static bool IsScheme(string scheme)
    {
        var colon = scheme.IndexOf(':', StringComparison.Ordinal);
        return colon >= 2 && scheme[(colon + 1)..] is "" or "/" or "//" && scheme[..colon].All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '+' or '-');
    }

    private static string Link(string word, int limit, string attributes, List<string> schemes)
    {
        var head = 0;
        while (head < word.Length)
        {
            if (word[head] is '(' or '<')
                head++;
            else if (word.AsSpan(head).StartsWith("&lt;", StringComparison.Ordinal))
                head += 4;
            else
                break;
        }

        var tail = word.Length;
        while (tail > head)
        {
            if (word[tail - 1] is ')' or '>' or '.' or ',' or '\n')
                tail--;
            else if (word.AsSpan(head, tail - head).EndsWith("&gt;", StringComparison.Ordinal))
                tail -= 4;
            else
                break;
        }

        foreach (var (open, close) in ((string, string)[])[("(", ")"), ("<", ">"), ("&lt;", "&gt;")])
        {
            var opened = word.AsSpan(head, tail - head).Count(open);
            if (opened <= word.AsSpan(head, tail - head).Count(close))
                continue;
            for (var moves = Math.Min(opened, word.AsSpan(tail).Count(close)); moves > 0; moves--)
                tail = word.IndexOf(close, tail, StringComparison.Ordinal) + close.Length;
        }

        var middle = word[head..tail];
        return word[..head] + Anchor(middle, limit, attributes, schemes) + word[tail..];
    }

    private static string Anchor(string text, int limit, string attributes, List<string> schemes)
    {
        if (IsWebAddress(text))
        {
            var scheme = text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal) ? "" : "https://";
            return $"<a href=\"{scheme}{text}\"{attributes}>{Trim(text, limit)}</a>";
        }

        if (text.StartsWith("mailto:", StringComparison.Ordinal) && IsMail(text[7..]))
            return $"<a href=\"{text}\">{text[7..]}</a>";
        if (text.Contains('@', StringComparison.Ordinal) && !text.StartsWith("www.", StringComparison.Ordinal) && !text.Contains(':', StringComparison.Ordinal) && IsMail(text))
            return $"<a href=\"mailto:{text}\">{text}</a>";
        foreach (var scheme in schemes)
        {
            if (text != scheme && text.StartsWith(scheme, StringComparison.Ordinal))
                return $"<a href=\"{text}\"{attributes}>{text}</a>";
        }

        return text;
    }

    private static string Trim(string text, int limit) => limit >= 0 && CodePoints.Count(text) > limit ? text[..CodePoints.Offset(text, limit)] + "..." : text;

    private static bool IsMail(string text)
    {
        // \S+@\w[\w.-]*\.\w+
        var at = text.LastIndexOf('@');
        if (at < 1)
            return false;
        var domain = text[(at + 1)..];
        var dot = domain.LastIndexOf('.');
        return dot > 0 && dot < domain.Length - 1 && IsWord(domain[0]) && domain[..dot].All(c => IsWord(c) || c is '.' or '-') && domain[(dot + 1)..].All(IsWord);
    }

    private static bool IsWebAddress(string text)
    {
        var rest = text;
        var scheme = "";
        foreach (var prefix in (string[])["https://", "http://", "www."])
        {
            if (rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                scheme = prefix;
                rest = rest[prefix.Length..];
                break;
            }
        }

        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var host = end < 0 ? rest : rest[..end];
        if (scheme.StartsWith('h') && host.StartsWith('['))
            return IsAddress6(host);
        var colon = host.LastIndexOf(':');
        if (colon >= 0)
        {
            if (host.Length - colon - 1 is < 1 or > 5 || !host[(colon + 1)..].All(char.IsAsciiDigit))
                return false;
            host = host[..colon];
        }

        var labels = host.Split('.');
        if (labels.Any(label => label.Length == 0 || !label.All(c => IsWord(c) || c is '%' or '-')))
            return false;
        var top = labels[^1].ToLowerInvariant();
        if (scheme.Length > 0)
        {
            if ((top.Length is >= 2 and <= 63 && top.All(char.IsAsciiLetterLower)) || (top.StartsWith("xn--", StringComparison.Ordinal) && top.Length is >= 6 and <= 63))
                return true;
            return scheme.StartsWith('h') && labels.Length == 4 && labels.All(label => label.Length is >= 1 and <= 3 && label.All(char.IsAsciiDigit));
        }

        return labels.Length > 1 && top is "com" or "net" or "int" or "edu" or "gov" or "org" or "info" or "mil" && labels[..^1].All(label => label.Length is >= 2 and <= 63);
    }

    private static bool IsAddress6(string host)
    {
        var close = host.IndexOf(']', StringComparison.Ordinal);
        if (close < 0)
            return false;
        var parts = host[1..close].Split(':');
        var port = host[(close + 1)..];
        return parts.Length is >= 3 and <= 9 && parts.All(part => part.Length <= 4 && part.All(char.IsAsciiHexDigit))
            && (port.Length == 0 || (port[0] == ':' && port.Length is >= 2 and <= 6 && port[1..].All(char.IsAsciiDigit)));
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
