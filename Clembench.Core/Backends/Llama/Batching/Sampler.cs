using System.Numerics;

namespace Clembench.Backends.Llama.Batching;

/// <summary>Chooses the next token: the likeliest at temperature 0, else one by chance.</summary>
/// <param name="temperature">The temperature.</param>
/// <param name="seed">Where chance begins.</param>
internal sealed class Sampler(double temperature, ulong seed)
{
    private float[] _weights = [];
    private ulong _state = seed;

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One number for each token of the vocabulary.</param>
    /// <returns>The token; -1 where the numbers are none.</returns>
    public int Choose(ReadOnlySpan<float> logits)
    {
        var likeliest = ArgMax(logits);
        return temperature == 0 || likeliest < 0 ? likeliest : Draw(logits, logits[likeliest]);
    }

    /// <summary>The place of the greatest number, the first of equals.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>The place; -1 where one of them is not a number, or none is finite.</returns>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var greatest = float.NegativeInfinity;
        var i = 0;
        if (Vector.IsHardwareAccelerated && values.Length >= Vector<float>.Count)
        {
            var best = new Vector<float>(values);
            var sound = Vector.Equals(best, best);
            for (i = Vector<float>.Count; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var next = new Vector<float>(values[i..]);
                sound &= Vector.Equals(next, next);
                best = Vector.Max(best, next);
            }

            if (sound != Vector<int>.AllBitsSet)
                return -1;
            for (var lane = 0; lane < Vector<float>.Count; lane++)
                greatest = Math.Max(greatest, best[lane]);
        }

        for (; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
                return -1;
            greatest = Math.Max(greatest, values[i]);
        }

        return float.IsFinite(greatest) ? IndexOf(values, greatest) : -1;
    }

    private static int IndexOf(ReadOnlySpan<float> values, float value)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var wanted = new Vector<float>(value);
            while (i <= values.Length - Vector<float>.Count && !Vector.EqualsAny(wanted, new Vector<float>(values[i..])))
                i += Vector<float>.Count;
        }

        while (values[i] != value)
            i++;
        return i;
    }

    // Softmax of the whole vocabulary at the temperature, as transformers' multinomial sampling without further filters.
    private int Draw(ReadOnlySpan<float> logits, float greatest)
    {
        if (_weights.Length < logits.Length)
            _weights = new float[logits.Length];
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            _weights[i] = (float)Math.Exp((logits[i] - greatest) / temperature);
            sum += _weights[i];
        }

        var left = NextUnit() * sum;
        var last = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (_weights[i] == 0)
                continue;
            last = i;
            left -= _weights[i];
            if (left < 0)
                break;
        }

        return last;
    }

    // SplitMix64 (Steele, Lea and Flood 2014): the same numbers for a seed on every machine and runtime.
    private double NextUnit()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
