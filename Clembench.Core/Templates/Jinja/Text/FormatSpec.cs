using System.Globalization;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>Python's format specifications (<c>format(value, ">8.2f")</c>).</summary>
internal readonly struct FormatSpec
{
    private FormatSpec(string fill, char align, char sign, bool zero, bool alternate, int width, char grouping, int precision, char type)
    {
        Fill = fill;
        Align = align;
        Sign = sign;
        Zero = zero;
        Alternate = alternate;
        Width = width;
        Grouping = grouping;
        Precision = precision;
        Type = type;
    }

    public string Fill { get; }

    public char Align { get; }

    public char Sign { get; }

    public bool Zero { get; }

    public bool Alternate { get; }

    public int Width { get; }

    public char Grouping { get; }

    public int Precision { get; }

    public char Type { get; }

    /// <summary><c>format(value, spec)</c>.</summary>
    public static Value Format(Runtime rt, in Value value, string spec)
    {
        if (spec.Length == 0)
            return PythonText.Str(rt, value);
        switch (value.Kind)
        {
            case Kind.String:
                return Parse(spec, "str").FormatText(rt, value);
            case Kind.Int or Kind.BigInt or Kind.Bool:
                var parsed = Parse(spec, "int");
                return parsed.Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%' ? parsed.FormatFloat(rt, Ops.ToDouble(value)) : parsed.FormatInteger(rt, Ops.Big(value));
            case Kind.Float:
                return Parse(spec, "float").FormatFloat(rt, value.Double);
            default:
                throw Errors.Type($"unsupported format string passed to {Ops.TypeName(value)}.__format__");
        }
    }

    /// <summary>Sign, digits and padding of a number in a field.</summary>
    public Value Number(Runtime rt, string sign, string prefix, string digits, string fraction)
    {
        var group = Grouping == '\0' ? 0 : Type is 'b' or 'o' or 'x' or 'X' ? 4 : 3;
        var fillZero = Zero || (Fill == "0" && Align == '=');
        if (group > 0)
        {
            var minimum = fillZero && Align == '=' ? Width - sign.Length - prefix.Length - fraction.Length : 0;
            rt.ChargeText(Math.Max(minimum, digits.Length * 2L));
            digits = Group(digits, group, Grouping, minimum);
        }

        var body = prefix + digits + fraction;
        var missing = Width - sign.Length - CodePoints.Count(body);
        if (missing <= 0)
            return Value.String(sign + body);
        var align = Align == '\0' ? '>' : Align;
        rt.ChargeText(Width);
        using var text = rt.NewText();
        var left = align switch { '<' => 0, '^' => missing / 2, '=' => 0, _ => missing };
        Padding.Repeat(text, Fill, left);
        text.Append(sign);
        if (align == '=')
        {
            text.Append(prefix);
            Padding.Repeat(text, Fill, missing);
            text.Append(digits);
            text.Append(fraction);
            return text.Take(rt);
        }

        text.Append(body);
        Padding.Repeat(text, Fill, missing - left);
        return text.Take(rt);
    }

    private static FormatSpec Parse(string spec, string typeName)
    {
        var at = 0;
        var (fill, align) = (" ", '\0');
        var first = CodePoints.LengthAt(spec, 0);
        if (first < spec.Length && IsAlign(spec[first]))
        {
            fill = spec[..first];
            align = spec[first];
            at = first + 1;
        }
        else if (IsAlign(spec[0]))
        {
            align = spec[at++];
        }

        var sign = at < spec.Length && spec[at] is '+' or '-' or ' ' ? spec[at++] : '\0';
        var alternate = at < spec.Length && spec[at] == '#';
        if (alternate)
            at++;
        var zero = at < spec.Length && spec[at] == '0';
        if (zero)
        {
            at++;
            if (align == '\0')
                align = typeName == "str" ? '<' : '=';
            if (at < 2 || fill == " ")
                fill = "0";
        }

        var width = Digits(spec, ref at, 0);
        var grouping = '\0';
        if (at < spec.Length && spec[at] is ',' or '_')
        {
            grouping = spec[at++];
            if (at < spec.Length && spec[at] is ',' or '_')
                throw Errors.Value(spec[at] == grouping ? $"Cannot specify '{grouping}' with '{grouping}'." : "Cannot specify both ',' and '_'.");
        }

        var precision = -1;
        if (at < spec.Length && spec[at] == '.')
        {
            at++;
            var before = at;
            precision = Digits(spec, ref at, -1);
            if (at == before)
                throw Errors.Value("Format specifier missing precision");
        }

        if (spec.Length - at > 1)
            throw Errors.Value($"Invalid format specifier '{spec}' for object of type '{typeName}'");
        var type = at < spec.Length ? spec[at] : '\0';
        if (type != '\0' && !(typeName switch { "str" => "s", "int" => "bcdoxXneEfFgG%", _ => "eEfFgGn%" }).Contains(type))
            throw Errors.Value($"Unknown format code '{type}' for object of type '{typeName}'");
        return new FormatSpec(fill, align, sign, zero, alternate, width, grouping, precision, type);
    }

    private static bool IsAlign(char c) => c is '<' or '>' or '=' or '^';

    private static int Digits(string spec, ref int at, int otherwise)
    {
        var start = at;
        long number = 0;
        while (at < spec.Length && char.IsAsciiDigit(spec[at]))
        {
            number = number * 10 + spec[at++] - '0';
            if (number > int.MaxValue)
                throw Errors.Value("Too many decimal digits in format string");
        }

        return at == start ? otherwise : (int)number;
    }

    private static string Group(string digits, int size, char separator, int minimum)
    {
        // From the end; a separator never comes first, so the number may be one wider than the field.
        var grouped = new System.Text.StringBuilder();
        for (int i = digits.Length - 1, count = 0; i >= 0 || grouped.Length < minimum; i--, count++)
        {
            if (count > 0 && count % size == 0)
                grouped.Append(separator);
            grouped.Append(i >= 0 ? digits[i] : '0');
        }

        var reversed = grouped.ToString().ToCharArray();
        Array.Reverse(reversed);
        return new string(reversed);
    }

    private Value FormatText(Runtime rt, in Value value)
    {
        if (Sign != '\0')
            throw Errors.Value("Sign not allowed in string format specifier");
        if (Alternate)
            throw Errors.Value("Alternate form (#) not allowed in string format specifier");
        if (Align == '=')
            throw Errors.Value("'=' alignment not allowed in string format specifier");
        if (Grouping != '\0')
            throw Errors.Value($"Cannot specify '{Grouping}' with 's'.");
        var text = Precision >= 0 ? rt.Slice(value, 0, CodePoints.Offset(value.Text, Precision)) : value;
        var missing = Width - CodePoints.Count(rt, text.Text);
        if (missing <= 0)
            return text;
        rt.ChargeText((long)missing * Fill.Length);
        using var padded = rt.NewText();
        var left = Align switch { '>' => missing, '^' => missing / 2, _ => 0 };
        Padding.Repeat(padded, Fill, left);
        padded.Append(rt, text);
        Padding.Repeat(padded, Fill, missing - left);
        return padded.Take(rt);
    }

    private Value FormatInteger(Runtime rt, BigInteger value)
    {
        if (Precision >= 0)
            throw Errors.Value("Precision not allowed in integer format specifier");
        if (Type == 'c')
        {
            if (value < 0 || value > 0x10FFFF)
                throw Errors.Arithmetic("%c arg not in range(0x110000)");
            return Number(rt, "", "", CodePoints.Text((int)value), "");
        }

        if (Grouping == ',' && Type is 'b' or 'o' or 'x' or 'X' or 'n')
            throw Errors.Value($"Cannot specify ',' with '{Type}'.");
        var magnitude = BigInteger.Abs(value);
        rt.Charge(Exact.Cost(magnitude));
        var (prefix, digits) = Type switch
        {
            'b' => ("0b", magnitude.ToString("B", CultureInfo.InvariantCulture).TrimStart('0')),
            'o' => ("0o", Radix.Octal(magnitude)),
            'x' => ("0x", magnitude.ToString("x", CultureInfo.InvariantCulture).TrimStart('0')),
            'X' => ("0X", magnitude.ToString("X", CultureInfo.InvariantCulture).TrimStart('0')),
            _ => ("", PythonText.Integer(magnitude)),
        };
        return Number(rt, SignOf(value.Sign < 0), Alternate ? prefix : "", digits.Length == 0 ? "0" : digits, "");
    }

    private Value FormatFloat(Runtime rt, double value)
    {
        if (Precision > 10_000)
            throw Errors.Limit("A number is formatted with too many digits.");
        rt.Charge(Exact.Cost(Precision));
        var negative = double.IsNegative(value) && !double.IsNaN(value);
        var text = Floats.Text(Type == '%' ? Math.Abs(value) * 100 : Math.Abs(value), Type, Precision, Alternate);
        if (Type == '%')
            text += "%";
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var at && at < 0 ? text.Length : at;
        return double.IsFinite(value)
            ? Number(rt, SignOf(negative), "", text[..end], text[end..])
            : Number(rt, SignOf(negative), "", text, "");
    }

    private string SignOf(bool negative) => negative ? "-" : Sign is '+' or ' ' ? Sign.ToString() : "";
}

