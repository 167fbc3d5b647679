using System.Globalization;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>Decimal digits of floats, exactly, rounded half to even: what C's <c>%f</c>, <c>%e</c> and <c>%g</c> print.</summary>
internal static class Exact
{
    /// <summary>The nearest float, which .NET's own conversion does not give: it drops bits. Infinity where there is none.</summary>
    public static double ToDouble(BigInteger value)
    {
        var bits = (int)BigInteger.Abs(value).GetBitLength() - 53;
        if (bits <= 0)
            return (double)value;
        var kept = BigInteger.Abs(value) >> bits;
        var dropped = BigInteger.Abs(value) - (kept << bits);
        var half = BigInteger.One << (bits - 1);
        if (dropped > half || (dropped == half && !kept.IsEven))
            kept += 1;
        return Math.CopySign(Math.ScaleB((double)kept, bits), value.Sign);
    }

    /// <summary>The steps that printing a float with so many digits costs: it may have a thousand bits.</summary>
    public static long Cost(int precision) => 16 + (long)(Math.Clamp(precision, 0, 20_000) + 300) * (Math.Clamp(precision, 0, 20_000) + 300) / 1024;

    /// <summary>The steps that printing an integer costs.</summary>
    public static long Cost(BigInteger value) => value.GetBitLength() * value.GetBitLength() >> 13;

    /// <summary>The quotient of two integers, correctly rounded.</summary>
    public static double Divide(BigInteger a, BigInteger b)
    {
        if (BigInteger.Abs(a) <= 1L << 53 && BigInteger.Abs(b) <= 1L << 53)
            return (double)a / (double)b;
        var negative = (a.Sign < 0) != (b.Sign < 0);
        (a, b) = (BigInteger.Abs(a), BigInteger.Abs(b));
        // Scale so that the quotient has 66 bits or so; the remainder decides ties.
        var shift = (int)(a.GetBitLength() - b.GetBitLength()) - 66;
        var quotient = shift < 0 ? BigInteger.DivRem(a << -shift, b, out var rest) : BigInteger.DivRem(a, b << shift, out rest);
        if (!rest.IsZero)
            quotient |= 1;
        var bits = (int)quotient.GetBitLength() - 53;
        var dropped = quotient & ((BigInteger.One << bits) - 1);
        var half = BigInteger.One << (bits - 1);
        quotient >>= bits;
        if (dropped > half || (dropped == half && !quotient.IsEven))
            quotient += 1;
        var result = Math.ScaleB((double)quotient, shift + bits);
        if (double.IsInfinity(result))
            throw Errors.Arithmetic("integer division result too large for a float");
        return negative ? -result : result;
    }

    /// <summary><c>%.{precision}f</c> of a finite number.</summary>
    public static string Fixed(double value, int precision)
    {
        var digits = Scaled(Math.Abs(value), precision).ToString(CultureInfo.InvariantCulture);
        if (precision > 0)
        {
            digits = digits.PadLeft(precision + 1, '0');
            digits = $"{digits[..^precision]}.{digits[^precision..]}";
        }

        return double.IsNegative(value) ? "-" + digits : digits;
    }

    /// <summary><c>%.{precision}e</c> of a finite number.</summary>
    public static string Exponential(double value, int precision)
    {
        var (digits, exponent) = Digits(Math.Abs(value), precision + 1);
        var sign = double.IsNegative(value) ? "-" : "";
        var fraction = precision > 0 ? "." + digits[1..] : "";
        return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary><c>%.{precision}g</c> of a finite number; <paramref name="alternate"/> keeps zeros at the end.</summary>
    public static string General(double value, int precision, bool alternate)
    {
        if (precision == 0)
            precision = 1;
        var (digits, exponent) = Digits(Math.Abs(value), precision);
        var sign = double.IsNegative(value) ? "-" : "";
        if (exponent < -4 || exponent >= precision)
        {
            var mantissa = precision > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
            return $"{sign}{(alternate ? mantissa : TrimZeros(mantissa))}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        var text = exponent < 0
            ? "0." + new string('0', -exponent - 1) + digits
            : digits.Length == exponent + 1 ? digits : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
        return sign + (alternate ? text : TrimZeros(text));
    }

    /// <summary>Python's <c>round(value, digits)</c>.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 322)
            return value;
        if (digits < -308)
            return Math.CopySign(0, value);
        if (digits >= 0)
            return double.Parse(Fixed(value, digits), CultureInfo.InvariantCulture);
        var unit = BigInteger.Pow(10, -digits);
        var (mantissa, exponent) = Parts(Math.Abs(value));
        var rounded = exponent >= 0
            ? RoundedQuotient(mantissa << exponent, unit)
            : RoundedQuotient(mantissa, unit << -exponent);
        var result = double.Parse((rounded * unit).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Math.CopySign(result, value);
    }

    private static string TrimZeros(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    // value × 10^precision, rounded half to even.
    private static BigInteger Scaled(double value, int precision)
    {
        var (mantissa, exponent) = Parts(value);
        var scaled = mantissa * BigInteger.Pow(10, precision);
        return exponent >= 0 ? scaled << exponent : RoundedQuotient(scaled, BigInteger.One << -exponent);
    }

    // The first digits of a number, and the exponent of the first.
    private static (string Digits, int Exponent) Digits(double value, int count)
    {
        if (value == 0)
            return (new string('0', count), 0);
        var (mantissa, binary) = Parts(value);
        var exponent = (int)Math.Floor(Math.Log10(value));
        while (true)
        {
            var scale = count - 1 - exponent;
            var (top, bottom) = (mantissa, BigInteger.One);
            if (scale >= 0)
                top *= BigInteger.Pow(10, scale);
            else
                bottom = BigInteger.Pow(10, -scale);
            if (binary >= 0)
                top <<= binary;
            else
                bottom <<= -binary;
            // The logarithm may be off by one: the unrounded number must have exactly `count` digits.
            var whole = BigInteger.Divide(top, bottom).ToString(CultureInfo.InvariantCulture);
            if (whole.Length > count || whole == "0" || whole.Length < count)
            {
                exponent += whole == "0" ? -1 : whole.Length - count;
                continue;
            }

            var digits = RoundedQuotient(top, bottom).ToString(CultureInfo.InvariantCulture);
            return digits.Length > count ? (digits[..count], exponent + 1) : (digits, exponent);
        }
    }

    private static BigInteger RoundedQuotient(BigInteger top, BigInteger bottom)
    {
        var quotient = BigInteger.DivRem(top, bottom, out var rest);
        var twice = rest * 2;
        return twice > bottom || (twice == bottom && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    private static (BigInteger Mantissa, int Exponent) Parts(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFF;
        return exponent == 0 ? (mantissa, -1074) : (mantissa | 1L << 52, exponent - 1075);
    }
}
