using System.Collections.Frozen;

namespace Clembench.Templates.Jinja;

/// <summary>The built-in tests of jinja2 3.1.</summary>
internal static class Tests
{
    private static readonly FrozenDictionary<string, Builtin> All = Create();

    public static Builtin? Find(string name) => All.TryGetValue(name, out var test) ? test : null;

    private static FrozenDictionary<string, Builtin> Create()
    {
        var tests = new List<Builtin>
        {
            Test("odd", static (rt, value) => IsRemainder(rt, value, 2, 1)),
            Test("even", static (rt, value) => IsRemainder(rt, value, 2, 0)),
            new("divisibleby", "value, num", static (rt, a) => Value.Bool(Ops.Equal(rt, Ops.Modulo(rt, a[0], a[1]), Value.Int(0)))),
            Test("defined", static (_, value) => !value.IsUndefined),
            Test("undefined", static (_, value) => value.IsUndefined),
            Test("filter", static (rt, value) => IsName(rt, value) && Filters.Find(value.Text) is not null),
            Test("test", static (rt, value) => IsName(rt, value) && Find(value.Text) is not null),
            Test("none", static (_, value) => value.IsNone),
            Test("boolean", static (_, value) => value.IsBool),
            Test("false", static (_, value) => value.IsBool && value.Bits == 0),
            Test("true", static (_, value) => value.IsBool && value.Bits != 0),
            Test("integer", static (_, value) => value.Kind is Kind.Int or Kind.BigInt),
            Test("float", static (_, value) => value.Kind == Kind.Float),
            Test("number", static (_, value) => Ops.IsNumber(value.Kind)),
            Test("string", static (_, value) => value.IsString),
            Test("mapping", static (_, value) => value.Kind == Kind.Dict),
            Test("sequence", static (_, value) => value.Kind is Kind.String or Kind.List or Kind.Tuple or Kind.Dict or Kind.Range or Kind.Undefined),
            Test("iterable", static (_, value) => Ops.IsIterable(value)),
            Test("callable", static (_, value) => !value.IsString && (value.Object.Callable || value.IsUndefined)),
            Test("lower", static (rt, value) => Casing.IsLower(rt, PythonText.Str(rt, value).Text)),
            Test("upper", static (rt, value) => Casing.IsUpper(rt, PythonText.Str(rt, value).Text)),
            Test("escaped", static (_, value) => value.IsMarkup),
            new("sameas", "value, other", static (_, a) => Value.Bool(Ops.Same(a[0], a[1]))),
            new("in", "value, seq", static (rt, a) => Value.Bool(Ops.Contains(rt, a[1], a[0]))),
        };
        foreach (var name in (string[])["==", "eq", "equalto"])
            tests.Add(new(name, "a, b", static (rt, a) => Value.Bool(Ops.Equal(rt, a[0], a[1]))));
        foreach (var name in (string[])["!=", "ne"])
            tests.Add(new(name, "a, b", static (rt, a) => Value.Bool(!Ops.Equal(rt, a[0], a[1]))));
        foreach (var (name, op) in ((string, CompareOp)[])[
            (">", CompareOp.Gt), ("gt", CompareOp.Gt), ("greaterthan", CompareOp.Gt), (">=", CompareOp.GtEq), ("ge", CompareOp.GtEq),
            ("<", CompareOp.Lt), ("lt", CompareOp.Lt), ("lessthan", CompareOp.Lt), ("<=", CompareOp.LtEq), ("le", CompareOp.LtEq)])
            tests.Add(new(name, "a, b", (rt, a) => Value.Bool(Ops.Ordered(rt, a[0], a[1], op))));
        return tests.ToFrozenDictionary(test => test.Name, StringComparer.Ordinal);
    }

    private static Builtin Test(string name, Func<Runtime, Value, bool> test) => new(name, "value", (rt, a) => Value.Bool(test(rt, a[0])));

    // Names are looked up in a dictionary: what has no hash is an error.
    private static bool IsName(Runtime rt, in Value value)
    {
        _ = rt.Comparer.GetHashCode(value);
        return value.IsString;
    }

    private static bool IsRemainder(Runtime rt, in Value value, long divisor, long remainder) =>
        Ops.Equal(rt, Ops.Modulo(rt, value, Value.Int(divisor)), Value.Int(remainder));
}
