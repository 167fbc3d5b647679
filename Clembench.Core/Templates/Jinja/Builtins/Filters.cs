using System.Collections.Frozen;

namespace Clembench.Templates.Jinja;

/// <summary>The built-in filters of jinja2 3.1, with transformers' <c>tojson</c>.</summary>
internal static partial class Filters
{
    private static readonly FrozenDictionary<string, Builtin> All =
        ((Builtin[])[.. TextFilters(), .. SequenceFilters(), .. ValueFilters(), .. MarkupFilters()]).ToFrozenDictionary(filter => filter.Name, StringComparer.Ordinal);

    public static Builtin? Find(string name) => All.TryGetValue(name, out var filter) ? filter : null;

    /// <summary>Calls a filter by name, as <c>map</c> does.</summary>
    public static Func<Value, Value> ByName(Runtime rt, in Value name, Value[] positional, Value[] keywords, string[] names)
    {
        var filter = (name.IsString ? Find(name.Text) : null)
            ?? throw Errors.Runtime($"No filter named {PythonText.Repr(rt, name)}.");
        return value => filter.Invoke(rt, value, new Args(positional, keywords, names));
    }

    private static Value Text(Runtime rt, in Value value) => PythonText.Str(rt, value);

    private static IEnumerable<Builtin> ValueFilters() =>
    [
        new("default", "value, default_value=, boolean=", Default),
        new("d", "value, default_value=, boolean=", Default),
        new("abs", "x", static (_, a) => a[0].Kind switch
        {
            Kind.Int or Kind.Bool or Kind.BigInt => Value.Integer(System.Numerics.BigInteger.Abs(Ops.Big(a[0]))),
            Kind.Float => Value.Float(Math.Abs(a[0].Double)),
            _ => throw Errors.Type($"bad operand type for abs(): '{Ops.TypeName(a[0])}'"),
        }),
        new("attr", "obj, name", static (rt, a) =>
        {
            if (!a[1].IsString)
                throw Errors.Type("attribute name must be string, not '" + Ops.TypeName(a[1]) + "'");
            if (a[0].IsUndefined)
                throw ((UndefinedObj)a[0].Object).Error(rt);
            var attribute = Ops.Attribute(rt, a[0], a[1].Text);
            return attribute.IsMissing ? UndefinedObj.Element(a[0], a[1]) : attribute;
        }),
        new("int", "value, default=, base=", static (rt, a) => Numbers.ToInteger(rt, a[0], a[1].IsMissing ? Value.Int(0) : a[1], Arguments.Int(a[2], 10))),
        new("float", "value, default=", static (rt, a) => Numbers.ToFloat(rt, a[0]) is { IsMissing: false } number ? number : a[1].IsMissing ? Value.Float(0) : a[1]),
        new("round", "value, precision=, method=", static (rt, a) => Numbers.Round(rt, a[0], a[1], a[2].IsMissing ? "common" : a[2].IsString ? a[2].Text : "")),
        new("filesizeformat", "value, binary=", static (rt, a) => Numbers.FileSize(rt, a[0], Arguments.Bool(rt, a[1]))),
        new("string", "object", static (rt, a) => Text(rt, a[0])),
        new("pprint", "value", static (rt, a) => Pretty.Print(rt, a[0])),
        new("tojson", "x, ensure_ascii=, indent=, separators=, sort_keys=", ToJson),
    ];

    private static Value Default(Runtime rt, ReadOnlySpan<Value> a) =>
        a[0].IsUndefined || (!a[2].IsMissing && Ops.Truthy(rt, a[2]) && !Ops.Truthy(rt, a[0])) ? (a[1].IsMissing ? Value.String("") : a[1]) : a[0];

    private static Value ToJson(Runtime rt, ReadOnlySpan<Value> a)
    {
        var indent = !Arguments.IsGiven(a[2]) ? null : a[2].IsString ? a[2].Text : Indentation(rt, Arguments.Int(a[2]));
        var (item, key) = (Value.String(indent is null ? ", " : ","), Value.String(": "));
        if (Arguments.IsGiven(a[3]))
        {
            if (!Ops.IsIterable(a[3]))
                throw Errors.Type($"cannot unpack non-iterable {Ops.TypeName(a[3])} object");
            var separators = Ops.ToArray(rt, a[3]);
            if (separators.Length != 2)
                throw Errors.Value(separators.Length > 2 ? "too many values to unpack (expected 2)" : $"not enough values to unpack (expected 2, got {separators.Length})");
            (item, key) = (separators[0], separators[1]);
            if (!item.IsString || !key.IsString)
                throw Errors.Type("separators must be strings");
        }

        using var text = rt.NewText();
        new JsonDump(rt, text, Arguments.Bool(rt, a[1]), indent, item, key, Arguments.Bool(rt, a[4])).Write(a[0]);
        return text.Take(rt);
    }

    private static string Indentation(Runtime rt, int width)
    {
        rt.ChargeText(Math.Max(0, width));
        return new string(' ', Math.Max(0, width));
    }
}
