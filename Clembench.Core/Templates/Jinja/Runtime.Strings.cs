namespace Clembench.Templates.Jinja;

/// <summary>Strings and where they came from. Spans are kept in a table of the render; a string's bits are its place there.</summary>
internal sealed partial class Runtime
{
    private readonly List<TextSpan[]> _spans = [];

    /// <summary>The input spans of a string.</summary>
    public ReadOnlySpan<TextSpan> SpansOf(in Value text)
    {
        var source = Provenance.Source(text.Bits);
        return source switch
        {
            0 => [],
            Provenance.Whole => new[] { new TextSpan(0, text.Text.Length) },
            _ => _spans[(int)(source / 2) - 2],
        };
    }

    /// <summary>A string with these input spans, which are merged and ascending.</summary>
    public Value MakeString(string text, ReadOnlySpan<TextSpan> spans)
    {
        if (spans.Length == 0)
            return Value.String(text);
        if (spans.Length == 1 && spans[0].Start == 0 && spans[0].Length == text.Length)
            return Value.String(text, Provenance.Whole);
        Charge(spans.Length);
        _spans.Add(spans.ToArray());
        return Value.String(text, (_spans.Count + 1L) * 2);
    }

    /// <summary>A string that was made of another one, character by character.</summary>
    public Value Derived(string text, in Value from)
    {
        if (ReferenceEquals(text, from.Ref))
            return from;
        ChargeText(text.Length);
        var markup = from.Bits & Provenance.Markup;
        var source = Provenance.Source(from.Bits);
        if (source == 0 || source == Provenance.Whole || text.Length == from.Text.Length)
            return Value.String(text, source | markup);
        return Value.String(text, Provenance.Whole | markup);
    }

    /// <summary>A string that is input when any of those that it was made of is: the careful answer where pieces can't be told apart.</summary>
    public Value Derived(string text, ReadOnlySpan<Value> from)
    {
        ChargeText(text.Length);
        foreach (var value in from)
        {
            if (value.IsString && Provenance.Source(value.Bits) != 0)
                return Value.String(text, Provenance.Whole);
        }

        return Value.String(text);
    }

    /// <summary>A piece of a string, by UTF-16 code units.</summary>
    public Value Slice(in Value text, int start, int length)
    {
        if (length == text.Text.Length)
            return text;
        ChargeText(length);
        var piece = text.Text.Substring(start, length);
        var source = Provenance.Source(text.Bits);
        var markup = text.Bits & Provenance.Markup;
        if (source == 0 || source == Provenance.Whole)
            return Value.String(piece, text.Bits);

        var spans = new List<TextSpan>();
        foreach (var span in SpansOf(text))
        {
            var from = Math.Max(span.Start, start);
            var to = Math.Min(span.End, start + length);
            if (from < to)
                spans.Add(new TextSpan(from - start, to - from));
        }

        var made = MakeString(piece, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(spans));
        return Value.String(piece, made.Bits | markup);
    }

    public Value Concat(in Value left, in Value right)
    {
        if (right.Text.Length == 0)
            return left;
        if (left.Text.Length == 0)
            return right;
        var length = (long)left.Text.Length + right.Text.Length;
        ChargeText(length);
        var text = string.Concat(left.Text, right.Text);
        var leftSource = Provenance.Source(left.Bits);
        if (leftSource == Provenance.Source(right.Bits) && leftSource is 0 or Provenance.Whole)
            return Value.String(text, leftSource);

        var spans = new List<TextSpan>();
        foreach (var span in SpansOf(left))
            spans.Add(span);
        foreach (var span in SpansOf(right))
        {
            if (spans.Count > 0 && spans[^1].End == left.Text.Length && span.Start == 0)
                spans[^1] = new TextSpan(spans[^1].Start, spans[^1].Length + span.Length);
            else
                spans.Add(new TextSpan(span.Start + left.Text.Length, span.Length));
        }

        return MakeString(text, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(spans));
    }
}
