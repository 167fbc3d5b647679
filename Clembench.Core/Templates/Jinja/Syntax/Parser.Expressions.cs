namespace Clembench.Templates.Jinja;

/// <summary>The expressions of a template.</summary>
internal sealed partial class Parser
{
    // Chains such as a.b.c or a|b|c nest as deep as they are long; Python refuses such code at about this length, too.
    private const int MaxHeight = 1000;

    private Expr ParseExpression(bool withCondition = true) => withCondition ? ParseCondition() : ParseOr();

    private Expr ParseCondition()
    {
        Enter();
        var line = _current.Line;
        var expr = ParseOr();
        while (SkipName("if"))
        {
            var test = ParseOr();
            var otherwise = SkipName("else") ? ParseCondition() : null;
            expr = Checked(new CondExpr(test, expr, otherwise) { Line = line });
            line = _current.Line;
        }

        Leave();
        return expr;
    }

    private Expr ParseOr()
    {
        var line = _current.Line;
        var first = ParseAnd();
        if (!_current.IsName("or"))
            return first;
        var operands = new List<Expr> { first };
        while (_current.IsName("or"))
        {
            line = operands.Count == 1 ? line : _current.Line;
            Advance();
            operands.Add(ParseAnd());
        }

        return Checked(new AndOrExpr(and: false, [.. operands]) { Line = line });
    }

    private Expr ParseAnd()
    {
        var line = _current.Line;
        var first = ParseNot();
        if (!_current.IsName("and"))
            return first;
        var operands = new List<Expr> { first };
        while (_current.IsName("and"))
        {
            line = operands.Count == 1 ? line : _current.Line;
            Advance();
            operands.Add(ParseNot());
        }

        return Checked(new AndOrExpr(and: true, [.. operands]) { Line = line });
    }

    private Expr ParseNot()
    {
        if (!_current.IsName("not"))
            return ParseCompare();
        Enter();
        var line = Advance().Line;
        var operand = ParseNot();
        Leave();
        return Checked(new UnaryExpr(UnaryOp.Not, operand) { Line = line });
    }

    private Expr ParseCompare()
    {
        var line = _current.Line;
        var first = ParseSum();
        List<CompareOp>? ops = null;
        List<Expr>? operands = null;
        while (CompareOperator() is { } op)
        {
            (ops ??= []).Add(op);
            (operands ??= []).Add(ParseSum());
        }

        return ops is null ? first : Checked(new CompareExpr(first, [.. ops], [.. operands!]) { Line = line });
    }

    private CompareOp? CompareOperator()
    {
        CompareOp? op = _current.Kind switch
        {
            TokenKind.Eq => CompareOp.Eq,
            TokenKind.Ne => CompareOp.Ne,
            TokenKind.Lt => CompareOp.Lt,
            TokenKind.LtEq => CompareOp.LtEq,
            TokenKind.Gt => CompareOp.Gt,
            TokenKind.GtEq => CompareOp.GtEq,
            TokenKind.Name when _current.Text == "in" => CompareOp.In,
            TokenKind.Name when _current.Text == "not" && Look().IsName("in") => CompareOp.NotIn,
            _ => null,
        };
        if (op is not null)
            Advance();
        if (op == CompareOp.NotIn)
            Advance();
        return op;
    }

    private Expr ParseSum()
    {
        var line = _current.Line;
        var left = ParseConcat();
        while (_current.Kind is TokenKind.Add or TokenKind.Sub)
        {
            if (_current.Kind == TokenKind.Sub)
            {
                Advance();
                left = Checked(new BinaryExpr(BinaryOp.Sub, left, ParseConcat()) { Line = line });
            }
            else
            {
                var operands = new List<Expr> { left };
                while (_current.Kind == TokenKind.Add)
                {
                    line = operands.Count == 1 ? line : _current.Line;
                    Advance();
                    operands.Add(ParseConcat());
                }

                left = Checked(new AddExpr([.. operands]) { Line = line });
            }

            line = _current.Line;
        }

        return left;
    }

    private Expr ParseConcat()
    {
        var line = _current.Line;
        var first = ParseProduct();
        if (_current.Kind != TokenKind.Tilde)
            return first;
        var operands = new List<Expr> { first };
        while (Skip(TokenKind.Tilde))
            operands.Add(ParseProduct());
        return Checked(new ConcatExpr([.. operands]) { Line = line });
    }

    private Expr ParseProduct()
    {
        var line = _current.Line;
        var left = ParsePower();
        while (true)
        {
            BinaryOp? op = _current.Kind switch
            {
                TokenKind.Mul => BinaryOp.Mul,
                TokenKind.Div => BinaryOp.Div,
                TokenKind.FloorDiv => BinaryOp.FloorDiv,
                TokenKind.Mod => BinaryOp.Mod,
                _ => null,
            };
            if (op is null)
                return left;
            Advance();
            left = Checked(new BinaryExpr(op.Value, left, ParsePower()) { Line = line });
            line = _current.Line;
        }
    }

    private Expr ParsePower()
    {
        var line = _current.Line;
        var left = ParseUnary(withFilter: true);
        while (Skip(TokenKind.Pow))
        {
            left = Checked(new BinaryExpr(BinaryOp.Pow, left, ParseUnary(withFilter: true)) { Line = line });
            line = _current.Line;
        }

        return left;
    }

    private Expr ParseUnary(bool withFilter)
    {
        var token = _current;
        Expr expr;
        if (token.Kind is TokenKind.Sub or TokenKind.Add)
        {
            Enter();
            Advance();
            expr = Checked(new UnaryExpr(token.Kind == TokenKind.Sub ? UnaryOp.Neg : UnaryOp.Pos, ParseUnary(withFilter: false)) { Line = token.Line });
            Leave();
        }
        else
        {
            expr = ParsePrimary();
        }

        expr = ParsePostfix(expr);
        return withFilter ? ParseFilters(expr) : expr;
    }

    private static Expr Checked(Expr expr) => expr.Height <= MaxHeight
        ? expr
        : throw new JinjaException(JinjaErrorKind.Limit, $"An expression chains more than {MaxHeight} operations.", expr.Line);
}
