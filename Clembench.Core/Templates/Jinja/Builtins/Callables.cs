using System.Collections.Frozen;

namespace Clembench.Templates.Jinja;

/// <summary>What the immutable sandbox forbids: Python's inner attributes, and methods that change lists and dictionaries.</summary>
internal static class Callables
{
    private static readonly FrozenSet<string> ListMutators = FrozenSet.Create("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
    private static readonly FrozenSet<string> DictMutators = FrozenSet.Create("clear", "pop", "popitem", "setdefault", "update");

    private static readonly FrozenSet<string> InnerAttributes = FrozenSet.Create(
        "__class__", "__doc__", "__init__", "__new__", "__repr__", "__str__", "__hash__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__",
        "__getattribute__", "__setattr__", "__delattr__", "__dir__", "__format__", "__reduce__", "__reduce_ex__", "__sizeof__", "__subclasshook__",
        "__init_subclass__", "__getstate__");

    private static readonly FrozenSet<string> ContainerAttributes = FrozenSet.Create(
        "__len__", "__getitem__", "__contains__", "__iter__", "__add__", "__mul__", "__rmul__", "__mod__", "__rmod__", "__getnewargs__",
        "__setitem__", "__delitem__", "__reversed__", "__iadd__", "__imul__", "__or__", "__ror__", "__ior__", "__class_getitem__");

    private static readonly FrozenSet<string> FunctionAttributes = FrozenSet.Create(
        "__call__", "__self__", "__name__", "__qualname__", "__module__", "__globals__", "__code__", "__closure__", "__defaults__",
        "__kwdefaults__", "__dict__", "__func__", "__builtins__", "__annotations__", "__text_signature__", "__wrapped__", "__get__");

    public static bool IsForbidden(in Value value, string name)
    {
        if (name.Length == 0)
            return false;
        if (name[0] != '_')
        {
            return value.Kind switch
            {
                Kind.List => ListMutators.Contains(name),
                Kind.Dict => DictMutators.Contains(name),
                Kind.Function when ((Builtin)value.Object).Class is not null => name == "mro",
                Kind.Generator => name is "gi_frame" or "gi_code",
                _ => false,
            };
        }

        if (InnerAttributes.Contains(name))
            return true;
        return value.Kind switch
        {
            Kind.String or Kind.List or Kind.Tuple or Kind.Dict or Kind.View or Kind.Range => ContainerAttributes.Contains(name),
            Kind.Function => FunctionAttributes.Contains(name),
            Kind.Macro or Kind.Loop or Kind.Cycler or Kind.Joiner or Kind.SelfReference or Kind.Generator => true,
            _ => false,
        };
    }
}
