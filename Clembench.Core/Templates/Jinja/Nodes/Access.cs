namespace Clembench.Templates.Jinja;

internal sealed class GetAttrExpr : Expr
{
    private readonly bool _mayBeDictMethod;
    private Expr _of;

    public GetAttrExpr(Expr of, string name)
    {
        _of = of;
        Name = name;
        _mayBeDictMethod = Methods.IsDictAttribute(name);
        LoopAttribute = LoopObj.AttributeOf(name);
        Height = HeightOf(of);
    }

    public string Name { get; }

    public Expr Of => _of;

    private LoopAttribute LoopAttribute { get; }

    public override IEnumerable<Node> Children => [_of];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _of = _of.Resolve(scope);
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt) => Get(rt, _of.Eval(rt));

    /// <summary>The attribute of a value that has been evaluated.</summary>
    public Value Get(Runtime rt, in Value of)
    {
        rt.Step();
        if (!_mayBeDictMethod && of.Ref is InputDict dict && dict.TryGet(Name, out var value))
            return value;
        if (of.Ref is LoopObj loop && LoopAttribute != LoopAttribute.None)
            return loop.Get(rt, LoopAttribute);
        return Ops.GetAttr(rt, of, Name);
    }
}

internal sealed class GetItemExpr : Expr
{
    private Expr _of;
    private Expr _key;

    // The key of `message['role']`.
    private string? _name;

    public GetItemExpr(Expr of, Expr key)
    {
        _of = of;
        _key = key;
        Height = HeightOf(of, key);
    }

    public override IEnumerable<Node> Children => [_of, _key];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _of = _of.Resolve(scope);
        _key = _key.Resolve(scope);
        _name = (_key as ConstExpr)?.Text;
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt)
    {
        var of = _of.Eval(rt);
        if (_name is not null && of.Ref is InputDict named && named.TryGet(_name, out var member))
        {
            rt.Step();
            return member;
        }

        if (_key is SliceExpr slice)
            return slice.Of(rt, of);
        var key = _key.Eval(rt);
        rt.Step();
        if (key.IsString && of.Ref is InputDict dict && dict.TryGet(key.Text, out var value))
            return value;
        return Ops.GetItem(rt, of, key);
    }
}

/// <summary><c>start:stop:step</c> in brackets.</summary>
internal sealed class SliceExpr : Expr
{
    private Expr? _start;
    private Expr? _stop;
    private Expr? _step;

    public SliceExpr(Expr? start, Expr? stop, Expr? step)
    {
        _start = start;
        _stop = stop;
        _step = step;
        Height = HeightOf(start, stop, step);
    }

    public override IEnumerable<Node> Children => new[] { _start, _stop, _step }.OfType<Node>();

    public override Expr Resolve(Scope scope)
    {
        _start = _start?.Resolve(scope);
        _stop = _stop?.Resolve(scope);
        _step = _step?.Resolve(scope);
        return this;
    }

    public override Value Eval(Runtime rt) => throw Errors.Type("a slice can't be part of a tuple");

    public Value Of(Runtime rt, in Value of)
    {
        var start = _start?.Eval(rt) ?? Value.None;
        var stop = _stop?.Eval(rt) ?? Value.None;
        var step = _step?.Eval(rt) ?? Value.None;
        rt.Step();
        return Ops.GetSlice(rt, of, start, stop, step);
    }
}
