namespace Clembench.Templates.Jinja;

internal enum CompareOp
{
    Eq,
    Ne,
    Lt,
    LtEq,
    Gt,
    GtEq,
    In,
    NotIn,
}

internal sealed class CompareExpr : Expr
{
    private readonly CompareOp[] _ops;
    private readonly Expr[] _operands;
    private Expr _first;

    // The string of `x == 'user'`, and of `'tool_calls' in x`: what chat templates compare most.
    private string? _text;
    private string? _key;

    public CompareExpr(Expr first, CompareOp[] ops, Expr[] operands)
    {
        _first = first;
        _ops = ops;
        _operands = operands;
        Height = HeightOf([first, .. operands]);
    }

    public override IEnumerable<Node> Children => [_first, .. _operands];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _first = _first.Resolve(scope);
        for (var i = 0; i < _operands.Length; i++)
            _operands[i] = _operands[i].Resolve(scope);
        if (_ops.Length == 1)
        {
            _text = _ops[0] is CompareOp.Eq or CompareOp.Ne ? (_operands[0] as ConstExpr)?.Text : null;
            _key = _ops[0] is CompareOp.In or CompareOp.NotIn ? (_first as ConstExpr)?.Text : null;
        }

        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt) => Value.Bool(EvalBool(rt));

    public override bool EvalBool(Runtime rt) => _text is null && _key is null ? CompareAll(rt) : CompareText(rt);

    private bool CompareText(Runtime rt)
    {
        var value = (_text is null ? _operands[0] : _first).Eval(rt);
        rt.Step();
        if (_key is not null)
        {
            var holds = value.Ref is DictObj dict ? dict.Has(_key) : Ops.Contains(rt, value, ((ConstExpr)_first).Value);
            return holds == (_ops[0] == CompareOp.In);
        }

        return (value.Ref is string text && Ops.EqualText(rt, text, _text!)) == (_ops[0] == CompareOp.Eq);
    }

    private bool CompareAll(Runtime rt)
    {
        var left = _first.Eval(rt);
        for (var i = 0; i < _ops.Length; i++)
        {
            var right = _operands[i].Eval(rt);
            rt.Step();
            var holds = _ops[i] switch
            {
                CompareOp.Eq => Ops.Equal(rt, left, right),
                CompareOp.Ne => !Ops.Equal(rt, left, right),
                CompareOp.In => Ops.Contains(rt, right, left),
                CompareOp.NotIn => !Ops.Contains(rt, right, left),
                _ => Ops.Ordered(rt, left, right, _ops[i]),
            };
            if (!holds)
                return false;
            left = right;
        }

        return true;
    }
}

internal sealed class AndOrExpr : Expr
{
    private readonly bool _and;
    private readonly Expr[] _operands;

    public AndOrExpr(bool and, Expr[] operands)
    {
        _and = and;
        _operands = operands;
        Height = HeightOf(operands);
    }

    public override IEnumerable<Node> Children => _operands;

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        for (var i = 0; i < _operands.Length; i++)
            _operands[i] = _operands[i].Resolve(scope);
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt)
    {
        for (var i = 0; i < _operands.Length - 1; i++)
        {
            var value = _operands[i].Eval(rt);
            if (Ops.Truthy(rt, value) != _and)
                return value;
        }

        return _operands[^1].Eval(rt);
    }

    public override bool EvalBool(Runtime rt)
    {
        foreach (var operand in _operands)
        {
            if (operand.EvalBool(rt) != _and)
                return !_and;
        }

        return _and;
    }
}

/// <summary><c>a if test else b</c>.</summary>
internal sealed class CondExpr : Expr
{
    private Expr _test;
    private Expr _then;
    private Expr? _else;

    public CondExpr(Expr test, Expr then, Expr? otherwise)
    {
        _test = test;
        _then = then;
        _else = otherwise;
        Height = HeightOf(test, then, otherwise);
    }

    public override IEnumerable<Node> Children => _else is null ? [_test, _then] : [_test, _then, _else];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        var soft = scope.Softened();
        _test = _test.Resolve(soft);
        _then = _then.Resolve(soft);
        _else = _else?.Resolve(soft);
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt) => _test.EvalBool(rt) ? _then.Eval(rt) : _else is null ? NoElse() : _else.Eval(rt);

    public override void Write(Runtime rt)
    {
        if (_test.EvalBool(rt))
            _then.Write(rt);
        else
            _else?.Write(rt);
    }

    private Value NoElse() => UndefinedObj.Hint(
        $"the inline if-expression on line {Line} evaluated to false and no else section was defined.");
}
