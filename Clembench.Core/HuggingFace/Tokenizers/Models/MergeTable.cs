namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>The merges of a byte-pair vocabulary: which two tokens become which, and how early. Open-addressed, one probe in most cases.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of two tokens that do not merge: later than every other.</summary>
    public const int None = int.MaxValue;

    private readonly ulong[] _pairs;
    private readonly (int Rank, int Merged)[] _merges;

    /// <summary>Makes the table.</summary>
    /// <param name="merges">The merges, the earliest first; of two merges of the same pair the later counts.</param>
    public MergeTable(IReadOnlyList<(int Left, int Right, int Merged)> merges)
    {
        Merges = merges;
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        (_pairs, _merges) = (new ulong[size], new (int, int)[size]);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var pair = Pair(merges[rank].Left, merges[rank].Right);
            var slot = Find(pair);
            (_pairs[slot], _merges[slot]) = (pair, (rank, merges[rank].Merged));
        }
    }

    public IReadOnlyList<(int Left, int Right, int Merged)> Merges { get; }

    /// <summary>The rank of a merge, and the token that it makes; <see cref="None"/> where the two do not merge.</summary>
    public int Rank(int left, int right, out int merged)
    {
        var slot = Find(Pair(left, right));
        if (_pairs[slot] == 0)
        {
            merged = -1;
            return None;
        }
        (var rank, merged) = _merges[slot];
        return rank;
    }

    // Ids are below int.MaxValue, so that no pair is 0, which marks a free slot.
    private static ulong Pair(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) + 1;

    private int Find(ulong pair)
    {
        var mask = _pairs.Length - 1;
        var slot = (int)((pair * 0x9E3779B97F4A7C15) >> 33) & mask;
        while (_pairs[slot] != pair && _pairs[slot] != 0)
            slot = (slot + 1) & mask;
        return slot;
    }
}
