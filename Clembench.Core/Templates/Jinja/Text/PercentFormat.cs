using System.Globalization;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>Python's <c>"%s of %d" % (a, b)</c>.</summary>
internal static class PercentFormat
{
    public static Value Format(Runtime rt, in Value format, in Value arguments)
    {
        using var text = rt.NewText();
        new Formatter(rt, text, format, arguments).Write();
        var result = text.Take(rt);
        return format.IsMarkup ? Markup.Mark(result) : result;
    }

    /// <summary>Python's <c>ascii(value)</c>.</summary>
    public static Value Ascii(Runtime rt, in Value value)
    {
        var repr = PythonText.ReprValue(rt, value);
        if (System.Text.Ascii.IsValid(repr.Text))
            return repr;
        var escaped = new System.Text.StringBuilder();
        foreach (var rune in repr.Text.EnumerateRunes())
        {
            if (rune.IsAscii)
                escaped.Append((char)rune.Value);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"{(rune.Value <= 0xff ? "\\x" : rune.IsBmp ? "\\u" : "\\U")}{rune.Value.ToString(rune.Value <= 0xff ? "x2" : rune.IsBmp ? "x4" : "x8", CultureInfo.InvariantCulture)}");
        }

        return rt.Derived(escaped.ToString(), [repr]);
    }

    private ref struct Formatter(Runtime rt, TextBuilder text, Value format, Value arguments)
    {
        private readonly ListObj? _tuple = arguments.Kind == Kind.Tuple ? (ListObj)arguments.Object : null;
        private int _next;

        public void Write()
        {
            var source = format.Text;
            rt.Charge(source.Length >> 4);
            for (var i = 0; i < source.Length;)
            {
                var percent = source.IndexOf('%', i);
                if (percent < 0)
                    percent = source.Length;
                text.Append(rt, format, i, percent - i);
                i = percent + 1;
                if (percent < source.Length)
                    WriteField(source, ref i);
            }

            var used = _tuple is null ? _next > 0 : _next >= _tuple.Count;
            if (!used && arguments.Kind is not (Kind.Dict or Kind.List or Kind.Range or Kind.Undefined))
                throw Errors.Type("not all arguments converted during string formatting");
        }

        private void WriteField(string source, ref int i)
        {
            rt.Step();
            if (i < source.Length && source[i] == '%')
            {
                text.Append('%');
                i++;
                return;
            }

            Value? keyed = null;
            if (i < source.Length && source[i] == '(')
            {
                var start = ++i;
                var open = 1;
                while (i < source.Length && open > 0)
                {
                    open += source[i] == '(' ? 1 : source[i] == ')' ? -1 : 0;
                    i++;
                }

                if (open > 0)
                    throw Errors.Value("incomplete format key");
                if (arguments.Ref is not DictObj dict)
                    throw Errors.Type("format requires a mapping");
                var key = source[start..(i - 1)];
                keyed = dict.TryGet(key, out var found) ? found : throw Errors.Lookup(PythonText.Repr(key));
            }

            var (left, plus, space, alternate, zero) = (false, false, false, false, false);
            for (; i < source.Length; i++)
            {
                if (source[i] == '-') left = true;
                else if (source[i] == '+') plus = true;
                else if (source[i] == ' ') space = true;
                else if (source[i] == '#') alternate = true;
                else if (source[i] == '0') zero = true;
                else break;
            }

            var width = Number(source, ref i, -1);
            if (width < -1)
                (left, width) = (true, -(width + 1));
            var precision = -1;
            if (i < source.Length && source[i] == '.')
            {
                i++;
                precision = Math.Max(0, Number(source, ref i, 0));
            }

            while (i < source.Length && source[i] is 'h' or 'l' or 'L')
                i++;
            if (i >= source.Length)
                throw Errors.Value("incomplete format");
            var type = source[i++];

            var value = keyed ?? Next();
            switch (type)
            {
                case 's':
                    WriteText(format.IsMarkup ? Markup.Escape(rt, value) : PythonText.Str(rt, value), width, precision, left);
                    break;
                case 'r':
                    WriteText(PythonText.ReprValue(rt, value), width, precision, left);
                    break;
                case 'a':
                    WriteText(Ascii(rt, value), width, precision, left);
                    break;
                case 'c':
                    WriteText(Character(value), width, -1, left);
                    break;
                case 'd' or 'i' or 'u' or 'o' or 'x' or 'X':
                    WriteInteger(value, type, width, precision, left, plus, space, alternate, zero);
                    break;
                case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                    WriteFloat(value, type, width, precision, left, plus, space, alternate, zero);
                    break;
                default:
                    throw Errors.Value($"unsupported format character '{type}' (0x{(int)type:x}) at index {i - 1}");
            }
        }

        private Value Next()
        {
            if (_tuple is null)
            {
                if (_next++ > 0)
                    throw Errors.Type("not enough arguments for format string");
                return arguments;
            }

            return _next < _tuple.Count ? _tuple[_next++] : throw Errors.Type("not enough arguments for format string");
        }

        // Digits, or the next argument for a star; a negative width -w comes as -w - 1.
        private int Number(string source, ref int i, int otherwise)
        {
            if (i < source.Length && source[i] == '*')
            {
                i++;
                var value = Next();
                if (!Ops.IsIndex(value))
                    throw Errors.Type("* wants int");
                var number = Arguments.Int(value);
                return number < 0 ? number - 1 : number;
            }

            var start = i;
            long digits = 0;
            while (i < source.Length && char.IsAsciiDigit(source[i]))
            {
                digits = digits * 10 + source[i++] - '0';
                if (digits > int.MaxValue)
                    throw Errors.Value("width too big");
            }

            return i == start ? otherwise : (int)digits;
        }

        private void WriteText(in Value value, int width, int precision, bool left)
        {
            var end = precision >= 0 ? CodePoints.Offset(value.Text, precision) : value.Text.Length;
            var missing = Math.Max(0, width - CodePoints.Count(value.Text.AsSpan(0, end)));
            rt.ChargeText(missing);
            if (!left)
                text.Append(' ', missing);
            text.Append(rt, value, 0, end);
            if (left)
                text.Append(' ', missing);
        }

        private static Value Character(in Value value)
        {
            if (value.IsString)
                return CodePoints.Count(value.Text) == 1 ? value : throw Errors.Type("%c requires int or char");
            if (!Ops.IsIndex(value))
                throw Errors.Type("%c requires int or char");
            var code = Ops.Big(value);
            return code >= 0 && code <= 0x10FFFF ? Value.String(CodePoints.Text((int)code)) : throw Errors.Arithmetic("%c arg not in range(0x110000)");
        }

        private void WriteInteger(in Value value, char type, int width, int precision, bool left, bool plus, bool space, bool alternate, bool zero)
        {
            BigInteger number;
            if (Ops.IsIndex(value))
                number = Ops.Big(value);
            else if (value.Kind == Kind.Float && type is 'd' or 'i' or 'u')
                number = double.IsFinite(value.Double) ? new BigInteger(Math.Truncate(value.Double)) : throw Errors.Arithmetic("cannot convert float infinity to integer");
            else if (value.IsUndefined)
                throw ((UndefinedObj)value.Object).Error(rt);
            else
                throw Errors.Type(type is 'd' or 'i' or 'u'
                    ? $"%{type} format: a real number is required, not {Ops.TypeName(value)}"
                    : $"%{type} format: an integer is required, not {Ops.TypeName(value)}");

            var magnitude = BigInteger.Abs(number);
            rt.Charge(Exact.Cost(magnitude));
            var digits = type switch
            {
                'o' => Radix.Octal(magnitude),
                'x' => magnitude.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
                'X' => magnitude.ToString("X", CultureInfo.InvariantCulture).TrimStart('0'),
                _ => PythonText.Integer(magnitude),
            };
            if (digits.Length == 0)
                digits = "0";
            if (precision > digits.Length)
            {
                rt.ChargeText(precision);
                digits = digits.PadLeft(precision, '0');
            }

            var prefix = alternate ? type switch { 'o' => "0o", 'x' => "0x", 'X' => "0X", _ => "" } : "";
            WriteNumber(Sign(number.Sign < 0, plus, space) + prefix, digits, width, left, zero);
        }

        private void WriteFloat(in Value value, char type, int width, int precision, bool left, bool plus, bool space, bool alternate, bool zero)
        {
            if (value.IsUndefined)
                throw ((UndefinedObj)value.Object).Error(rt);
            if (!Ops.IsNumber(value.Kind))
                throw Errors.Type($"must be real number, not {Ops.TypeName(value)}");
            if (precision > 10_000)
                throw Errors.Limit("A number is formatted with too many digits.");
            rt.Charge(Exact.Cost(precision));
            var number = Ops.ToDouble(value);
            var digits = Floats.Text(Math.Abs(number), type, precision, alternate);
            WriteNumber(Sign(double.IsNegative(number) && !double.IsNaN(number), plus, space), digits, width, left, zero && double.IsFinite(number));
        }

        private void WriteNumber(string prefix, string digits, int width, bool left, bool zero)
        {
            var missing = Math.Max(0, width - prefix.Length - digits.Length);
            rt.ChargeText(missing);
            if (!left && !zero)
                text.Append(' ', missing);
            text.Append(prefix);
            if (!left && zero)
                text.Append('0', missing);
            text.Append(digits);
            if (left)
                text.Append(' ', missing);
        }

        private static string Sign(bool negative, bool plus, bool space) => negative ? "-" : plus ? "+" : space ? " " : "";
    }
}
