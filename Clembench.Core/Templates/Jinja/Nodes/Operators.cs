namespace Clembench.Templates.Jinja;

internal enum BinaryOp
{
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
}

internal sealed class BinaryExpr : Expr
{
    private readonly BinaryOp _op;
    private Expr _left;
    private Expr _right;

    // jinja2 writes -2 ** x as Python, where the sign comes last, unless it knows x.
    private bool _negatedPower;

    public BinaryExpr(BinaryOp op, Expr left, Expr right)
    {
        _op = op;
        _left = left;
        _right = right;
        Height = HeightOf(left, right);
    }

    public override IEnumerable<Node> Children => [_left, _right];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _left = _left.Resolve(scope);
        _right = _right.Resolve(scope);
        _negatedPower = _op == BinaryOp.Pow && _left is ConstExpr { Value: var left } && IsNegative(left) && !IsConstant(_right);
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt)
    {
        var left = _left.Eval(rt);
        var right = _right.Eval(rt);
        rt.Step();
        return _op switch
        {
            BinaryOp.Sub => Ops.Subtract(rt, left, right),
            BinaryOp.Mul => Ops.Multiply(rt, left, right),
            BinaryOp.Div => Ops.Divide(rt, left, right),
            BinaryOp.FloorDiv => Ops.FloorDivide(rt, left, right),
            BinaryOp.Mod => Ops.Modulo(rt, left, right),
            _ => _negatedPower ? Ops.Negate(rt, Ops.Power(rt, Ops.Negate(rt, left), right)) : Ops.Power(rt, left, right),
        };
    }

    private static bool IsNegative(in Value value) => value.Kind switch
    {
        Kind.Int => value.Bits < 0,
        Kind.Float => double.IsNegative(value.Double),
        Kind.BigInt => Ops.Big(value).Sign < 0,
        _ => false,
    };

    private static bool IsConstant(Node node) => node is not (NameExpr or CallExpr or GuardExpr) && node.Children.All(IsConstant);
}

/// <summary>An operator that stands between any number of operands.</summary>
internal abstract class ChainExpr : Expr
{
    protected ChainExpr(Expr[] operands)
    {
        Operands = operands;
        Height = HeightOf(operands);
    }

    public override IEnumerable<Node> Children => Operands;

    protected Expr[] Operands { get; private set; }

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        for (var i = 0; i < Operands.Length; i++)
            Operands[i] = Operands[i].Resolve(scope);
        Operands = Merge(Operands);
        return Guards.Wrap(this);
    }

    // Joins literals that stand side by side.
    private static Expr[] Merge(Expr[] operands)
    {
        var merged = new List<Expr>(operands.Length);
        foreach (var operand in operands)
        {
            if (operand is ConstExpr { Value: { IsString: true } right } && merged.Count > 0 && merged[^1] is ConstExpr { Value: { IsString: true } left })
                merged[^1] = new ConstExpr(Value.String(left.Text + right.Text)) { Line = operand.Line };
            else
                merged.Add(operand);
        }

        return [.. merged];
    }
}

/// <summary>A chain of <c>+</c>: one node, so that the strings of a prompt are written one after another without being joined first.</summary>
internal sealed class AddExpr(Expr[] operands) : ChainExpr(operands)
{
    public override Value Eval(Runtime rt)
    {
        var first = Operands[0].Eval(rt);
        if (!first.IsString || first.IsMarkup || Operands.Length < 3)
            return Sum(rt, first, 1);
        using var text = rt.NewText();
        text.Append(rt, first);
        var markup = AppendRest(rt, text, 0);
        var sum = text.Take(rt);
        return markup ? Markup.Mark(sum) : sum;
    }

    public override void Write(Runtime rt)
    {
        var first = Operands[0].Eval(rt);
        if (!first.IsString || first.IsMarkup)
        {
            PythonText.AppendStr(rt, rt.Out, Sum(rt, first, 1));
            return;
        }

        // Each operand is written when it is known to be a string: an error ends the render, so nothing has to be taken back.
        var start = rt.Out.Length;
        rt.Out.Append(rt, first);
        AppendRest(rt, rt.Out, start);
    }

    // The operands behind the first, which is a string: they must be strings, too. Markup among them makes markup of all.
    private bool AppendRest(Runtime rt, TextBuilder text, int start)
    {
        for (var i = 1; i < Operands.Length; i++)
        {
            rt.Step();
            if (Operands[i].TryAppend(rt, text, out var operand))
                continue;
            if (!operand.IsString || operand.IsMarkup)
            {
                var sum = Sum(rt, Ops.Add(rt, text.Cut(rt, start), operand), i + 1);
                PythonText.AppendStr(rt, text, sum);
                return sum.IsMarkup;
            }

            text.Append(rt, operand);
        }

        return false;
    }

    private Value Sum(Runtime rt, Value sum, int from)
    {
        for (var i = from; i < Operands.Length; i++)
        {
            var operand = Operands[i].Eval(rt);
            rt.Step();
            sum = Ops.Add(rt, sum, operand);
        }

        return sum;
    }
}

/// <summary><c>a ~ b</c>.</summary>
internal sealed class ConcatExpr(Expr[] operands) : ChainExpr(operands)
{
    public override Value Eval(Runtime rt)
    {
        using var text = rt.NewText();
        AppendAll(rt, text);

        return text.Take(rt);
    }

    public override void Write(Runtime rt) => AppendAll(rt, rt.Out);

    private void AppendAll(Runtime rt, TextBuilder text)
    {
        foreach (var operand in Operands)
        {
            rt.Step();
            if (!operand.TryAppend(rt, text, out var value))
                PythonText.AppendStr(rt, text, value);
        }
    }
}

internal enum UnaryOp
{
    Not,
    Neg,
    Pos,
}

internal sealed class UnaryExpr : Expr
{
    private readonly UnaryOp _op;
    private Expr _operand;

    public UnaryExpr(UnaryOp op, Expr operand)
    {
        _op = op;
        _operand = operand;
        Height = HeightOf(operand);
    }

    public override IEnumerable<Node> Children => [_operand];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _operand = _operand.Resolve(scope);
        if (_op == UnaryOp.Neg && _operand is ConstExpr { Value: { Kind: Kind.Int or Kind.Float } constant })
            return new ConstExpr(constant.IsInt ? Value.Integer(-Ops.Big(constant)) : Value.Float(-constant.Double)) { Line = Line };
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt)
    {
        if (_op == UnaryOp.Not)
            return Value.Bool(!_operand.EvalBool(rt));
        var value = _operand.Eval(rt);
        return _op == UnaryOp.Neg ? Ops.Negate(rt, value) : Ops.Positive(rt, value);
    }

    public override bool EvalBool(Runtime rt) => _op == UnaryOp.Not ? !_operand.EvalBool(rt) : base.EvalBool(rt);
}

internal static class Guards
{
    // Evaluating less than this takes a small part of the stack that a guard makes sure of.
    private const int TallestWithoutGuard = 40;

    /// <summary>Puts a guard before a tall expression: before each, since a way down may leave out any height.</summary>
    public static Expr Wrap(Expr expr) => expr.Height >= TallestWithoutGuard ? new GuardExpr(expr) : expr;
}
