namespace Clembench.Games.Generation;

/// <summary>
/// Random numbers that are the same for a seed in every version of .NET: SplitMix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014).
/// </summary>
/// <param name="seed">The seed.</param>
public sealed class SeededRandom(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    /// <summary>A whole number from 0 to below a bound.</summary>
    /// <param name="bound">The bound, at least 1.</param>
    /// <returns>The number.</returns>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);

        // The upper half of the product: unbiased to 2^-32 or so for bounds of this size.
        return (int)Math.BigMul(NextBits(), (ulong)bound, out _);
    }

    /// <summary>One of the items.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The items, at least one.</param>
    /// <returns>The chosen one.</returns>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>The items in another order.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The items.</param>
    /// <returns>A new list.</returns>
    public List<T> Shuffle<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }

        return list;
    }

    private ulong NextBits()
    {
        unchecked
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
