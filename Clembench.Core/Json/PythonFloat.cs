using System.Globalization;

namespace Clembench.Json;

/// <summary>Floating-point numbers as Python prints them: the form that clemcore's files and templates have.</summary>
public static class PythonFloat
{
    /// <summary>
    /// Python's <c>repr(float)</c>: the shortest digits that give the same number again, always with a fraction or
    /// an exponent; an exponent from 1e16 upwards and below 1e-4 (CPython, <c>float_repr_style</c> "short").
    /// </summary>
    /// <param name="value">The number.</param>
    /// <returns>The text; <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> as the json module spells them.</returns>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        // Where both write no exponent, .NET leaves out a fraction of zero, and nothing else.
        if (Math.Abs(value) is 0 or (>= 1e-4 and < 1e15))
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        var (sign, digits, point) = Decompose(text);
        if (point is > 16 or < -3)
        {
            var exponent = point - 1;
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (point <= 0)
            return $"{sign}0.{new string('0', -point)}{digits}";
        return digits.Length <= point
            ? $"{sign}{digits.PadRight(point, '0')}.0"
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    // The shortest round-trip digits d1d2…, and the position of the decimal point: value = 0.d1d2… × 10^point.
    private static (string Sign, string Digits, int Point) Decompose(string text)
    {
        var sign = text[0] == '-' ? "-" : "";
        var mantissa = text[sign.Length..];
        var exponent = 0;
        if (mantissa.IndexOf('E', StringComparison.Ordinal) is var e and >= 0)
        {
            exponent = int.Parse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }

        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimStart('0');
        point -= digits.Length - significant.Length;
        significant = significant.TrimEnd('0');
        return significant.Length == 0 ? (sign, "0", 1) : (sign, significant, point);
    }
}
