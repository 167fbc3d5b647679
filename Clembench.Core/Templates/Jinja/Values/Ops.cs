using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>What Python does with values: truth, equality, order, length, membership, iteration.</summary>
internal static partial class Ops
{
    public static string TypeName(in Value value) => value.IsString ? (value.IsMarkup ? "Markup" : "str") : value.Object.TypeName;

    public static bool Truthy(Runtime rt, in Value value) => value.Kind switch
    {
        Kind.Bool or Kind.Int => value.Bits != 0,
        Kind.String => value.Text.Length > 0,
        Kind.None or Kind.Undefined or Kind.Missing => false,
        Kind.Float => value.Double != 0,
        Kind.List or Kind.Tuple => ((ListObj)value.Object).Count > 0,
        Kind.Dict => ((DictObj)value.Object).Count > 0,
        Kind.View => ((ViewObj)value.Object).Dict.Count > 0,
        Kind.Range => ((RangeObj)value.Object).Count > 0,
        Kind.Loop => ((LoopObj)value.Object).GetLength(rt) > 0,
        _ => true,
    };

    public static bool Equal(Runtime rt, in Value left, in Value right)
    {
        if (left.Ref is string a)
            return right.Ref is string b && EqualText(rt, a, b);
        var kind = left.Kind;
        var other = right.Kind;
        switch (kind)
        {
            case Kind.Int or Kind.Bool:
                return other switch
                {
                    Kind.Int or Kind.Bool => left.Bits == right.Bits,
                    Kind.Float => CompareIntFloat(left.Bits, right.Double) == 0,
                    _ => false,
                };
            case Kind.Float:
                return other switch
                {
                    Kind.Float => left.Double == right.Double,
                    Kind.Int or Kind.Bool => CompareIntFloat(right.Bits, left.Double) == 0,
                    Kind.BigInt => double.IsFinite(left.Double) && new BigInteger(left.Double) == Big(right) && left.Double == Math.Floor(left.Double),
                    _ => false,
                };
            case Kind.BigInt:
                return other == Kind.BigInt ? Big(left) == Big(right) : other == Kind.Float && Equal(rt, right, left);
            case Kind.None or Kind.Undefined:
                return other == kind;
            case Kind.List or Kind.Tuple:
                return other == kind && EqualLists(rt, (ListObj)left.Object, (ListObj)right.Object);
            case Kind.Dict:
                return other == kind && EqualDicts(rt, (DictObj)left.Object, (DictObj)right.Object);
            case Kind.Range:
                return other == kind && EqualRanges((RangeObj)left.Object, (RangeObj)right.Object);
            case Kind.View when other == kind:
                return EqualViews(rt, (ViewObj)left.Object, (ViewObj)right.Object);
            case Kind.Function when other == kind:
                return ((Builtin)left.Object).SameAs((Builtin)right.Object);
            default:
                return ReferenceEquals(left.Ref, right.Ref);
        }
    }

    /// <summary>Python's order, or an error where there is none.</summary>
    public static int Compare(Runtime rt, in Value left, in Value right, string op)
    {
        var kind = left.Kind;
        var other = right.Kind;
        if (kind == Kind.Undefined)
            throw ((UndefinedObj)left.Object).Error(rt);
        if (other == Kind.Undefined)
            throw ((UndefinedObj)right.Object).Error(rt);
        if (kind == Kind.String && other == Kind.String)
        {
            rt.Charge(Math.Min(left.Text.Length, right.Text.Length) >> 6);
            return CodePoints.Compare(left.Text, right.Text);
        }

        if (IsNumber(kind) && IsNumber(other))
            return CompareNumbers(left, right);
        if (kind is Kind.List or Kind.Tuple && other == kind)
        {
            rt.Enter();
            var (a, b) = ((ListObj)left.Object, (ListObj)right.Object);
            var result = a.Count.CompareTo(b.Count);
            for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
            {
                rt.Step();
                if (Equal(rt, a[i], b[i]))
                    continue;
                result = Compare(rt, a[i], b[i], op);
                break;
            }

            rt.Leave();
            return result;
        }

        throw Errors.Type($"'{op}' not supported between instances of '{TypeName(left)}' and '{TypeName(right)}'");
    }

