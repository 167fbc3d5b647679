using System.Collections.Frozen;
using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>The functions that every chat template has.</summary>
internal static class Globals
{
    public static FrozenDictionary<string, Value> All { get; } = new Dictionary<string, Value>
    {
        ["raise_exception"] = Value.Of(new Builtin("raise_exception", "message", static (rt, a) =>
            throw new JinjaException(JinjaErrorKind.Raised, PythonText.Str(rt, a[0]).Text))),
        ["strftime_now"] = Value.Of(new Builtin("strftime_now", "format", static (rt, a) =>
        {
            var format = Arguments.Text(a[0], "strftime");
            rt.Charge(format.Length * 4L);
            return rt.Derived(Strftime.Format(format, rt.Options.Clock.GetLocalNow()), a);
        })),
        ["range"] = Value.Of(new Builtin("range", Range)),
        ["dict"] = Value.Of(new Builtin("dict", Dict) { Class = "dict" }),
        ["namespace"] = Value.Of(new Builtin("namespace", Namespace) { Class = "jinja2.utils.Namespace" }),
        ["cycler"] = Value.Of(new Builtin("cycler", (Runtime rt, Value self, in Args args) =>
            args.Positional.Length > 0 ? Value.Of(new CyclerObj(args.Positional.ToArray())) : throw Errors.Runtime("at least one item has to be provided")) { Class = "jinja2.utils.Cycler" }),
        ["joiner"] = Value.Of(new Builtin("joiner", "sep=", static (_, a) =>
            Value.Of(new JoinerObj(a[0].IsMissing ? Value.String(", ") : a[0]))) { Class = "jinja2.utils.Joiner" }),
        ["lipsum"] = Value.Of(new Builtin("lipsum", "n=, html=, min=, max=", static (rt, a) =>
            Lipsum.Generate(rt, Arguments.Int(a[0], 5), Arguments.Bool(rt, a[1], true), Arguments.Int(a[2], 20), Arguments.Int(a[3], 100)))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Value Range(Runtime rt, Value self, in Args args)
    {
        if (args.Names.Length > 0)
            throw Errors.Type("range() takes no keyword arguments");
        if (args.Positional.Length is < 1 or > 3)
            throw Errors.Type(args.Positional.Length < 1 ? "range expected at least 1 argument, got 0" : $"range expected at most 3 arguments, got {args.Positional.Length}");
        var numbers = new BigInteger[args.Positional.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (args.Positional[i].IsUndefined)
                throw ((UndefinedObj)args.Positional[i].Object).Error(rt);
            numbers[i] = Ops.IsIndex(args.Positional[i])
                ? Ops.Big(args.Positional[i])
                : throw Errors.Type($"'{Ops.TypeName(args.Positional[i])}' object cannot be interpreted as an integer");
        }

        var (start, stop, step) = numbers.Length switch
        {
            1 => (BigInteger.Zero, numbers[0], BigInteger.One),
            2 => (numbers[0], numbers[1], BigInteger.One),
            _ => (numbers[0], numbers[1], numbers[2]),
        };
        if (step.IsZero)
            throw Errors.Value("range() arg 3 must not be zero");
        if (RangeObj.Length(start, stop, step) > rt.Limits.MaxRange)
            throw new JinjaException(JinjaErrorKind.Limit, $"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({rt.Limits.MaxRange}).");
        if (start < long.MinValue || start > long.MaxValue || stop < long.MinValue || stop > long.MaxValue || BigInteger.Abs(step) > int.MaxValue)
            throw Errors.Limit("The numbers of a range are too large.");
        return Value.Of(new RangeObj((long)start, (long)stop, (long)step));
    }

    private static Value Dict(Runtime rt, Value self, in Args args)
    {
        var dict = new TemplateDict(rt);
        Fill(rt, args, "dict", (key, value) => dict.Set(key, value));
        return Value.Of(dict);
    }

    private static Value Namespace(Runtime rt, Value self, in Args args)
    {
        var names = new NamespaceObj();
        Fill(rt, args, "Namespace", (key, value) => names.Attributes[key.IsString ? key.Text : throw Errors.Type("attribute name must be string")] = value);
        return Value.Of(names);
    }

    // What the constructor of dict takes: a mapping, or pairs, and keywords.
    private static void Fill(Runtime rt, in Args args, string name, Action<Value, Value> set)
    {
        if (args.Positional.Length > 1)
            throw Errors.Type($"{name} expected at most 1 argument, got {args.Positional.Length}");
        if (args.Positional.Length == 1)
        {
            var source = args.Positional[0];
            if (source.IsUndefined)
                throw ((UndefinedObj)source.Object).Error(rt);
            if (source.Ref is DictObj dict)
            {
                foreach (var (key, value) in dict.Entries())
                {
                    rt.Step();
                    set(key, value);
                }
            }
            else
            {
                var place = 0;
                foreach (var pair in Ops.Iterate(rt, source))
                {
                    rt.Step();
                    if (!Ops.IsIterable(pair))
                        throw Errors.Type($"cannot convert dictionary update sequence element #{place} to a sequence");
                    var items = Ops.ToArray(rt, pair);
                    if (items.Length != 2)
                        throw Errors.Value($"dictionary update sequence element #{place} has length {items.Length}; 2 is required");
                    set(items[0], items[1]);
                    place++;
                }
            }
        }

        for (var i = 0; i < args.Names.Length; i++)
            set(Value.String(args.Names[i]), args.Keywords[i]);
    }
}
