using System.Buffers;

namespace Clembench.Templates.Jinja;

/// <summary>A text that is being written, with the spans of it that are input.</summary>
internal sealed class TextBuilder(int maxLength) : IDisposable
{
    private char[] _chars = ArrayPool<char>.Shared.Rent(256);
    private TextSpan[] _spans = [];
    private int _spanCount;

    public int Length { get; private set; }

    public ReadOnlySpan<TextSpan> Spans => _spans.AsSpan(0, _spanCount);

    public ReadOnlySpan<char> Text => _chars.AsSpan(0, Length);

    public void Append(char c)
    {
        if (Length == _chars.Length)
            Grow(1);
        _chars[Length++] = c;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _chars.Length - Length)
            Grow(text.Length);
        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    public void AppendInput(ReadOnlySpan<char> text)
    {
        Mark(Length, text.Length);
        Append(text);
    }

    public void Append(char c, int count)
    {
        if (count > _chars.Length - Length)
            Grow(count);
        _chars.AsSpan(Length, count).Fill(c);
        Length += count;
    }

    /// <summary>Writes a string with its provenance.</summary>
    public void Append(Runtime rt, in Value text)
    {
        var source = Provenance.Source(text.Bits);
        if (source == 0)
            Append(text.Text);
        else if (source == Provenance.Whole)
            AppendInput(text.Text);
        else
            Append(rt, text, 0, text.Text.Length);
    }

    /// <summary>Writes a piece of a string with its provenance.</summary>
    public void Append(Runtime rt, in Value text, int start, int length)
    {
        var source = Provenance.Source(text.Bits);
        if (source == Provenance.Whole)
        {
            Mark(Length, length);
        }
        else if (source != 0)
        {
            foreach (var span in rt.SpansOf(text))
            {
                var from = Math.Max(span.Start, start);
                var to = Math.Min(span.End, start + length);
                if (from < to)
                    Mark(Length + from - start, to - from);
            }
        }

        Append(text.Text.AsSpan(start, length));
    }

    /// <summary>Marks a piece as input; pieces come in ascending order.</summary>
    public void Mark(int start, int length)
    {
        if (length == 0)
            return;
        if (_spanCount > 0 && _spans[_spanCount - 1].End >= start)
        {
            var last = _spans[_spanCount - 1];
            _spans[_spanCount - 1] = new TextSpan(last.Start, Math.Max(last.End, start + length) - last.Start);
            return;
        }

        if (_spanCount == _spans.Length)
            Array.Resize(ref _spans, Math.Max(8, _spanCount * 2));
        _spans[_spanCount++] = new TextSpan(start, length);
    }

    /// <summary>The text as a string of a template.</summary>
    public Value Take(Runtime rt)
    {
        rt.ChargeText(Length);
        return rt.MakeString(new string(_chars, 0, Length), Spans);
    }

    public void Dispose()
    {
        var chars = _chars;
        _chars = [];
        if (chars.Length > 0)
            ArrayPool<char>.Shared.Return(chars);
    }

    private void Grow(int more)
    {
        if (more > maxLength - Length)
            throw Errors.Limit("The text that the template writes is too long.");
        var larger = ArrayPool<char>.Shared.Rent((int)Math.Min(maxLength, Math.Max(Length + (long)more, _chars.Length * 2L)));
        Text.CopyTo(larger);
        ArrayPool<char>.Shared.Return(_chars);
        _chars = larger;
    }
}
