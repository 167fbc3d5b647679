using System.Globalization;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>Numbers from other values, as Python's <c>int</c>, <c>float</c> and <c>round</c> make them.</summary>
internal static class Numbers
{
    /// <summary>The filter <c>int</c>.</summary>
    public static Value ToInteger(Runtime rt, in Value value, in Value otherwise, int radix)
    {
        switch (value.Kind)
        {
            case Kind.Int or Kind.BigInt:
                return value;
            case Kind.Bool:
                return Value.Int(value.Bits);
            case Kind.Float:
                return FromFloat(value.Double, otherwise);
            case Kind.Undefined:
                throw ((UndefinedObj)value.Object).Error(rt);
            case Kind.String:
                if (ParseInteger(rt, value.Text, radix) is { IsMissing: false } number)
                    return number;
                var real = ToFloat(rt, value);
                return real.IsMissing ? otherwise : FromFloat(real.Double, otherwise);
            default:
                return otherwise;
        }
    }

    /// <summary>Python's <c>float(value)</c>; a missing value where that is an error.</summary>
    public static Value ToFloat(Runtime rt, in Value value)
    {
        switch (value.Kind)
        {
            case Kind.Int or Kind.Bool or Kind.BigInt or Kind.Float:
                return Value.Float(Ops.ToDouble(value));
            case Kind.Undefined:
                throw ((UndefinedObj)value.Object).Error(rt);
            case Kind.String:
                rt.Charge(value.Text.Length >> 4);
                return ParseFloat(value.Text);
            default:
                return default;
        }
    }

    public static Value Round(Runtime rt, in Value value, in Value digits, string method)
    {
        if (method is not ("common" or "ceil" or "floor"))
            throw Errors.Value("method must be common, ceil or floor");
        if (!Ops.IsNumber(value.Kind) && method == "common")
            throw Errors.Type($"type {Ops.TypeName(value)} doesn't define __round__ method");
        if (method == "common" && digits.IsNone)
            return value.Kind == Kind.Float ? FromFloat(Math.Round(value.Double, MidpointRounding.ToEven), default) : Ops.Positive(rt, value);
        var precision = Arguments.Int(digits, 0);
        rt.Charge(Exact.Cost(precision));
        if (method == "common")
        {
            if (value.Kind == Kind.Float)
                return Value.Float(Exact.Round(value.Double, precision));
            if (precision >= 0)
                return Value.Integer(Ops.Big(value));
            if (precision < -1000)
                return Value.Int(0);
            var unit = BigInteger.Pow(10, -precision);
            var number = Ops.Big(value);
            var remainder = BigInteger.Remainder(number, unit);
            if (remainder.Sign < 0)
                remainder += unit;
            var floor = number - remainder;
            var twice = remainder * 2;
            return Value.Integer(twice > unit || (twice == unit && !(floor / unit).IsEven) ? floor + unit : floor);
        }

        if (Math.Abs(precision) > 308)
            throw Errors.Arithmetic("int too large to convert to float");
        var scale = precision >= 0 ? Value.Integer(BigInteger.Pow(10, precision)) : Value.Float(Math.Pow(10, precision));
        var scaled = Ops.Multiply(rt, value, scale);
        if (!Ops.IsNumber(scaled.Kind))
            throw Errors.Type($"must be real number, not {Ops.TypeName(scaled)}");
        if (scaled.Kind == Kind.Float)
        {
            var real = method == "ceil" ? Math.Ceiling(scaled.Double) : Math.Floor(scaled.Double);
            scaled = FromFloat(real, default);
            if (scaled.IsMissing)
                throw Errors.Arithmetic("cannot convert float to integer");
        }

        return Ops.Divide(rt, scaled, scale);
    }

