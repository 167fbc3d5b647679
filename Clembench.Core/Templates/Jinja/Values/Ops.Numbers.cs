using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>Arithmetic as Python's: integers without bounds, floor division and modulo with the divisor's sign.</summary>
internal static partial class Ops
{
    /// <summary>What comparing with NaN gives.</summary>
    public const int Unordered = int.MinValue;

    public static bool IsNumber(Kind kind) => kind is Kind.Int or Kind.Float or Kind.Bool or Kind.BigInt;

    public static BigInteger Big(in Value value) => value.Kind == Kind.BigInt ? ((BigIntObj)value.Object).Value : value.Bits;

    public static double ToDouble(in Value value)
    {
        if (value.Kind == Kind.Float)
            return value.Double;
        if (value.Kind != Kind.BigInt)
            return value.Bits;
        var number = Exact.ToDouble(Big(value));
        return double.IsFinite(number) ? number : throw Errors.Arithmetic("int too large to convert to float");
    }

    public static Value Add(Runtime rt, in Value left, in Value right)
    {
        if (left.IsInt && right.IsInt)
        {
            var sum = unchecked(left.Bits + right.Bits);
            return ((left.Bits ^ sum) & (right.Bits ^ sum)) < 0 ? Value.Integer((BigInteger)left.Bits + right.Bits) : Value.Int(sum);
        }

        if (left.IsString && right.IsString)
            return ((left.Bits | right.Bits) & Provenance.Markup) != 0 ? Markup.Concat(rt, left, right) : rt.Concat(left, right);
        var (kind, other) = (left.Kind, right.Kind);
        CheckDefined(rt, left, right);
        if (IsNumber(kind) && IsNumber(other))
        {
            return kind == Kind.Float || other == Kind.Float
                ? Value.Float(ToDouble(left) + ToDouble(right))
                : Checked(rt, Big(left) + Big(right));
        }

        if (kind is Kind.List or Kind.Tuple && other == kind)
        {
            var (a, b) = (((ListObj)left.Object).ToArray(), ((ListObj)right.Object).ToArray());
            rt.Charge((long)a.Length + b.Length);
            return Value.Of(new ListObj([.. a, .. b], kind == Kind.Tuple));
        }

        if (kind == Kind.String)
            throw Errors.Type($"can only concatenate str (not \"{TypeName(right)}\") to str");
        if (kind is Kind.List or Kind.Tuple)
            throw Errors.Type($"can only concatenate {TypeName(left)} (not \"{TypeName(right)}\") to {TypeName(left)}");
        throw Unsupported("+", left, right);
    }

    public static Value Subtract(Runtime rt, in Value left, in Value right)
    {
        if (left.IsInt && right.IsInt)
        {
            var difference = unchecked(left.Bits - right.Bits);
            return ((left.Bits ^ right.Bits) & (left.Bits ^ difference)) < 0 ? Value.Integer((BigInteger)left.Bits - right.Bits) : Value.Int(difference);
        }

        CheckDefined(rt, left, right);
        CheckNumbers("-", left, right);
        return left.Kind == Kind.Float || right.Kind == Kind.Float
            ? Value.Float(ToDouble(left) - ToDouble(right))
            : Checked(rt, Big(left) - Big(right));
    }

    public static Value Multiply(Runtime rt, in Value left, in Value right)
    {
        CheckDefined(rt, left, right);
        var (kind, other) = (left.Kind, right.Kind);
        if (IsNumber(kind) && IsNumber(other))
        {
            if (kind == Kind.Float || other == Kind.Float)
                return Value.Float(ToDouble(left) * ToDouble(right));
            if (kind != Kind.BigInt && other != Kind.BigInt && Math.BigMul(left.Bits, right.Bits, out var low) == low >> 63)
                return Value.Int(low);
            var (a, b) = (Big(left), Big(right));
            CheckBits(rt, a.GetBitLength() + b.GetBitLength());
            rt.Charge(a.GetBitLength() * b.GetBitLength() >> 14);
            return Value.Integer(a * b);
        }

        if (kind is Kind.String or Kind.List or Kind.Tuple && other is Kind.Int or Kind.Bool or Kind.BigInt)
            return Repeat(rt, left, right);
        if (other is Kind.String or Kind.List or Kind.Tuple && kind is Kind.Int or Kind.Bool or Kind.BigInt)
            return Repeat(rt, right, left);
        if (kind is Kind.String or Kind.List or Kind.Tuple)
            throw Errors.Type($"can't multiply sequence by non-int of type '{TypeName(right)}'");
        if (other is Kind.String or Kind.List or Kind.Tuple)
            throw Errors.Type($"can't multiply sequence by non-int of type '{TypeName(left)}'");
        throw Unsupported("*", left, right);
    }

