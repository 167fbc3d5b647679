using System.Numerics;
using System.Runtime.CompilerServices;
using Clembench.Json;

namespace Clembench.Templates.Jinja;

internal enum Kind : byte
{
    Missing, None, Undefined, Bool, Int, BigInt, Float, String,
    List, Tuple, Dict, Range, View, Generator, Namespace, Loop, Macro, Function, Cycler, Joiner, SelfReference,
}

/// <summary>
/// A value of a template: one of a closed set of kinds, in 16 bytes. Numbers and strings need no object of their own.
/// A string's bits tell where it came from (see <see cref="Provenance"/>) and whether it is markup.
/// The default value means "nothing": a variable that was never set, an argument that was not given.
/// </summary>
internal readonly struct Value
{
    public readonly object? Ref;
    public readonly long Bits;

    private Value(object? reference, long bits)
    {
        Ref = reference;
        Bits = bits;
    }

    public static Value None => new(Tag.None, 0);

    public static Value True => new(Tag.Bool, 1);

    public static Value False => new(Tag.Bool, 0);

    public bool IsMissing => Ref is null;

    public bool IsNone => ReferenceEquals(Ref, Tag.None);

    public bool IsUndefined => Ref is UndefinedObj;

    public bool IsString => Ref is string;

    public bool IsInt => ReferenceEquals(Ref, Tag.Int);

    public bool IsBool => ReferenceEquals(Ref, Tag.Bool);

    public Kind Kind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Ref is null ? Kind.Missing : Ref is string ? Kind.String : Unsafe.As<Obj>(Ref).Kind;
    }

    /// <summary>The text of a string; only for <see cref="Kind.String"/>.</summary>
    public string Text => (string)Ref!;

    /// <summary>The object of all kinds but strings: what is no string is an object, so one look is enough.</summary>
    public Obj Object => Ref is string ? throw new InvalidCastException("A string is no object.") : Unsafe.As<Obj>(Ref)!;

    public double Double => BitConverter.Int64BitsToDouble(Bits);

    public bool IsMarkup => (Bits & Provenance.Markup) != 0 && Ref is string;

    public static Value Bool(bool value) => new(Tag.Bool, value ? 1 : 0);

    public static Value Int(long value) => new(Tag.Int, value);

    public static Value Float(double value) => new(Tag.Float, BitConverter.DoubleToInt64Bits(value));

    public static Value Integer(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? Int((long)value) : new Value(new BigIntObj(value), 0);

    public static Value String(string text, long bits = 0) => new(text, bits);

    public static Value Of(Obj value) => new(value, 0);

    /// <summary>Wraps a plain value; containers are wrapped as they are, and their elements when they are looked at.</summary>
    /// <param name="plain">A value of the kinds of JSON.</param>
    /// <param name="input">Which strings in it are input; null for none.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The value is of another kind.</exception>
    public static Value Wrap(object? plain, InputMark? input) => plain switch
    {
        string text => new Value(text, input is null ? 0 : Provenance.Whole),
        null => None,
        // What JSON is read into, before the interfaces: asking for those costs more.
        JsonMap map => new Value(new InputDict(map, input), 0),
        IReadOnlyDictionary<string, object?> map => new Value(new InputDict(map, input), 0),
        IReadOnlyList<object?> list => new Value(new ListObj(list, input), 0),
        bool b => Bool(b),
        long number => Int(number),
        int number => Int(number),
        double number => Float(number),
        BigInteger number => Integer(number),
        _ => throw new NotPlainException(
            $"A template can't be given a value of type {plain.GetType().Name}: values are null, bool, long, BigInteger, double, string, "
            + "IReadOnlyDictionary<string, object?> and IReadOnlyList<object?>."),
    };

    private sealed class Tag : Obj
    {
        public static readonly Tag None = new(Kind.None, "NoneType");
        public static readonly Tag Bool = new(Kind.Bool, "bool");
        public static readonly Tag Int = new(Kind.Int, "int");
        public static readonly Tag Float = new(Kind.Float, "float");

        private Tag(Kind kind, string typeName)
            : base(kind) => TypeName = typeName;

        public override string TypeName { get; }
    }
}

/// <summary>What a string's bits say.</summary>
internal static class Provenance
{
    /// <summary>Markup: <c>escape</c> and <c>safe</c> make it.</summary>
    public const long Markup = 1;

    /// <summary>All of it is input.</summary>
    public const long Whole = 2;

    /// <summary>Where it came from: nothing of it is input (0), all is (<see cref="Whole"/>), or some spans are.</summary>
    public static long Source(long bits) => bits & ~Markup;

    /// <summary>Spans in the render's table.</summary>
    public static long Spans(int start, int count) => ((long)start << 32) | ((long)count << 2);

    public static (int Start, int Count) Spans(long source) => ((int)(source >> 32), (int)(source & 0xFFFFFFFF) >> 2);
}
