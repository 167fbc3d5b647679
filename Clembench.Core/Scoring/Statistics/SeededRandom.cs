using System.Numerics;

namespace Clembench.Scoring.Statistics;

/// <summary>
/// Random numbers that are the same for a seed on every machine and in every version of .NET: xoshiro256** (Blackman and
/// Vigna 2021, "Scrambled linear pseudorandom number generators"), its state filled by SplitMix64.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _a, _b, _c, _d;

    /// <summary>Starts the sequence of a seed.</summary>
    /// <param name="seed">The seed.</param>
    public SeededRandom(ulong seed) => (_a, _b, _c, _d) = (Split(ref seed), Split(ref seed), Split(ref seed), Split(ref seed));

    /// <summary>A seed that depends on texts alone, so that a row's interval does not change when others come or go.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>The 64-bit FNV-1a hash of them.</returns>
    public static ulong SeedOf(params ReadOnlySpan<string> texts)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var text in texts)
        {
            foreach (var c in text)
                hash = (hash ^ c) * 0x100000001b3UL;
            hash = (hash ^ 0x1f) * 0x100000001b3UL;
        }

        return hash;
    }

    /// <summary>The next 64 bits.</summary>
    /// <returns>A number of the whole range.</returns>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number from 0 to below a bound, each as likely as the others to within 2⁻³².</summary>
    /// <param name="bound">The bound, at least 1.</param>
    /// <returns>The number.</returns>
    public int Next(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number from 0 to below 1.</summary>
    /// <returns>One of 2⁵³ equally distant numbers.</returns>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    private static ulong Split(ref ulong state)
    {
        var z = state += 0x9e3779b97f4a7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
