using Clembench.Json;

namespace Clembench.Templates.Jinja;

internal abstract class DictObj() : Obj(Kind.Dict)
{
    public override string TypeName => "dict";

    public abstract int Count { get; }

    public abstract bool TryGet(string key, out Value value);

    public virtual bool Has(string key) => TryGet(key, out _);

    public abstract bool TryGet(Runtime rt, in Value key, out Value value);

    public abstract IEnumerable<KeyValuePair<Value, Value>> Entries();
}

/// <summary>A caller's dictionary, as it is.</summary>
internal sealed class InputDict(IReadOnlyDictionary<string, object?> source, InputMark? input) : DictObj
{
    public override int Count => source.Count;

    public object Source => source;

    public override bool TryGet(string key, out Value value)
    {
        if (!Find(key, out var plain))
        {
            value = default;
            return false;
        }

        value = Value.Wrap(plain, input?.Of(key));
        return true;
    }

    public override bool Has(string key) => Find(key, out _);

    public override bool TryGet(Runtime rt, in Value key, out Value value)
    {
        if (key.IsString)
            return TryGet(key.Text, out value);
        rt.Comparer.GetHashCode(key);
        value = default;
        return false;
    }

    public override IEnumerable<KeyValuePair<Value, Value>> Entries()
    {
        foreach (var (key, plain) in source)
            yield return new(Value.String(key, input is null ? 0 : Provenance.Whole), Value.Wrap(plain, input?.Of(key)));
    }

    // The interface's way is slower than the classes' own, and this is what templates do most.
    private bool Find(string key, out object? plain) =>
        source is JsonMap map ? map.TryFind(key, out plain) : source is Dictionary<string, object?> dictionary ? dictionary.TryGetValue(key, out plain) : source.TryGetValue(key, out plain);
}

/// <summary>A dictionary that a template wrote.</summary>
internal sealed class TemplateDict(Runtime rt) : DictObj
{
    private readonly OrderedDictionary<Value, Value> _entries = new(rt.Comparer);

    public override int Count => _entries.Count;

    public void Set(Value key, Value value) => _entries[key] = value;

    public override bool TryGet(string key, out Value value) => _entries.TryGetValue(Value.String(key), out value);

    public override bool TryGet(Runtime rt, in Value key, out Value value) => _entries.TryGetValue(key, out value);

    public override IEnumerable<KeyValuePair<Value, Value>> Entries() => _entries;
}

/// <summary>Keys of dictionaries: equal when Python says so (<c>1 == 1.0 == True</c>).</summary>
internal sealed class ValueComparer(Runtime rt) : IEqualityComparer<Value>
{
    public bool Equals(Value x, Value y) => Ops.Equal(rt, x, y);

    public int GetHashCode(Value value)
    {
        switch (value.Kind)
        {
            case Kind.String:
                return value.Text.GetHashCode(StringComparison.Ordinal);
            case Kind.Int or Kind.Bool:
                return value.Bits.GetHashCode();
            case Kind.Float:
                var number = value.Double;
                return number == Math.Floor(number) && number is >= -9.2e18 and <= 9.2e18 ? ((long)number).GetHashCode() : number.GetHashCode();
            case Kind.BigInt:
                return ((double)((BigIntObj)value.Object).Value).GetHashCode();
            case Kind.Tuple:
                rt.Enter();
                var hash = default(HashCode);
                var tuple = (ListObj)value.Object;
                for (var i = 0; i < tuple.Count; i++)
                {
                    rt.Step();
                    hash.Add(GetHashCode(tuple[i]));
                }

                rt.Leave();
                return hash.ToHashCode();
            case Kind.View when value.Object is ViewObj { View: ViewKind.Values }:
                return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Ref);
            case Kind.List or Kind.Dict or Kind.View:
                throw Errors.Type($"unhashable type: '{Ops.TypeName(value)}'");
            case Kind.None:
                return 1;
            case Kind.Undefined:
                return 2;
            default:
                return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Ref);
        }
    }
}
