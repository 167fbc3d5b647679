using System.Numerics;

namespace Clembench.Templates.Jinja;

/// <summary>The base of all values that are not strings.</summary>
internal abstract class Obj(Kind kind)
{
    public readonly Kind Kind = kind;

    /// <summary>Python's name of the type, for messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Where Python has the type: before its name in jinja2's messages. Empty for built-in types.</summary>
    public virtual string Module => "";

    /// <summary>Attributes other than methods; a missing value where there is none.</summary>
    public virtual Value Attribute(Runtime rt, string name) => default;

    /// <summary>Calls the object.</summary>
    public virtual Value Call(Runtime rt, in Args args) => throw Errors.Type($"'{TypeName}' object is not callable");

    public virtual bool Callable => false;

    /// <summary>Python's <c>repr</c>, for kinds that <see cref="PythonText"/> leaves to them.</summary>
    public virtual string Describe(Runtime rt) => $"<{TypeName} object>";

    /// <summary>Writes <see cref="Describe(Runtime)"/>; kinds that hold values write these with their provenance.</summary>
    public virtual void Describe(Runtime rt, TextBuilder text) => text.Append(Describe(rt));
}

internal sealed class BigIntObj(BigInteger value) : Obj(Kind.BigInt)
{
    public BigInteger Value { get; } = value;

    public override string TypeName => "int";
}

/// <summary>What is not there: renders as nothing, is false and empty, and refuses everything else.</summary>
internal sealed class UndefinedObj : Obj
{
    private readonly string? _hint;
    private readonly Value _of;
    private readonly Value _name;

    private UndefinedObj(string? hint, Value of, Value name)
        : base(Kind.Undefined)
    {
        _hint = hint;
        _of = of;
        _name = name;
    }

    public override string TypeName => "Undefined";

    public override string Module => "jinja2.runtime.";

    public bool Unsafe { get; private init; }

    public static Value Variable(string name) => Value.Of(new UndefinedObj(null, default, Value.String(name)));

    public static Value Hint(string hint) => Value.Of(new UndefinedObj(hint, default, default));

    public static Value Element(Value of, Value name) => Value.Of(new UndefinedObj(null, of, name));

    public static Value Forbidden(Value of, string name) => Value.Of(new UndefinedObj(
        $"access to attribute {PythonText.Repr(name)} of {PythonText.Repr(Ops.TypeName(of))} object is unsafe.", of, Value.String(name))
    { Unsafe = true });

    public JinjaException Error(Runtime? rt)
    {
        if (_hint is not null)
            return Unsafe ? Errors.Security(_hint) : new JinjaException(JinjaErrorKind.Undefined, _hint);
        if (_of.IsMissing)
            return new JinjaException(JinjaErrorKind.Undefined, $"{PythonText.Repr(_name.Text)} is undefined");
        var type = _of.IsNone ? "None" : (_of.IsString ? _of.IsMarkup ? "markupsafe." : "" : _of.Object.Module) + Ops.TypeName(_of) + " object";
        return new JinjaException(JinjaErrorKind.Undefined, _name.IsString
            ? $"{PythonText.Repr(type)} has no attribute {PythonText.Repr(_name.Text)}"
            : $"{type} has no element {(rt is null ? "?" : PythonText.Repr(rt, _name))}");
    }
}

/// <summary>A list or a tuple; nothing changes it once it is there.</summary>
internal sealed class ListObj : Obj
{
    private readonly Value[] _items;
    private readonly IReadOnlyList<object?>? _source;

    // The source where it is an array, which is read without going through the interface.
    private readonly object?[]? _array;
    private readonly InputMark? _input;

    public ListObj(Value[] items, bool tuple = false)
        : base(tuple ? Kind.Tuple : Kind.List) => _items = items;

    public ListObj(IReadOnlyList<object?> source, InputMark? input)
        : base(Kind.List)
    {
        _source = source;
        _array = source as object?[];
        _input = input;
        _items = new Value[_array?.Length ?? source.Count];
    }

    public override string TypeName => Kind == Kind.Tuple ? "tuple" : "list";

    public int Count => _items.Length;

    /// <summary>The pairs of <c>groupby</c> are tuples with names.</summary>
    public bool IsGroup { get; init; }

    /// <summary>The caller's list, where this wraps one.</summary>
    public object? Source => _source;

    public Value this[int index]
    {
        get
        {
            var item = _items[index];
            return item.Ref is null ? Load(index) : item;
        }
    }

    public Value[] ToArray()
    {
        for (var i = 0; _source is not null && i < _items.Length; i++)
            _ = this[i];
        return _items;
    }

    public override Value Attribute(Runtime rt, string name) => IsGroup ? name switch
    {
        "grouper" => this[0],
        "list" => this[1],
        _ => default,
    } : default;

    private Value Load(int index) => _items[index] = Value.Wrap(_array is null ? _source![index] : _array[index], _input);
}

internal sealed class RangeObj(long start, long stop, long step) : Obj(Kind.Range)
{
    public long Start { get; } = start;

    public long Stop { get; } = stop;

    public long Step { get; } = step;

    public int Count { get; } = (int)Math.Min(int.MaxValue, Length(start, stop, step));

