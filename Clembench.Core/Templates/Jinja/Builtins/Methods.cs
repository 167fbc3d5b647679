using System.Collections.Frozen;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>The methods of Python's types that a template may call.</summary>
internal static partial class Methods
{
    private static readonly FrozenDictionary<string, Builtin> OfStrings = Table(StringMethods());

    private static readonly FrozenDictionary<string, Builtin> OfLists = Table(
    [
        new("index", "self, value, start=, stop=, /", (rt, a) => IndexOf(rt, a)),
        new("count", "self, value, /", (rt, a) => Value.Int(CountOf(rt, a[0], a[1]))),
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfMutableLists = Table(
    [
        .. OfLists.Values,
        new("copy", "self, /", (rt, a) => Value.Of(new ListObj([.. Ops.ToArray(rt, a[0])]))),
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfDicts = Table(
    [
        new("get", "self, key, default=, /", (rt, a) => ((DictObj)a[0].Object).TryGet(rt, a[1], out var value) ? value : a[2].IsMissing ? Value.None : a[2]),
        new("items", "self, /", (_, a) => Value.Of(new ViewObj(ViewKind.Items, (DictObj)a[0].Object))),
        new("keys", "self, /", (_, a) => Value.Of(new ViewObj(ViewKind.Keys, (DictObj)a[0].Object))),
        new("values", "self, /", (_, a) => Value.Of(new ViewObj(ViewKind.Values, (DictObj)a[0].Object))),
        new("copy", "self, /", (_, a) => a[0]),
        new("fromkeys", "self, iterable, value=, /", (rt, a) =>
        {
            var dict = new TemplateDict(rt);
            foreach (var key in Ops.ToArray(rt, a[1]))
                dict.Set(key, a[2].IsMissing ? Value.None : a[2]);
            return Value.Of(dict);
        }),
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfIntegers = Table(
    [
        new("bit_length", "self, /", (_, a) => Value.Int((long)BigInteger.Abs(Ops.Big(a[0])).GetBitLength())),
        new("bit_count", "self, /", (_, a) => Value.Int((long)BigInteger.PopCount(BigInteger.Abs(Ops.Big(a[0]))))),
        new("conjugate", "self, /", (rt, a) => Ops.Positive(rt, a[0])),
        new("as_integer_ratio", "self, /", (rt, a) => Value.Of(new ListObj([Ops.Positive(rt, a[0]), Value.Int(1)], tuple: true))),
        new("real", "self, /", (rt, a) => Ops.Positive(rt, a[0])) { Class = "property" },
        new("imag", "self, /", (_, _) => Value.Int(0)) { Class = "property" },
        new("numerator", "self, /", (rt, a) => Ops.Positive(rt, a[0])) { Class = "property" },
        new("denominator", "self, /", (_, _) => Value.Int(1)) { Class = "property" },
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfFloats = Table(
    [
        new("is_integer", "self, /", (_, a) => Value.Bool(double.IsFinite(a[0].Double) && Math.Floor(a[0].Double) == a[0].Double)),
        new("conjugate", "self, /", (_, a) => a[0]),
        new("as_integer_ratio", "self, /", (_, a) => IntegerRatio(a[0].Double)),
        new("real", "self, /", (_, a) => a[0]) { Class = "property" },
        new("imag", "self, /", (_, _) => Value.Float(0)) { Class = "property" },
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfViews = Table(
    [
        new("isdisjoint", "self, other, /", (rt, a) =>
        {
            foreach (var item in Ops.ToArray(rt, a[1]))
            {
                if (Ops.Contains(rt, a[0], item))
                    return Value.False;
            }

            return Value.True;
        }),
        new("mapping", "self, /", (_, a) => Value.Of(((ViewObj)a[0].Object).Dict)) { Class = "property" },
    ]);

    /// <summary>A method of a value's type, or null.</summary>
    public static Builtin? Find(in Value value, string name)
    {
        var methods = value.Kind switch
        {
            Kind.String => OfStrings,
            Kind.Dict => OfDicts,
            Kind.List => OfMutableLists,
            Kind.Tuple or Kind.Range => OfLists,
            Kind.Int or Kind.Bool or Kind.BigInt => OfIntegers,
            Kind.Float => OfFloats,
            Kind.View => OfViews,
            _ => null,
        };
        return methods is not null && methods.TryGetValue(name, out var method) ? method : null;
    }

    /// <summary>Whether dictionaries have an attribute of this name, so that <c>d.name</c> is not the key.</summary>
    public static bool IsDictAttribute(string name) => name.StartsWith('_') || OfDicts.ContainsKey(name) || Callables.IsForbidden(EmptyDict, name);

    private static Value EmptyDict { get; } = Value.Wrap(new Dictionary<string, object?>(), input: null);

    private static FrozenDictionary<string, Builtin> Table(IEnumerable<Builtin> methods) => methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    private static Value IndexOf(Runtime rt, ReadOnlySpan<Value> a)
    {
        var items = Ops.ToArray(rt, a[0]);
        var start = Math.Clamp(Arguments.Int(a[2], 0) is var s && s < 0 ? s + items.Length : s, 0, items.Length);
        var stop = Math.Clamp(Arguments.Int(a[3], items.Length) is var e && e < 0 ? e + items.Length : e, 0, items.Length);
        for (var i = start; i < stop; i++)
        {
            rt.Step();
            if (Ops.Equal(rt, items[i], a[1]))
                return Value.Int(i);
        }

        throw Errors.Value(a[0].Kind == Kind.Tuple ? "tuple.index(x): x not in tuple" : $"{PythonText.Repr(rt, a[1])} is not in {Ops.TypeName(a[0])}");
    }

    private static int CountOf(Runtime rt, in Value list, in Value item)
    {
        var count = 0;
        foreach (var element in Ops.ToArray(rt, list))
        {
            rt.Step();
            if (Ops.Equal(rt, element, item))
                count++;
        }

        return count;
    }

    private static Value IntegerRatio(double value)
    {
        if (!double.IsFinite(value))
            throw double.IsNaN(value) ? Errors.Value("cannot convert NaN to integer ratio") : Errors.Arithmetic("cannot convert Infinity to integer ratio");
        var denominator = BigInteger.One;
        while (value != Math.Floor(value))
        {
            value *= 2;
            denominator *= 2;
        }

        return Value.Of(new ListObj([Value.Integer(new BigInteger(value)), Value.Integer(denominator)], tuple: true));
    }
}
