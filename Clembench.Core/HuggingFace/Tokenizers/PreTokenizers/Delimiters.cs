using System.Text;
using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches that a text is split at (tokenizers' SplitDelimiterBehavior).</summary>
internal enum DelimiterBehavior
{
    /// <summary>They are dropped.</summary>
    Removed,

    /// <summary>Each is a piece of its own.</summary>
    Isolated,

    /// <summary>Each belongs to the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>Each belongs to the piece behind it.</summary>
    MergedWithNext,

    /// <summary>Matches that follow each other are one piece.</summary>
    Contiguous,
}

/// <summary>Finds the matches that a text is split at.</summary>
internal interface IDelimiterFinder
{
    /// <summary>Adds the matches in order, as places in UTF-16 code units.</summary>
    void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches);
}

/// <summary>Matches of a regular expression.</summary>
internal sealed class PatternFinder(TokenPattern pattern) : IDelimiterFinder
{
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches) => pattern.FindAll(text, matches);
}

/// <summary>Every code point that a predicate is true of, each a match of its own.</summary>
internal sealed class RuneFinder(Func<Rune, bool> predicate) : IDelimiterFinder
{
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out var rune, out var length);
            if (predicate(rune))
                matches.Add((i, i + length));
            i += length;
        }
    }
}

/// <summary>Splits a text at delimiters.</summary>
internal sealed class DelimiterSplit(IDelimiterFinder finder, DelimiterBehavior behavior, bool invert) : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> pieces)
    {
        var matches = new List<(int Start, int End)>();
        finder.FindAll(piece.Text, matches);
        switch (behavior)
        {
            case DelimiterBehavior.Isolated:
                foreach (var (start, end, _) in Spans(matches, piece.Length))
                    Add(piece, start, end, pieces);
                break;
            case DelimiterBehavior.Removed:
                foreach (var (start, end, isMatch) in Spans(matches, piece.Length))
                {
                    if (isMatch == invert)
                        Add(piece, start, end, pieces);
                }
                break;
            default:
                AddMerged(piece, [.. Spans(matches, piece.Length)], pieces);
                break;
        }
    }

    private static void Add(Piece piece, int start, int end, List<Piece> pieces)
    {
        if (end > start)
            pieces.Add(piece.Slice(start, end));
    }

    /// <summary>The whole text as matches and what is between them, in order.</summary>
    private static IEnumerable<(int Start, int End, bool IsMatch)> Spans(List<(int Start, int End)> matches, int length)
    {
        var previous = 0;
        foreach (var (start, end) in matches)
        {
            if (start > previous)
                yield return (previous, start, false);
            yield return (start, end, true);
            previous = end;
        }
        if (previous < length)
            yield return (previous, length, false);
    }

    private void AddMerged(Piece piece, List<(int Start, int End, bool IsMatch)> spans, List<Piece> pieces)
    {
        var backwards = behavior == DelimiterBehavior.MergedWithNext;
        if (backwards)
            spans.Reverse();
        var merged = new List<(int Start, int End)>(spans.Count);
        var previous = false;
        foreach (var (start, end, found) in spans)
        {
            var isMatch = found != invert;
            var joins = behavior == DelimiterBehavior.Contiguous ? isMatch == previous : isMatch && !previous;
            if (joins && merged.Count > 0)
                merged[^1] = (Math.Min(start, merged[^1].Start), Math.Max(end, merged[^1].End));
            else
                merged.Add((start, end));
            previous = isMatch;
        }
        if (backwards)
            merged.Reverse();
        foreach (var (start, end) in merged)
            Add(piece, start, end, pieces);
    }
}
