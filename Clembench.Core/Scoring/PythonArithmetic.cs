using System.Numerics;

namespace Clembench.Scoring;

/// <summary>
/// Arithmetic as Python has it, where recorded scores show the last digit of it: <c>round</c>, which rounds the exact
/// value of a binary fraction, and <c>statistics.mean</c>, which adds exactly and keeps whole numbers whole.
/// </summary>
internal static class PythonArithmetic
{
    private const int SmallestExponent = -1074;
    private const int MantissaBits = 53;

    /// <summary><c>round(value, digits)</c>: halves go to the even digit; a whole number stays one.</summary>
    /// <param name="value">A <see cref="long"/> or a finite <see cref="double"/>.</param>
    /// <param name="digits">The digits after the point, at most 15.</param>
    /// <returns>The rounded number, of the value's type.</returns>
    public static object Round(object value, int digits) => value is double number ? Round(number, digits) : value;

    /// <summary><c>round(value, digits)</c>.</summary>
    public static double Round(double value, int digits)
    {
        var (mantissa, exponent) = Split(value);
        if (exponent >= 0)
            return value;
        var denominator = BigInteger.One << -exponent;
        var whole = BigInteger.DivRem(BigInteger.Abs(mantissa) * BigInteger.Pow(10, digits), denominator, out var rest);
        var half = (rest * 2).CompareTo(denominator);
        if (half > 0 || (half == 0 && !whole.IsEven))
            whole++;
        return Math.CopySign((double)whole / Math.Pow(10, digits), value);
    }

    /// <summary><c>statistics.mean(values)</c>: a whole number where all values are whole and so is their mean.</summary>
    /// <param name="values">At least one <see cref="long"/> or finite <see cref="double"/>, none below zero.</param>
    /// <returns>The mean, as <see cref="long"/> or <see cref="double"/>.</returns>
    public static object Mean(IReadOnlyCollection<object> values)
    {
        var isWhole = values.All(value => value is long);
        var total = BigInteger.Zero;
        foreach (var value in values)
        {
            var (mantissa, exponent) = value is long number ? (number, 0) : Split((double)value);
            total += mantissa << (exponent - SmallestExponent);
        }

        var count = (BigInteger)values.Count << -SmallestExponent;
        return isWhole && (total % count).IsZero ? (long)(total / count) : Divide(total, count);
    }

    // The double nearest to the quotient, halves to even.
    private static object Divide(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.IsZero)
            return 0.0;
        var shift = (int)(denominator.GetBitLength() - numerator.GetBitLength()) + MantissaBits + 11;
        var quotient = BigInteger.DivRem(shift > 0 ? numerator << shift : numerator, shift < 0 ? denominator << -shift : denominator, out var rest);
        var excess = (int)quotient.GetBitLength() - MantissaBits;
        var kept = quotient >> excess;
        var dropped = quotient - (kept << excess);
        var half = dropped.CompareTo(BigInteger.One << (excess - 1));
        if (half > 0 || (half == 0 && (!rest.IsZero || !kept.IsEven)))
            kept++;
        return Math.ScaleB((double)kept, excess - shift);
    }

    private static (BigInteger Mantissa, int Exponent) Split(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFF;
        mantissa = exponent == 0 ? mantissa : mantissa | (1L << 52);
        return (value < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) + SmallestExponent - 1);
    }
}
