using Clembench.Templates;

namespace Clembench.HuggingFace.Tokenizers;

/// <summary>The parts of a text in which no control token is one.</summary>
internal sealed class PlainSpans
{
    private readonly List<(int Start, int End)> _spans = [];

    public PlainSpans(IReadOnlyList<TextSpan> spans, int length)
    {
        foreach (var span in spans)
        {
            if (span.Start < 0 || span.Length < 0 || span.Length > length - span.Start)
                throw new ArgumentOutOfRangeException(nameof(spans), $"The part from {span.Start}, {span.Length} long, is not within the text, which has {length} characters.");
        }
        foreach (var span in spans.Where(s => s.Length > 0).OrderBy(s => s.Start))
        {
            if (_spans.Count > 0 && span.Start <= _spans[^1].End)
                _spans[^1] = (_spans[^1].Start, Math.Max(_spans[^1].End, span.End));
            else
                _spans.Add((span.Start, span.End));
        }
    }

    public bool IsEmpty => _spans.Count == 0;

    /// <summary>Whether a part of the text, not empty, shares a character with one of the spans.</summary>
    public bool Touches(int start, int end)
    {
        var (low, high) = (0, _spans.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_spans[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }
        return low < _spans.Count && _spans[low].Start < end;
    }

    /// <summary>What lies between the spans within a part of the text.</summary>
    public IEnumerable<(int Start, int End)> Gaps(int start, int end)
    {
        var at = start;
        foreach (var span in _spans)
        {
            if (span.Start >= end)
                break;
            if (span.Start > at)
                yield return (at, span.Start);
            at = Math.Max(at, span.End);
        }
        if (at < end)
            yield return (at, end);
    }
}
