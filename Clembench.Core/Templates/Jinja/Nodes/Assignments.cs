namespace Clembench.Templates.Jinja;

/// <summary>Where values are assigned to: a name, a namespace's attribute, or a tuple of names.</summary>
internal static class Assignment
{
    public static void Set(Runtime rt, Expr target, in Value value)
    {
        switch (target)
        {
            case NameExpr name:
                name.Set(rt, value);
                break;
            case NamespaceTarget attribute:
                attribute.Set(rt, value);
                break;
            default:
                Unpack(rt, ((SequenceExpr)target).Items, value);
                break;
        }
    }

    public static void SetUse(Expr target, NameUse use)
    {
        if (target is NameExpr name)
            name.Use = use;
        foreach (var item in (target as SequenceExpr)?.Items ?? [])
            SetUse(item, use);
    }

    public static IEnumerable<string> Names(Expr target) => target switch
    {
        NameExpr name => [name.Name],
        SequenceExpr sequence => sequence.Items.SelectMany(Names),
        _ => [],
    };

    public static void Resolve(Expr target, Scope scope)
    {
        if (target is SequenceExpr sequence)
        {
            foreach (var item in sequence.Items)
                Resolve(item, scope);
        }
        else
        {
            target.Resolve(scope);
        }
    }

    private static void Unpack(Runtime rt, Expr[] targets, in Value value)
    {
        if (value.Ref is ListObj list)
        {
            if (list.Count != targets.Length)
                throw WrongCount(targets.Length, list.Count);
            for (var i = 0; i < targets.Length; i++)
                Set(rt, targets[i], list[i]);
            return;
        }

        if (!Ops.IsIterable(value))
            throw Errors.Type($"cannot unpack non-iterable {Ops.TypeName(value)} object");
        var items = new List<Value>();
        foreach (var item in Ops.Iterate(rt, value))
        {
            items.Add(item);
            if (items.Count > targets.Length)
                break;
        }

        if (items.Count != targets.Length)
            throw WrongCount(targets.Length, items.Count);
        for (var i = 0; i < targets.Length; i++)
            Set(rt, targets[i], items[i]);
    }

    private static JinjaException WrongCount(int expected, int got) => Errors.Value(got > expected
        ? $"too many values to unpack (expected {expected})"
        : $"not enough values to unpack (expected {expected}, got {got})");
}

/// <summary>What <c>set</c> does at the top of a template: blocks see it.</summary>
internal sealed class Exports(Expr target)
{
    private (string Name, int Slot)[] _names = [];

    public void Resolve(Scope scope)
    {
        if (scope is { TopLevel: true, Blocks.Count: > 0 })
            _names = [.. Assignment.Names(target).Select(name => (name, scope.Symbols.Ref(name).Slot))];
    }

    public void Publish(Runtime rt)
    {
        foreach (var (name, slot) in _names)
            (rt.Exported ??= new(StringComparer.Ordinal))[name] = rt.Locals.Slots[slot];
    }
}

internal sealed class SetStmt(Expr target, Expr value) : Stmt
{
    private readonly Exports _exports = new(target);
    private Expr _value = value;

    public override IEnumerable<Node> Children => [_value, target];

    public override void FindUndeclared(HashSet<string> names, HashSet<string> undeclared)
    {
        target.FindUndeclared(names, undeclared);
        _value.FindUndeclared(names, undeclared);
    }

    public override Flow Exec(Runtime rt)
    {
        rt.Line = Line;
        (target as NamespaceTarget)?.Check(rt);
        var value = _value.Eval(rt);
        Assignment.Set(rt, target, value);
        _exports.Publish(rt);
        return Flow.Next;
    }

    public override void Resolve(Scope scope)
    {
        _value = _value.Resolve(scope);
        Assignment.Resolve(target, scope);
        _exports.Resolve(scope);
    }
}

/// <summary><c>{% set x %}…{% endset %}</c>.</summary>
internal sealed class SetBlockStmt(Expr target, FilterExpr? filter, Stmt[] body) : Stmt
{
    private readonly Exports _exports = new(target);
    private readonly CapturedBody _body = new(body, filter);

    public override IEnumerable<Node> Children => filter is null ? [target, .. body] : [target, filter, .. body];

    public override void Analyze(ref Symbols symbols) => target.Analyze(ref symbols);

    public override Flow Exec(Runtime rt)
    {
        var flow = _body.Capture(rt, Line, out var text);
        if (flow != Flow.Next)
            return flow;
        rt.Line = Line;
        Assignment.Set(rt, target, text);
        _exports.Publish(rt);
        return Flow.Next;
    }

    public override void Resolve(Scope scope)
    {
        _body.Resolve(scope);
        Assignment.Resolve(target, scope);
        _exports.Resolve(scope);
    }
}