    /// <summary>A comparison with an operator; NaN is not ordered.</summary>
    public static bool Ordered(Runtime rt, in Value left, in Value right, CompareOp op)
    {
        if (left.Ref is ViewObj { View: not ViewKind.Values } a && right.Ref is ViewObj { View: not ViewKind.Values } b)
            return op is CompareOp.Lt or CompareOp.LtEq ? IsPartOf(rt, a, right, b, op == CompareOp.Lt) : IsPartOf(rt, b, left, a, op == CompareOp.Gt);
        var result = Compare(rt, left, right, op switch { CompareOp.Lt => "<", CompareOp.LtEq => "<=", CompareOp.Gt => ">", _ => ">=" });
        if (result == Unordered)
            return false;
        return op switch { CompareOp.Lt => result < 0, CompareOp.LtEq => result <= 0, CompareOp.Gt => result > 0, _ => result >= 0 };
    }

    // Keys and items of dictionaries are sets to Python.
    private static bool IsPartOf(Runtime rt, ViewObj part, in Value whole, ViewObj wholeView, bool proper)
    {
        if (part.Dict.Count > wholeView.Dict.Count || (proper && part.Dict.Count == wholeView.Dict.Count))
            return false;
        foreach (var element in part.Elements())
        {
            rt.Step();
            if (!Contains(rt, whole, element))
                return false;
        }

        return true;
    }

    public static bool Contains(Runtime rt, in Value container, in Value item)
    {
        switch (container.Kind)
        {
            case Kind.String:
                if (!item.IsString)
                {
                    if (item.IsUndefined)
                        throw Errors.Type("'in <string>' requires string as left operand, not Undefined");
                    throw Errors.Type($"'in <string>' requires string as left operand, not {TypeName(item)}");
                }

                return Searcher.Contains(rt, container.Text, item.Text);
            case Kind.Dict:
                return ((DictObj)container.Object).TryGet(rt, item, out _);
            case Kind.View when ((ViewObj)container.Object) is { View: ViewKind.Keys } keys:
                return keys.Dict.TryGet(rt, item, out _);
            case Kind.View when ((ViewObj)container.Object) is { View: ViewKind.Items } items:
                return item.Kind == Kind.Tuple && (ListObj)item.Object is { Count: 2 } pair && items.Dict.TryGet(rt, pair[0], out var value) && Equal(rt, value, pair[1]);
            case Kind.List or Kind.Tuple:
                var list = (ListObj)container.Object;
                for (var i = 0; i < list.Count; i++)
                {
                    rt.Step();
                    if (Same(list[i], item) || Equal(rt, list[i], item))
                        return true;
                }

                return false;
            case Kind.Range or Kind.Generator or Kind.View or Kind.Undefined or Kind.Loop:
                foreach (var element in Iterate(rt, container))
                {
                    rt.Step();
                    if (Equal(rt, element, item))
                        return true;
                }

                return false;
            default:
                throw Errors.Type($"argument of type '{TypeName(container)}' is not iterable");
        }
    }

    /// <summary>Python's <c>is</c>, as far as values have an identity here.</summary>
    public static bool Same(in Value left, in Value right)
    {
        if (left.Kind != right.Kind)
            return false;
        return left.Kind switch
        {
            Kind.String => left.Text == right.Text,
            Kind.BigInt => Big(left) == Big(right),
            Kind.Bool or Kind.Int or Kind.Float or Kind.None => left.Bits == right.Bits,
            Kind.Dict when left.Object is InputDict a && right.Object is InputDict b => ReferenceEquals(a.Source, b.Source),
            Kind.List when ((ListObj)left.Object).Source is { } a => ReferenceEquals(a, ((ListObj)right.Object).Source),
            _ => ReferenceEquals(left.Ref, right.Ref),
        };
    }

    /// <summary>Python's <c>len</c>, or -1 where a value has none.</summary>
    public static int LengthOrNone(Runtime rt, in Value value) => value.Kind switch
    {
        Kind.String => CodePoints.Count(rt, value.Text),
        Kind.List or Kind.Tuple => ((ListObj)value.Object).Count,
        Kind.Dict => ((DictObj)value.Object).Count,
        Kind.View => ((ViewObj)value.Object).Dict.Count,
        Kind.Range => ((RangeObj)value.Object).Count,
        Kind.Undefined => 0,
        Kind.Loop => ((LoopObj)value.Object).GetLength(rt),
        _ => -1,
    };

