using System.Collections.Immutable;

namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>
/// A set of Unicode code points as sorted, disjoint, inclusive ranges. Regular expressions of tokenizers speak of code
/// points; .NET's speak of UTF-16 code units, so sets are worked out here.
/// </summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    private CodePointSet(ImmutableArray<(int First, int Last)> ranges) => Ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = new([(0, Last)]);

    public ImmutableArray<(int First, int Last)> Ranges { get; }

    public static CodePointSet Of(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = ImmutableArray.CreateBuilder<(int First, int Last)>();
        foreach (var range in ranges.Where(r => r.First <= r.Last).OrderBy(r => r.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }
        return new CodePointSet(merged.ToImmutable());
    }

    public static CodePointSet Of(params ReadOnlySpan<int> codePoints)
    {
        var ranges = new List<(int, int)>(codePoints.Length);
        foreach (var codePoint in codePoints)
            ranges.Add((codePoint, codePoint));
        return Of(ranges);
    }

    public static CodePointSet Range(int first, int last) => Of([(first, last)]);

    /// <summary>The code points of which the predicate is true; it is asked for each of the 1,114,112.</summary>
    public static CodePointSet Where(Func<int, bool> predicate)
    {
        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        var start = -1;
        for (var c = 0; c <= Last; c++)
        {
            var inside = predicate(c);
            if (inside && start < 0)
                start = c;
            if (!inside && start >= 0)
            {
                ranges.Add((start, c - 1));
                start = -1;
            }
        }
        if (start >= 0)
            ranges.Add((start, Last));
        return new CodePointSet(ranges.ToImmutable());
    }

    public CodePointSet Union(CodePointSet other) => Of(Ranges.Concat(other.Ranges));

    public CodePointSet Complement()
    {
        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next)
                ranges.Add((next, first - 1));
            next = last + 1;
        }
        if (next <= Last)
            ranges.Add((next, Last));
        return new CodePointSet(ranges.ToImmutable());
    }

    public CodePointSet Intersect(CodePointSet other) => Complement().Union(other.Complement()).Complement();

    public bool Contains(int codePoint)
    {
        var (low, high) = (0, Ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < Ranges[middle].First)
                high = middle - 1;
            else if (codePoint > Ranges[middle].Last)
                low = middle + 1;
            else
                return true;
        }
        return false;
    }
}