    public static Value Divide(Runtime rt, in Value left, in Value right)
    {
        CheckDefined(rt, left, right);
        CheckNumbers("/", left, right);
        if (left.Kind == Kind.Float || right.Kind == Kind.Float)
        {
            var divisor = ToDouble(right);
            return divisor == 0 ? throw Errors.Arithmetic("float division by zero") : Value.Float(ToDouble(left) / divisor);
        }

        var (a, b) = (Big(left), Big(right));
        if (b.IsZero)
            throw Errors.Arithmetic("division by zero");
        rt.Charge((a.GetBitLength() + 1) * (b.GetBitLength() + 64) >> 14);
        return Value.Float(Exact.Divide(a, b));
    }

    public static Value FloorDivide(Runtime rt, in Value left, in Value right)
    {
        CheckDefined(rt, left, right);
        CheckNumbers("//", left, right);
        if (left.Kind == Kind.Float || right.Kind == Kind.Float)
        {
            var (a, b) = (ToDouble(left), ToDouble(right));
            return b == 0 ? throw Errors.Arithmetic("float floor division by zero") : Value.Float(FloatDivMod(a, b).Quotient);
        }

        if (IsZero(right))
            throw Errors.Arithmetic("integer division or modulo by zero");
        var (dividend, divisor) = (Big(left), Big(right));
        rt.Charge((dividend.GetBitLength() + 1) * (divisor.GetBitLength() + 64) >> 14);
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        return Value.Integer(!remainder.IsZero && (remainder.Sign < 0) != (divisor.Sign < 0) ? quotient - 1 : quotient);
    }

    public static Value Modulo(Runtime rt, in Value left, in Value right)
    {
        if (left.IsInt && right.IsInt && right.Bits is not 0 and not -1)
        {
            var rest = left.Bits % right.Bits;
            return Value.Int(rest != 0 && (rest < 0) != (right.Bits < 0) ? rest + right.Bits : rest);
        }

        if (left.IsString)
            return PercentFormat.Format(rt, left, right);
        CheckDefined(rt, left, right);
        CheckNumbers("%", left, right);
        if (left.Kind == Kind.Float || right.Kind == Kind.Float)
        {
            var (a, b) = (ToDouble(left), ToDouble(right));
            return b == 0 ? throw Errors.Arithmetic("float modulo") : Value.Float(FloatDivMod(a, b).Remainder);
        }

        if (IsZero(right))
            throw Errors.Arithmetic("integer modulo by zero");
        var (dividend, divisor) = (Big(left), Big(right));
        rt.Charge((dividend.GetBitLength() + 1) * (divisor.GetBitLength() + 64) >> 14);
        var remainder = BigInteger.Remainder(dividend, divisor);
        return Value.Integer(!remainder.IsZero && (remainder.Sign < 0) != (divisor.Sign < 0) ? remainder + divisor : remainder);
    }

    public static Value Power(Runtime rt, in Value left, in Value right)
    {
        CheckDefined(rt, left, right);
        CheckNumbers("** or pow()", left, right);
        if (left.Kind != Kind.Float && right.Kind != Kind.Float && !IsNegative(right))
        {
            var (number, exponent) = (Big(left), Big(right));
            if (number.IsOne || exponent.IsZero)
                return Value.Int(1);
            if (number.IsZero)
                return Value.Int(0);
            if (number == BigInteger.MinusOne)
                return Value.Int(exponent.IsEven ? 1 : -1);
            CheckBits(rt, exponent > int.MaxValue ? long.MaxValue : (number.GetBitLength() - 1) * (long)exponent);
            rt.Charge(number.GetBitLength() * (long)exponent is var bits ? bits * bits >> 15 : 0);
            return Checked(rt, BigInteger.Pow(number, (int)exponent));
        }

        var (x, y) = (ToDouble(left), ToDouble(right));
        if (x == 0 && y < 0)
            throw Errors.Arithmetic("0.0 cannot be raised to a negative power");
        if (x < 0 && double.IsFinite(x) && double.IsFinite(y) && y != Math.Floor(y))
            throw Errors.Type("complex numbers are not supported: a negative number was raised to a fractional power");
        var power = Math.Pow(x, y);
        if (double.IsInfinity(power) && double.IsFinite(x) && double.IsFinite(y))
            throw Errors.Arithmetic("(34, 'Numerical result out of range')");
        return Value.Float(x == 1 || y == 0 ? 1 : power);
    }

    public static Value Negate(Runtime rt, in Value value) => value.Kind switch
    {
        Kind.Int or Kind.Bool or Kind.BigInt => Value.Integer(-Big(value)),
        Kind.Float => Value.Float(-value.Double),
        Kind.Undefined => throw ((UndefinedObj)value.Object).Error(rt),
        _ => throw Errors.Type($"bad operand type for unary -: '{TypeName(value)}'"),
    };

    public static Value Positive(Runtime rt, in Value value) => value.Kind switch
    {
        Kind.Int or Kind.BigInt or Kind.Float => value,
        Kind.Bool => Value.Int(value.Bits),
        Kind.Undefined => throw ((UndefinedObj)value.Object).Error(rt),
        _ => throw Errors.Type($"bad operand type for unary +: '{TypeName(value)}'"),
    };