    public static int Length(Runtime rt, in Value value) =>
        LengthOrNone(rt, value) is var length and >= 0 ? length : throw Errors.Type($"object of type '{TypeName(value)}' has no len()");

    public static bool IsIterable(in Value value) => value.Kind is Kind.String or Kind.List or Kind.Tuple or Kind.Dict or Kind.View
        or Kind.Range or Kind.Generator or Kind.Undefined or Kind.Loop;

    public static IEnumerable<Value> Iterate(Runtime rt, Value value)
    {
        switch (value.Kind)
        {
            case Kind.List or Kind.Tuple:
                return Elements((ListObj)value.Object);
            case Kind.String:
                return CodePoints.Characters(rt, value);
            case Kind.Dict:
                return new ViewObj(ViewKind.Keys, (DictObj)value.Object).Elements();
            case Kind.View:
                return ((ViewObj)value.Object).Elements();
            case Kind.Range:
                return Elements((RangeObj)value.Object);
            case Kind.Generator:
                return ((GeneratorObj)value.Object).Rest();
            case Kind.Loop:
                return ((LoopObj)value.Object).Rest(rt);
            case Kind.Undefined:
                return [];
            default:
                throw Errors.Type($"'{TypeName(value)}' object is not iterable");
        }
    }

    /// <summary>Python's <c>list(value)</c>; the array of a list itself, which nobody changes.</summary>
    public static Value[] ToArray(Runtime rt, in Value value)
    {
        if (value.Kind is Kind.List or Kind.Tuple)
            return ((ListObj)value.Object).ToArray();
        var items = new List<Value>();
        foreach (var item in Iterate(rt, value))
        {
            rt.Step();
            items.Add(item);
        }

        return [.. items];
    }

    private static IEnumerable<Value> Elements(ListObj list)
    {
        for (var i = 0; i < list.Count; i++)
            yield return list[i];
    }

    private static IEnumerable<Value> Elements(RangeObj range)
    {
        for (var i = 0; i < range.Count; i++)
            yield return range[i];
    }

    public static bool EqualText(Runtime rt, string left, string right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left.Length != right.Length)
            return false;
        if (left.Length >= 64)
            rt.Charge(left.Length >> 6);
        return left.AsSpan().SequenceEqual(right);
    }

    private static bool EqualLists(Runtime rt, ListObj left, ListObj right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left.Count != right.Count)
            return false;
        rt.Enter();
        for (var i = 0; i < left.Count; i++)
        {
            rt.Step();
            if (!Equal(rt, left[i], right[i]))
            {
                rt.Leave();
                return false;
            }
        }

        rt.Leave();
        return true;
    }

    private static bool EqualDicts(Runtime rt, DictObj left, DictObj right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left.Count != right.Count)
            return false;
        rt.Enter();
        foreach (var (key, value) in left.Entries())
        {
            rt.Step();
            if (!right.TryGet(rt, key, out var other) || !Equal(rt, value, other))
            {
                rt.Leave();
                return false;
            }
        }

        rt.Leave();
        return true;
    }

    private static bool EqualRanges(RangeObj left, RangeObj right) =>
        left.Count == right.Count && (left.Count == 0 || (left.Start == right.Start && (left.Count == 1 || left.Step == right.Step)));

    private static bool EqualViews(Runtime rt, ViewObj left, ViewObj right)
    {
        if (left.View == ViewKind.Values || right.View == ViewKind.Values)
            return ReferenceEquals(left, right);
        if (left.View != right.View || left.Dict.Count != right.Dict.Count)
            return left.Dict.Count == 0 && right.Dict.Count == 0;
        if (left.View == ViewKind.Items)
            return EqualDicts(rt, left.Dict, right.Dict);
        foreach (var (key, _) in left.Dict.Entries())
        {
            rt.Step();
            if (!right.Dict.TryGet(rt, key, out _))
                return false;
        }

        return true;
    }
}