    public static Value FileSize(Runtime rt, in Value value, bool binary)
    {
        var bytes = ToFloat(rt, value);
        if (bytes.IsMissing)
            throw value.IsString ? Errors.Value($"could not convert string to float: {PythonText.Repr(value.Text)}") : Errors.Type($"float() argument must be a string or a real number, not '{Ops.TypeName(value)}'");
        var size = bytes.Double;
        double unit = binary ? 1024 : 1000;
        if (size == 1)
            return Value.String("1 Byte");
        if (size < unit)
            return Value.String($"{PythonText.Str(rt, FromFloat(size, Value.Int(0))).Text} Bytes");
        string[] prefixes = binary ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"] : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
        var scale = unit;
        foreach (var prefix in prefixes)
        {
            scale *= unit;
            if (size < scale || prefix == prefixes[^1])
                return Value.String($"{(double.IsFinite(size) ? Exact.Fixed(unit * size / scale, 1) : PythonText.Float(size))} {prefix}");
        }

        return default;
    }

    private static Value FromFloat(double value, in Value otherwise)
    {
        if (double.IsNaN(value))
            return otherwise;
        if (double.IsInfinity(value))
            throw Errors.Arithmetic("cannot convert float infinity to integer");
        return Value.Integer(new BigInteger(Math.Truncate(value)));
    }

    // int(text, radix): signs, a prefix that fits the radix, underscores between digits.
    private static Value ParseInteger(Runtime rt, string text, int radix)
    {
        if (radix != 0 && radix is < 2 or > 36)
            return default;
        rt.Charge(text.Length >> 4);
        var digits = Trim(text);
        var negative = digits.StartsWith('-');
        if (negative || digits.StartsWith('+'))
            digits = digits[1..];
        var prefix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefix != 0 && (radix == prefix || radix == 0))
        {
            digits = digits[2..];
            if (digits.StartsWith('_'))
                digits = digits[1..];
            radix = prefix;
        }
        else if (radix == 0)
        {
            if (digits.Length > 1 && digits[0] == '0' && digits.Trim(['0', '_']).Length > 0)
                return default;
            radix = 10;
        }

        if (digits.Length == 0 || digits[0] == '_' || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
            return default;
        if (digits.Length > 4300)
            return default;
        rt.Charge((long)digits.Length * digits.Length >> (radix == 10 ? 11 : 7));
        var number = BigInteger.Zero;
        if (radix == 10 && digits.All(char.IsAsciiDigit))
        {
            number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        }
        else
        {
            foreach (var rune in digits.EnumerateRunes())
            {
                if (rune.Value == '_')
                    continue;
                var digit = rune.IsAscii ? AsciiDigit((char)rune.Value) : PyChar.IsDecimal(rune) ? (int)System.Text.Rune.GetNumericValue(rune) : 99;
                if (digit >= radix)
                    return default;
                number = number * radix + digit;
            }
        }

        return Value.Integer(negative ? -number : number);
    }

    private static int AsciiDigit(char c) => char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : 99;

    private static Value ParseFloat(string text)
    {
        var digits = Trim(text);
        var sign = digits.StartsWith('-') ? -1 : 1;
        var unsigned = digits.StartsWith('-') || digits.StartsWith('+') ? digits[1..] : digits;
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
            return Value.Float(sign * double.PositiveInfinity);
        if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return Value.Float(double.NaN);
        for (var i = 0; i < unsigned.Length; i++)
        {
            if (unsigned[i] == '_' && (i == 0 || i + 1 == unsigned.Length || !char.IsAsciiDigit(unsigned[i - 1]) || !char.IsAsciiDigit(unsigned[i + 1])))
                return default;
            if (!char.IsAsciiDigit(unsigned[i]) && unsigned[i] is not ('.' or 'e' or 'E' or '+' or '-' or '_'))
                return default;
        }

        return double.TryParse(unsigned.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            ? Value.Float(sign * value)
            : default;
    }

    private static string Trim(string text)
    {
        var end = PyChar.TrimEnd(text).Length;
        var start = 0;
        while (start < end && PyChar.IsSpace(text[start]))
            start++;
        return text[start..end];
    }
}