    public static JinjaException Unsupported(string op, in Value left, in Value right) =>
        Errors.Type($"unsupported operand type(s) for {op}: '{TypeName(left)}' and '{TypeName(right)}'");

    public static void CheckDefined(Runtime rt, in Value left, in Value right)
    {
        if (left.IsUndefined)
            throw ((UndefinedObj)left.Object).Error(rt);
        if (right.IsUndefined)
            throw ((UndefinedObj)right.Object).Error(rt);
    }

    public static int CompareNumbers(in Value left, in Value right)
    {
        var (a, b) = (left.Kind == Kind.Float, right.Kind == Kind.Float);
        if (a && b)
        {
            var (x, y) = (left.Double, right.Double);
            return double.IsNaN(x) || double.IsNaN(y) ? Unordered : x.CompareTo(y) is var c && x == y ? 0 : c;
        }

        if (!a && !b)
            return left.Kind == Kind.BigInt || right.Kind == Kind.BigInt ? Big(left).CompareTo(Big(right)) : left.Bits.CompareTo(right.Bits);
        if (b)
            return CompareBigFloat(Big(left), right.Double);
        var reverse = CompareBigFloat(Big(right), left.Double);
        return reverse == Unordered ? Unordered : -reverse;
    }

    private static int CompareIntFloat(long number, double other) =>
        Math.Abs(other) < 1L << 53 && Math.Abs((double)number) < 1L << 53 ? ((double)number).CompareTo(other == 0 ? 0 : other) : CompareBigFloat(number, other);

    private static int CompareBigFloat(BigInteger number, double other)
    {
        if (double.IsNaN(other))
            return Unordered;
        if (double.IsInfinity(other))
            return other > 0 ? -1 : 1;
        var floor = Math.Floor(other);
        var result = number.CompareTo(new BigInteger(floor));
        return result == 0 && floor != other ? -1 : result;
    }

    private static (double Quotient, double Remainder) FloatDivMod(double a, double b)
    {
        // CPython's float_divmod: the remainder is exact, and the quotient follows from it.
        var remainder = a % b;
        var quotient = (a - remainder) / b;
        if (remainder != 0)
        {
            if ((b < 0) != (remainder < 0))
            {
                remainder += b;
                quotient -= 1;
            }
        }
        else
        {
            remainder = Math.CopySign(0, b);
        }

        if (quotient == 0)
            return (Math.CopySign(0, a / b), remainder);
        var floor = Math.Floor(quotient);
        return (quotient - floor > 0.5 ? floor + 1 : floor, remainder);
    }

    private static bool IsZero(in Value value) => value.Kind != Kind.BigInt && value.Bits == 0;

    private static bool IsNegative(in Value value) => value.Kind == Kind.BigInt ? Big(value).Sign < 0 : value.Bits < 0;

    private static Value Repeat(Runtime rt, in Value sequence, in Value times)
    {
        var count = times.Kind == Kind.BigInt ? (Big(times).Sign < 0 ? 0 : long.MaxValue) : Math.Max(0, times.Bits);
        var length = sequence.IsString ? sequence.Text.Length : ((ListObj)sequence.Object).Count;
        if (length == 0 || count == 0)
            return sequence.IsString ? Value.String("", sequence.Bits & Provenance.Markup) : Value.Of(new ListObj(Array.Empty<Value>(), sequence.Kind == Kind.Tuple));
        if (count > int.MaxValue / length)
            throw Errors.Limit($"A sequence of {length} elements is repeated {(times.Kind == Kind.BigInt ? "too many" : count.ToString(System.Globalization.CultureInfo.InvariantCulture))} times.");
        if (count == 1)
            return sequence;
        if (!sequence.IsString)
        {
            rt.Charge(length * count);
            var items = ((ListObj)sequence.Object).ToArray();
            var repeated = new Value[length * (int)count];
            for (var i = 0; i < count; i++)
                items.CopyTo(repeated, i * length);
            return Value.Of(new ListObj(repeated, sequence.Kind == Kind.Tuple));
        }

        rt.ChargeText(length * count);
        rt.Charge(count >> 3);
        var text = length == 1 ? new string(sequence.Text[0], (int)count) : string.Concat(Enumerable.Repeat(sequence.Text, (int)count));
        var source = Provenance.Source(sequence.Bits);
        return Value.String(text, source is 0 or Provenance.Whole ? sequence.Bits : Provenance.Whole | (sequence.Bits & Provenance.Markup));
    }

    private static void CheckNumbers(string op, in Value left, in Value right)
    {
        if (!IsNumber(left.Kind) || !IsNumber(right.Kind))
            throw Unsupported(op, left, right);
    }

    private static void CheckBits(Runtime rt, long bits)
    {
        if (bits > rt.Limits.MaxIntegerBits)
            throw Errors.Limit($"An integer has more than {rt.Limits.MaxIntegerBits} bits.");
    }

    private static Value Checked(Runtime rt, BigInteger value)
    {
        CheckBits(rt, value.GetBitLength());
        rt.Charge(value.GetBitLength() >> 8);
        return Value.Integer(value);
    }
}
