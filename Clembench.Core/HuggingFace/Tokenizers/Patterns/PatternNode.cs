namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>A regular expression as a tree over sets of code points.</summary>
internal abstract record PatternNode
{
    /// <summary>One code point of a set.</summary>
    public sealed record Set(CodePointSet CodePoints) : PatternNode;

    /// <summary>One after another.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>The first of several that lets the whole match.</summary>
    public sealed record Alternation(IReadOnlyList<PatternNode> Choices) : PatternNode;

    /// <summary>Again and again; <paramref name="Most"/> is null where there is no bound.</summary>
    public sealed record Repeat(PatternNode Body, int Least, int? Most, RepeatKind Kind) : PatternNode;

    /// <summary>A group that is not captured, or that looks around.</summary>
    public sealed record Group(PatternNode Body, string Opening) : PatternNode;

    /// <summary>A place in the text; <paramref name="Around"/> is what the place depends on.</summary>
    public sealed record Place(PlaceKind Kind, CodePointSet? Around) : PatternNode;
}

internal enum RepeatKind { Greedy, Lazy, Possessive }

internal enum PlaceKind { TextStart, TextEnd, TextEndOrLastLineFeed, LineStart, LineEnd, Boundary, NoBoundary }