internal static class Radix
{
    public static string Octal(BigInteger value)
    {
        if (value.IsZero)
            return "0";
        var digits = new System.Text.StringBuilder();
        foreach (var bits in value.ToString("B", CultureInfo.InvariantCulture).TrimStart('0') is var binary ? binary.PadLeft((binary.Length + 2) / 3 * 3, '0').Chunk(3) : [])
            digits.Append((char)('0' + (bits[0] - '0') * 4 + (bits[1] - '0') * 2 + bits[2] - '0'));
        return digits.ToString();
    }
}

/// <summary>Positive floats in Python's presentation types.</summary>
internal static class Floats
{
    public static string Text(double value, char type, int precision, bool alternate)
    {
        if (!double.IsFinite(value))
        {
            var name = double.IsNaN(value) ? "nan" : "inf";
            return char.IsAsciiLetterUpper(type) ? name.ToUpperInvariant() : name;
        }

        var digits = precision < 0 ? 6 : precision;
        switch (type)
        {
            case 'f' or 'F' or '%':
                return Exact.Fixed(value, digits) + (alternate && digits == 0 ? "." : "");
            case 'e' or 'E':
                var exponential = Exact.Exponential(value, digits);
                return type == 'E' ? exponential.ToUpperInvariant() : exponential;
            case 'g' or 'G' or 'n':
                var general = Exact.General(value, digits, alternate);
                return type == 'G' ? general.ToUpperInvariant() : general;
            case '\0' when precision < 0:
                return PythonText.Float(value);
            default:
                // No type: like g, with a digit behind the point, and an exponent from the precision on.
                var text = Exact.General(value, Math.Max(1, precision), alternate: false);
                if (text.Contains('e', StringComparison.Ordinal) || text.Contains('.', StringComparison.Ordinal))
                    return text;
                return text.Length >= Math.Max(1, precision) && text != "0" ? Exact.Exponential(value, Math.Max(1, precision) - 1) is var e ? TrimMantissa(e) : text : text + ".0";
        }
    }

    private static string TrimMantissa(string exponential)
    {
        var at = exponential.IndexOf('e', StringComparison.Ordinal);
        var mantissa = exponential[..at];
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa) + exponential[at..];
    }
}
