using System.Buffers;

namespace Clembench.Templates.Jinja;

/// <summary>A text that is being written, with the spans of it that are input.</summary>
internal sealed class TextBuilder : IDisposable
{
    private const int KeptCapacity = 16 * 1024;

    // The pool keeps what it is given, for each core and thread: a few huge texts would hold hundreds of megabytes.
    private const int PooledCapacity = 1024 * 1024;

    private readonly Scratch _scratch;
    private char[] _chars = [];
    private TextSpan[] _spans = [];
    private int _spanCount;
    private int _maxLength;

    // What it has taken of the room that all open texts share.
    private int _charged;

    // How much fits into the buffer, no more than may be written.
    private int _capacity;

    public TextBuilder(Scratch scratch) => _scratch = scratch;

    public int Length { get; private set; }

    public ReadOnlySpan<TextSpan> Spans => _spans.AsSpan(0, _spanCount);

    public ReadOnlySpan<char> Text => _chars.AsSpan(0, Length);

    public void Append(char c)
    {
        if (Length == _capacity)
            Grow(1);
        _chars[Length++] = c;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _capacity - Length)
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
        if (count > _capacity - Length)
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
        MarkPiece(rt, text, start, length, Length);
        Append(text.Text.AsSpan(start, length));
    }

    /// <summary>Marks what is input of a piece of a string that is written at a place.</summary>
    public void MarkPiece(Runtime rt, in Value text, int start, int length, int at = 0)
    {
        var source = Provenance.Source(text.Bits);
        if (source == 0)
            return;
        if (source == Provenance.Whole)
        {
            Mark(at, length);
            return;
        }

        foreach (var span in rt.SpansOf(source))
        {
            var from = Math.Max(span.Start, start);
            var to = Math.Min(span.End, start + length);
            if (from < to)
                Mark(at + from - start, to - from);
        }
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

    /// <summary>Takes what was written from a place on away again, as a string.</summary>
    public Value Cut(Runtime rt, int start)
    {
        rt.ChargeText(Length - start);
        using var piece = rt.NewText();
        var kept = 0;
        foreach (var span in Spans)
        {
            if (span.Start < start)
                kept++;
            if (span.End > start)
                piece.Mark(Math.Max(0, span.Start - start), span.End - Math.Max(start, span.Start));
        }

        var text = rt.MakeString(new string(_chars, start, Length - start), piece.Spans);
        if (kept > 0 && _spans[kept - 1].End > start)
            _spans[kept - 1] = new TextSpan(_spans[kept - 1].Start, start - _spans[kept - 1].Start);
        _spanCount = kept;
        Length = start;
        return text;
    }

    /// <summary>Makes it ready for a new text.</summary>
    public TextBuilder Start(int maxLength)
    {
        _maxLength = maxLength;
        _capacity = Math.Min(_chars.Length, maxLength);
        Length = 0;
        _spanCount = 0;
        return this;
    }

    public void Dispose()
    {
        _scratch.ChargeOpen(-_charged);
        _charged = 0;
        if (_chars.Length > KeptCapacity)
            Drop();

        if (_spans.Length > KeptCapacity)
            _spans = [];
        _scratch.Return(this);
    }

    private void Grow(int more)
    {
        if (more > _maxLength - Length)
            throw Errors.Limit("The text that the template writes is too long.");
        var capacity = Math.Max(256, (int)Math.Min(_maxLength, Math.Max(Length + (long)more, _chars.Length * 2L)));
        _scratch.ChargeOpen(capacity - _charged);
        _charged = capacity;
        var larger = capacity is > KeptCapacity and <= PooledCapacity ? ArrayPool<char>.Shared.Rent(capacity) : new char[capacity];
        Text.CopyTo(larger);
        Drop();
        _chars = larger;
        _capacity = Math.Min(larger.Length, _maxLength);
    }

    private void Drop()
    {
        if (_chars.Length is > KeptCapacity and <= PooledCapacity)
            ArrayPool<char>.Shared.Return(_chars);
        _chars = [];
    }
}
