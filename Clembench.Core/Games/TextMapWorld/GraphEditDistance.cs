using System.Numerics;

namespace Clembench.Games.TextMapWorld;

/// <summary>
/// The graph edit distance: how many nodes and edges have to be added or taken away until one graph has the form of the other,
/// whatever the nodes' names (all operations cost 1, and to take a node for another one costs nothing).
/// </summary>
/// <remarks>
/// To take as many nodes as possible for others never costs more: it saves adding and taking away one each, and an edge can only
/// fit. So the distance is the difference in nodes plus all edges less twice those that fit under the best one-to-one mapping of the smaller graph's
/// nodes to the larger one's, which is searched for by branch and bound (after Riesen, Fankhauser and Bunke, 2007; the bound is
/// that of McGregor, 1982, node by node).
/// </remarks>
internal sealed class GraphEditDistance
{
    private const int StepsBetweenLooks = 1024;

    // Sets of nodes are bits of a word.
    private const int MaxNodes = 64;

    /// <summary>How many mappings are tried before the best one so far has to do.</summary>
    internal const int MaxSteps = 1_000_000;

    private readonly ulong[] _small;
    private readonly ulong[] _large;
    private readonly int[] _order;
    private readonly int[][] _weights;
    private readonly int[] _image;
    private readonly CancellationToken _cancellationToken;
    private int _best;
    private int _left;

    private GraphEditDistance(ulong[] small, ulong[] large, int best, int steps, CancellationToken cancellationToken)
    {
        (_small, _large, _best, _left, _cancellationToken) = (small, large, best, steps, cancellationToken);
        _order = OrderByTies(small);
        _image = new int[small.Length];
        var done = 0UL;
        _weights = new int[small.Length + 1][];
        for (var depth = 0; depth <= small.Length; depth++)
        {
            _weights[depth] = [.. _order[depth..].Select(node => Weight(small[node], node, done)).OrderDescending()];
            done |= depth < small.Length ? 1UL << _order[depth] : 0;
        }
    }

    /// <summary>The distance of two graphs.</summary>
    /// <param name="one">A graph.</param>
    /// <param name="other">The other graph.</param>
    /// <param name="steps">
    /// How many mappings are tried. Where they are not enough, or a graph has more than 64 nodes, the distance is that of the
    /// best mapping so far, of which the first one takes nodes for those of the same name: never too small.
    /// </param>
    /// <returns>The distance, and whether it is exact.</returns>
    public static (int Distance, bool IsExact) Between(NamedGraph one, NamedGraph other, int steps = MaxSteps) => Between(one, other, ref steps);

    /// <summary>The distance of two graphs, of several pairs that share the steps.</summary>
    /// <param name="one">A graph.</param>
    /// <param name="other">The other graph.</param>
    /// <param name="steps">How many mappings are tried at most; then, how many are left.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The distance, and whether it is exact.</returns>
    public static (int Distance, bool IsExact) Between(NamedGraph one, NamedGraph other, ref int steps, CancellationToken cancellationToken = default)
    {
        var (small, large) = one.Count <= other.Count ? (one, other) : (other, one);
        var fit = FitByName(small, large);
        var isExact = false;
        if (large.Count <= MaxNodes)
        {
            var search = new GraphEditDistance(Neighbours(small), Neighbours(large), fit, steps, cancellationToken);
            search.Map(0, 0, 0);
            (fit, isExact) = (search._best, search._left > 0);
            steps = Math.Max(0, search._left);
        }

        return (large.Count - small.Count + small.Edges.Count + large.Edges.Count - (2 * fit), isExact);
    }

