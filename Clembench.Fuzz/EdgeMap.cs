using System.Numerics;
using System.Runtime.InteropServices;

namespace Clembench.Fuzz;

/// <summary>Which branches the instrumented engine took, and how often by orders of magnitude, as AFL counts them.</summary>
public sealed unsafe class EdgeMap : IDisposable
{
    private const int Size = 1 << 16;

    private readonly byte* _hits = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>Begins to count.</summary>
    public EdgeMap() => SharpFuzz.Common.Trace.SharedMem = _hits;

    /// <summary>How many branches were taken so far.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets the last execution.</summary>
    public void Clear()
    {
        new Span<byte>(_hits, Size).Clear();
        SharpFuzz.Common.Trace.PrevLocation = 0;
    }

    /// <summary>Whether the last execution took a branch that none before it took, or another order of magnitude more often.</summary>
    public bool HasNew()
    {
        var hits = new ReadOnlySpan<byte>(_hits, Size);
        var isNew = false;
        for (var from = 0; from < Size;)
        {
            var next = hits[from..].IndexOfAnyExcept((byte)0);
            if (next < 0)
                break;
            from += next;
            var bit = (byte)(1 << BitOperations.Log2(hits[from]));
            if ((_seen[from] & bit) == 0)
            {
                Count += _seen[from] == 0 ? 1 : 0;
                _seen[from] |= bit;
                isNew = true;
            }

            from++;
        }

        return isNew;
    }

    /// <summary>Forgets what was seen, for the next target.</summary>
    public void Forget()
    {
        Array.Clear(_seen);
        Count = 0;
        Clear();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The engine's other threads may still count for a moment: the map stays until the process ends.
    }
}
