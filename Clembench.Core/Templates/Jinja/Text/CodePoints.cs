namespace Clembench.Templates.Jinja;

/// <summary>Strings as Python's sequences of code points. Almost no string has surrogates, and then both agree.</summary>
internal static class CodePoints
{
    public static bool HasSurrogates(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;

    public static int Count(Runtime rt, string text)
    {
        var count = Count(text);
        rt.Charge(text.Length >> (count == text.Length ? 6 : 3));
        return count;
    }

    public static int Count(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (first < 0)
            return text.Length;
        var count = first;
        for (var i = first; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            count++;
        }

        return count;
    }

    /// <summary>Whether a text has more code points than a limit, without counting further than need be.</summary>
    public static bool Exceeds(ReadOnlySpan<char> text, int limit) =>
        text.Length > limit && (text.Length > 2L * limit || Count(text) > limit);

    /// <summary>Where the code point of an index begins, in UTF-16 code units.</summary>
    public static int Offset(ReadOnlySpan<char> text, int index)
    {
        var first = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (first < 0 || first >= index)
            return Math.Min(index, text.Length);
        var at = first;
        for (var count = first; count < index && at < text.Length; count++)
            at += LengthAt(text, at);
        return at;
    }

    /// <summary>A code point as a string; half of a surrogate pair is one to Python, too.</summary>
    public static string Text(int codePoint) => codePoint < 0x10000 ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint);

    public static int LengthAt(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    public static IEnumerable<Value> Characters(Runtime rt, Value text)
    {
        // The characters of markup are plain strings.
        text = Markup.Unmark(text);
        for (var i = 0; i < text.Text.Length;)
        {
            var length = LengthAt(text.Text, i);
            // Python's iterator gives plain strings, of Markup, too.
            yield return Markup.Plain(rt.Slice(text, i, length));
            i += length;
        }
    }

    /// <summary>The order of code points, which UTF-16's differs from beyond the first plane.</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        var same = left.AsSpan(0, length).CommonPrefixLength(right.AsSpan(0, length));
        if (same == length)
            return left.Length.CompareTo(right.Length);
        var (a, b) = (left[same], right[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