    private void Map(int depth, ulong used, int fit)
    {
        if (depth == _order.Length)
        {
            _best = Math.Max(_best, fit);
            return;
        }

        if ((_left & (StepsBetweenLooks - 1)) == 0)
            _cancellationToken.ThrowIfCancellationRequested();
        if (--_left <= 0 || fit + MostFitting(depth, used) <= _best)
            return;
        var node = _order[depth];
        Span<int> images = stackalloc int[_large.Length];
        Span<int> ranks = stackalloc int[_large.Length];
        Span<int> gains = stackalloc int[_large.Length];
        var count = 0;
        for (var image = 0; image < _large.Length; image++)
        {
            if ((used >> image & 1) == 1 || HasTwinBefore(image, used))
                continue;
            // The most promising first: those that fit most, of these those with about as many edges.
            gains[image] = Gain(node, image, depth);
            images[count] = image;
            ranks[count++] = (-2 * MaxNodes * gains[image]) + Math.Abs(BitOperations.PopCount(_small[node]) - BitOperations.PopCount(_large[image]));
        }

        ranks[..count].Sort(images[..count]);
        foreach (var image in images[..count])
        {
            _image[node] = image;
            Map(depth + 1, used | (1UL << image), fit + gains[image]);
        }
    }

    private int Gain(int node, int image, int depth)
    {
        var gain = (int)(_small[node] >> node & _large[image] >> image & 1);
        for (var i = 0; i < depth; i++)
        {
            var other = _order[i];
            gain += (int)(_small[node] >> other & _large[image] >> _image[other] & 1);
        }

        return gain;
    }

    // Two free nodes with the same neighbours are alike: one of them need be tried.
    private bool HasTwinBefore(int node, ulong used)
    {
        for (var other = 0; other < node; other++)
        {
            var both = (1UL << node) | (1UL << other);
            if ((used >> other & 1) == 0 && (_large[node] & ~both) == (_large[other] & ~both)
                && (_large[node] >> node & 1) == (_large[other] >> other & 1))
            {
                return true;
            }
        }

        return false;
    }

    // Each node that is left has edges to mapped ones (which are decided with it) and to others (decided with one of the two, so
    // half of it). No mapping fits more than the lesser of both nodes' edges; the sum is largest where both are sorted.
    private int MostFitting(int depth, ulong used)
    {
        Span<int> weights = stackalloc int[_large.Length];
        var count = 0;
        for (var node = 0; node < _large.Length; node++)
        {
            if ((used >> node & 1) == 0)
                weights[count++] = -Weight(_large[node], node, used);
        }

        weights[..count].Sort();
        var halves = 0;
        for (var i = 0; i < _weights[depth].Length; i++)
            halves += Math.Min(_weights[depth][i], -weights[i]);
        return halves / 2;
    }

    // In halves of an edge.
    private static int Weight(ulong neighbours, int node, ulong done)
    {
        var others = neighbours & ~(1UL << node);
        return (2 * BitOperations.PopCount(others & done)) + BitOperations.PopCount(others & ~done) + (2 * (int)(neighbours >> node & 1));
    }

    private static int FitByName(NamedGraph small, NamedGraph large)
    {
        var images = small.Names.Select(large.Find).ToArray();
        var edges = large.Edges as IReadOnlySet<(int, int)> ?? large.Edges.ToHashSet();
        return small.Edges.Count(edge => images[edge.Low] is { } low && images[edge.High] is { } high
            && edges.Contains((Math.Min(low, high), Math.Max(low, high))));
    }

    private static ulong[] Neighbours(NamedGraph graph)
    {
        var neighbours = new ulong[graph.Count];
        foreach (var (low, high) in graph.Edges)
        {
            neighbours[low] |= 1UL << high;
            neighbours[high] |= 1UL << low;
        }

        return neighbours;
    }

    // Nodes with many edges to those before come first, so that mappings that do not fit show soon.
    private static int[] OrderByTies(ulong[] neighbours)
    {
        var order = new int[neighbours.Length];
        var done = 0UL;
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = Enumerable.Range(0, order.Length).Where(node => (done >> node & 1) == 0)
                .MaxBy(node => (BitOperations.PopCount(neighbours[node] & done), BitOperations.PopCount(neighbours[node])));
            done |= 1UL << order[i];
        }

        return order;
    }
}
