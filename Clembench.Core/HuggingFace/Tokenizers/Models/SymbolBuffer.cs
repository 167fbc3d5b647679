using System.Buffers;

namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>A row of tokens in which neighbours are merged.</summary>
internal struct SymbolBuffer : IDisposable
{
    // Up to here, looking through all neighbours for the earliest merge is quicker than keeping a queue of them.
    private const int ScanLimit = 48;
    private int[] _ids;
    private int _count;

    public SymbolBuffer(int expected) => _ids = ArrayPool<int>.Shared.Rent(Math.Max(8, expected));

    public void Add(int id)
    {
        if (_count == _ids.Length)
        {
            var larger = ArrayPool<int>.Shared.Rent(_count * 2);
            _ids.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_ids);
            _ids = larger;
        }
        _ids[_count++] = id;
    }

    public readonly void AppendTo(List<int> ids) => ids.AddRange(_ids.AsSpan(0, _count));

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_ids);

    /// <summary>Merges until no two neighbours merge; of merges of the same rank the leftmost comes first.</summary>
    public void Merge(MergeTable merges)
    {
        if (_count < 2)
            return;
        if (_count <= ScanLimit)
            MergeByScanning(merges);
        else
            MergeByQueue(merges);
    }

    private void MergeByScanning(MergeTable merges)
    {
        Span<int> ranks = stackalloc int[ScanLimit];
        Span<int> merged = stackalloc int[ScanLimit];
        for (var i = 0; i + 1 < _count; i++)
            ranks[i] = merges.Rank(_ids[i], _ids[i + 1], out merged[i]);
        while (_count > 1)
        {
            var (best, at) = (MergeTable.None, -1);
            for (var i = 0; i + 1 < _count; i++)
            {
                if (ranks[i] < best)
                    (best, at) = (ranks[i], i);
            }
            if (at < 0)
                return;
            _ids[at] = merged[at];
            var rest = _count - at - 2;
            _ids.AsSpan(at + 2, rest).CopyTo(_ids.AsSpan(at + 1));
            if (rest > 0)
            {
                ranks.Slice(at + 1, rest).CopyTo(ranks[at..]);
                merged.Slice(at + 1, rest).CopyTo(merged[at..]);
            }
            _count--;
            if (at + 1 < _count)
                ranks[at] = merges.Rank(_ids[at], _ids[at + 1], out merged[at]);
            if (at > 0)
                ranks[at - 1] = merges.Rank(_ids[at - 1], _ids[at], out merged[at - 1]);
        }
    }

    private void MergeByQueue(MergeTable merges)
    {
        // A doubly linked row; a token that was merged into its left neighbour is -1.
        var previous = ArrayPool<int>.Shared.Rent(_count);
        var next = ArrayPool<int>.Shared.Rent(_count);
        try
        {
            var queue = new PriorityQueue<(int At, int Left, int Right), long>(_count);
            for (var i = 0; i < _count; i++)
                (previous[i], next[i]) = (i - 1, i + 1 < _count ? i + 1 : -1);
            for (var i = 0; i + 1 < _count; i++)
                Offer(merges, queue, i, i + 1);
            while (queue.TryDequeue(out var pair, out _))
            {
                var right = next[pair.At];
                // One of the two may have been merged with another meanwhile.
                if (_ids[pair.At] != pair.Left || right < 0 || _ids[right] != pair.Right)
                    continue;
                merges.Rank(pair.Left, pair.Right, out var merged);
                (_ids[pair.At], _ids[right]) = (merged, -1);
                next[pair.At] = next[right];
                if (next[right] >= 0)
                {
                    previous[next[right]] = pair.At;
                    Offer(merges, queue, pair.At, next[right]);
                }
                if (previous[pair.At] >= 0)
                    Offer(merges, queue, previous[pair.At], pair.At);
            }
            var count = 0;
            for (var i = 0; i >= 0; i = next[i])
                previous[count++] = _ids[i];
            previous.AsSpan(0, count).CopyTo(_ids);
            _count = count;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(previous);
            ArrayPool<int>.Shared.Return(next);
        }
    }

    private readonly void Offer(MergeTable merges, PriorityQueue<(int At, int Left, int Right), long> queue, int left, int right)
    {
        var rank = merges.Rank(_ids[left], _ids[right], out _);
        if (rank != MergeTable.None)
            queue.Enqueue((left, _ids[left], _ids[right]), ((long)rank << 32) | (uint)left);
    }
}
