namespace Clembench.Templates.Jinja;

internal sealed class ConstExpr(Value value) : Expr
{
    // A string that a template wrote, which is neither input nor markup.
    private readonly string? _text = value.Bits == 0 ? value.Ref as string : null;

    public Value Value { get; } = value;

    /// <summary>The text of a plain string; null for other constants.</summary>
    public string? Text => _text;

    public override Value Eval(Runtime rt) => Value;

    public override void Write(Runtime rt)
    {
        if (_text is null)
            base.Write(rt);
        else
            rt.Out.Append(_text);
    }

    /// <inheritdoc />
    public override bool TryAppend(Runtime rt, TextBuilder text, out Value value)
    {
        value = Value;
        if (_text is null)
            return false;
        text.Append(_text);
        return true;
    }

    public override Expr Resolve(Scope scope) => this;
}

internal enum NameUse
{
    Load,
    Store,
    Parameter,
}

internal sealed class NameExpr(string name) : Expr
{
    private readonly Value _undefined = UndefinedObj.Variable(name);
    private int _hops;
    private int _slot;

    public string Name { get; } = name;

    public NameUse Use { get; set; }

    public override void Analyze(ref Symbols symbols)
    {
        if (Use == NameUse.Load)
            symbols.LoadName(Name);
        else if (Use == NameUse.Store)
            symbols.Store(Name);
        else
            symbols.DeclareParameter(Name);
    }

    public override void FindUndeclared(HashSet<string> names, HashSet<string> undeclared)
    {
        if (Use == NameUse.Load && names.Contains(Name))
            undeclared.Add(Name);
        else
            names.Remove(Name);
    }

    public override Expr Resolve(Scope scope)
    {
        var target = scope.Symbols.Ref(Name);
        _hops = scope.Function.Depth - target.Function.Depth;
        _slot = target.Slot;
        return this;
    }

    public override Value Eval(Runtime rt)
    {
        var locals = rt.Locals;
        for (var hops = _hops; hops > 0; hops--)
            locals = locals.Parent!;
        var value = locals.Slots[_slot];
        return value.Ref is null ? _undefined : value;
    }

    public void Set(Runtime rt, in Value value) => rt.LocalsAt(_hops).Slots[_slot] = value;
}

/// <summary><c>ns.name</c> as the target of <c>set</c>.</summary>
internal sealed class NamespaceTarget(NameExpr name, string attribute) : Expr
{
    public override IEnumerable<Node> Children => [name];

    public override Expr Resolve(Scope scope)
    {
        name.Resolve(scope);
        return this;
    }

    public override Value Eval(Runtime rt) => throw new InvalidOperationException();

    /// <summary>Finds out whether there is a namespace to set, which comes before the value is known.</summary>
    public NamespaceObj Check(Runtime rt) =>
        name.Eval(rt).Ref as NamespaceObj ?? throw Errors.Runtime("cannot assign attribute on non-namespace object");

    public void Set(Runtime rt, in Value value) => Check(rt).Attributes[attribute] = value;
}

internal sealed class SequenceExpr : Expr
{
    private readonly Expr[] _items;
    private readonly bool _tuple;

    public SequenceExpr(Expr[] items, bool tuple)
    {
        _items = items;
        _tuple = tuple;
        Height = HeightOf(items);
    }

    public Expr[] Items => _items;

    public bool IsTuple => _tuple;

    public override IEnumerable<Node> Children => _items;

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        for (var i = 0; i < _items.Length; i++)
            _items[i] = _items[i].Resolve(scope);
        if (Array.TrueForAll(_items, item => item is ConstExpr))
            return new ConstExpr(Value.Of(new ListObj([.. _items.Select(item => ((ConstExpr)item).Value)], _tuple))) { Line = Line };
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt)
    {
        rt.Charge(_items.Length);
        var values = new Value[_items.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = _items[i].Eval(rt);
        return Value.Of(new ListObj(values, _tuple));
    }
}

internal sealed class DictExpr : Expr
{
    private readonly Expr[] _keys;
    private readonly Expr[] _values;

    public DictExpr(Expr[] keys, Expr[] values)
    {
        _keys = keys;
        _values = values;
        Height = Math.Max(HeightOf(keys), HeightOf(values));
    }

    public override IEnumerable<Node> Children => _keys.Zip(_values).SelectMany(pair => new[] { pair.First, pair.Second });

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] = _keys[i].Resolve(scope);
            _values[i] = _values[i].Resolve(scope);
        }

        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt)
    {
        rt.Charge(_keys.Length);
        var dict = new TemplateDict(rt);
        for (var i = 0; i < _keys.Length; i++)
        {
            var key = _keys[i].Eval(rt);
            var value = _values[i].Eval(rt);
            dict.Set(key, value);
        }

        return Value.Of(dict);
    }
}