    public override string TypeName => "range";

    public Value this[int index] => Value.Int(Start + index * Step);

    public static BigInteger Length(BigInteger start, BigInteger stop, BigInteger step) =>
        step > 0 ? (stop > start ? (stop - start - 1) / step + 1 : 0) : stop < start ? (start - stop - 1) / -step + 1 : 0;

    public override Value Attribute(Runtime rt, string name) => name switch
    {
        "start" => Value.Int(Start),
        "stop" => Value.Int(Stop),
        "step" => Value.Int(Step),
        _ => default,
    };

    public override string Describe(Runtime rt) => Step == 1 ? $"range({Start}, {Stop})" : $"range({Start}, {Stop}, {Step})";

    private static long Length(long start, long stop, long step) => (long)BigInteger.Min(long.MaxValue, Length((BigInteger)start, stop, step));
}

internal enum ViewKind : byte
{
    Keys,
    Values,
    Items,
}

/// <summary>What <c>dict.keys()</c>, <c>values()</c> and <c>items()</c> give.</summary>
internal sealed class ViewObj(ViewKind view, DictObj dict) : Obj(Kind.View)
{
    public ViewKind View { get; } = view;

    public DictObj Dict { get; } = dict;

    public override string TypeName => View switch { ViewKind.Keys => "dict_keys", ViewKind.Values => "dict_values", _ => "dict_items" };

    public IEnumerable<Value> Elements()
    {
        foreach (var (key, value) in Dict.Entries())
            yield return View switch { ViewKind.Keys => key, ViewKind.Values => value, _ => Value.Of(new ListObj([key, value], tuple: true)) };
    }
}

/// <summary>What can be gone through once: the lazy results of filters such as <c>map</c>.</summary>
internal sealed class GeneratorObj(Runtime rt, IEnumerable<Value> elements, string name) : Obj(Kind.Generator)
{
    private readonly IEnumerator<Value> _elements = elements.GetEnumerator();
    private bool _running;

    public override string TypeName => name.StartsWith("list_", StringComparison.Ordinal) || name.StartsWith("dict_", StringComparison.Ordinal) || name is "reversed" or "range_iterator" ? name : "generator";

    public bool Next(out Value value)
    {
        if (_running)
            throw Errors.Value("generator already executing");
        _running = true;
        rt.Enter();
        rt.Step();
        var more = _elements.MoveNext();
        value = more ? _elements.Current : default;
        rt.Leave();
        _running = false;
        return more;
    }

    public IEnumerable<Value> Rest()
    {
        while (Next(out var value))
            yield return value;
    }

    public override string Describe(Runtime rt) =>
        TypeName == "generator" ? $"<generator object {name} at 0x7f0000000000>" : $"<{name} object at 0x7f0000000000>";
}

/// <summary>What <c>namespace()</c> gives: the one thing that a template can change.</summary>
internal sealed class NamespaceObj() : Obj(Kind.Namespace)
{
    public OrderedDictionary<string, Value> Attributes { get; } = new(StringComparer.Ordinal);

    public override string TypeName => "Namespace";

    public override string Module => "jinja2.utils.";

    public override Value Attribute(Runtime rt, string name) => Attributes.TryGetValue(name, out var value) ? value : default;

    public override void Describe(Runtime rt, TextBuilder text)
    {
        if (rt.IsDescribed(this))
        {
            text.Append("<Namespace {...}>");
            return;
        }

        rt.BeginDescription(this);
        text.Append("<Namespace {");
        var first = true;
        foreach (var (name, value) in Attributes)
        {
            text.Append(first ? "" : ", ");
            text.Append(PythonText.Repr(name));
            text.Append(": ");
            PythonText.AppendRepr(rt, text, value);
            first = false;
        }

        text.Append("}>");
        rt.EndDescription(this);
    }
}

internal sealed class CyclerObj(Value[] items) : Obj(Kind.Cycler)
{
    private int _position;

    public override string TypeName => "Cycler";

    public override string Module => "jinja2.utils.";

    public override Value Attribute(Runtime rt, string name) => name switch
    {
        "current" => items[_position],
        "pos" => Value.Int(_position),
        "items" => Value.Of(new ListObj(items, tuple: true)),
        "next" => Value.Of(new Builtin("next", "", (_, _) => Next())),
        "reset" => Value.Of(new Builtin("reset", "", (_, _) => Reset())),
        _ => default,
    };

    private Value Next()
    {
        var item = items[_position];
        _position = (_position + 1) % items.Length;
        return item;
    }

    private Value Reset()
    {
        _position = 0;
        return Value.None;
    }
}

internal sealed class JoinerObj(Value separator) : Obj(Kind.Joiner)
{
    private bool _used;

    public override string TypeName => "Joiner";

    public override string Module => "jinja2.utils.";

    public override bool Callable => true;

    public override Value Attribute(Runtime rt, string name) => name switch
    {
        "sep" => separator,
        "used" => Value.Bool(_used),
        _ => default,
    };

    public override Value Call(Runtime rt, in Args args)
    {
        var first = !_used;
        _used = true;
        return first ? Value.String("") : separator;
    }
}
