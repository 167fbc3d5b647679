using System.Globalization;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>
/// Reads a number as the library does. Its JSON reader (serde_json without the feature float_roundtrip) takes the digits as
/// an integer and multiplies or divides once by a power of ten, which can miss the nearest double by the last bit. Scores of
/// unigram tokens are added up, and whether two ways to cut a word are equally likely hangs on that bit.
/// </summary>
internal static class LibraryNumber
{
    private static readonly double[] PowersOfTen =
        [.. Enumerable.Range(0, 309).Select(n => double.Parse($"1e{n}", CultureInfo.InvariantCulture))];

    /// <summary>The number that JSON text stands for; null where it is beyond all doubles.</summary>
    public static double? Read(string text)
    {
        var at = text[0] == '-' ? 1 : 0;
        var negative = at == 1;
        var (digits, exponent) = (0UL, 0L);
        var full = false;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            full = full || !TryAppend(ref digits, text[at]);
            exponent += full ? 1 : 0;
        }
        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                full = full || !TryAppend(ref digits, text[at]);
                exponent -= full ? 0 : 1;
            }
        }
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var written = text.AsSpan(at + 1);
            exponent += long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? Math.Clamp(value, int.MinValue, int.MaxValue) : written[0] == '-' ? int.MinValue : int.MaxValue;
        }
        return Scale(digits, exponent) is { } number ? negative ? -number : number : null;
    }

    private static bool TryAppend(ref ulong digits, char digit)
    {
        var value = (UInt128)digits * 10 + (uint)(digit - '0');
        if (value > ulong.MaxValue)
            return false;
        digits = (ulong)value;
        return true;
    }

    private static double? Scale(ulong digits, long exponent)
    {
        var number = (double)digits;
        while (exponent < -308 && number != 0)
        {
            number /= 1e308;
            exponent += 308;
        }
        if (number == 0)
            return 0;
        if (exponent > 308)
            return null;
        number = exponent >= 0 ? number * PowersOfTen[exponent] : number / PowersOfTen[-exponent];
        return double.IsFinite(number) ? number : null;
    }
}
