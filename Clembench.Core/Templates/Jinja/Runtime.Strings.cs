namespace Clembench.Templates.Jinja;

/// <summary>Strings and where they came from. Spans are kept in a table of the render; a string's bits are its place there.</summary>
internal sealed partial class Runtime
{
    private TextSpan[] _spans;
    private int _spanCount;

    /// <summary>The input spans of a string of which some is input.</summary>
    public ReadOnlySpan<TextSpan> SpansOf(long source)
    {
        var (start, count) = Provenance.Spans(source);
        return _spans.AsSpan(start, count);
    }

    /// <summary>A string with these input spans, which are merged and ascending.</summary>
    public Value MakeString(string text, ReadOnlySpan<TextSpan> spans)
    {
        if (spans.Length == 0)
            return Value.String(text);
        if (spans.Length == 1 && spans[0].Start == 0 && spans[0].Length == text.Length)
            return Value.String(text, Provenance.Whole);
        Charge(spans.Length);
        if (spans.Length > _spans.Length - _spanCount)
            Array.Resize(ref _spans, Math.Max(_spanCount + spans.Length, _spans.Length * 2));
        spans.CopyTo(_spans.AsSpan(_spanCount));
        _spanCount += spans.Length;
        return Value.String(text, Provenance.Spans(_spanCount - spans.Length, spans.Length));
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

        using var builder = NewText();
        builder.MarkPiece(this, text, start, length);
        var made = MakeString(piece, builder.Spans);
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

        using var builder = NewText();
        builder.MarkPiece(this, left, 0, left.Text.Length);
        builder.MarkPiece(this, right, 0, right.Text.Length, left.Text.Length);
        return MakeString(text, builder.Spans);
    }
}
