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
        while (SkipName("or"))
            operands.Add(ParseAnd());
        return Checked(new AndOrExpr(and: false, [.. operands]) { Line = line });
    }

    private Expr ParseAnd()
    {
        var line = _current.Line;
        var first = ParseNot();
        if (!_current.IsName("and"))
            return first;
        var operands = new List<Expr> { first };
        while (SkipName("and"))
            operands.Add(ParseNot());
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
                while (Skip(TokenKind.Add))
                    operands.Add(ParseConcat());
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

    private Expr ParsePrimary()
    {
        var token = _current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                Advance();
                return token.Text switch
                {
                    "true" or "True" => new ConstExpr(Value.True) { Line = token.Line },
                    "false" or "False" => new ConstExpr(Value.False) { Line = token.Line },
                    "none" or "None" => new ConstExpr(Value.None) { Line = token.Line },
                    _ => new NameExpr(token.Text) { Line = token.Line },
                };
            case TokenKind.String:
                Advance();
                var text = token.Text;
                if (_current.Kind == TokenKind.String)
                {
                    var pieces = new System.Text.StringBuilder(text);
                    while (_current.Kind == TokenKind.String)
                        pieces.Append(Advance().Text);
                    text = pieces.ToString();
                }

                return new ConstExpr(Value.String(text)) { Line = token.Line };
            case TokenKind.Integer or TokenKind.Float:
                Advance();
                return new ConstExpr(token.Value) { Line = token.Line };
            case TokenKind.LParen:
                Advance();
                var inner = ParseTuple(parenthesized: true);
                Expect(TokenKind.RParen);
                return inner;
            case TokenKind.LBracket:
                return ParseList();
            case TokenKind.LBrace:
                return ParseDict();
            default:
                throw Fail($"unexpected {PythonText.Repr(token.Describe())}");
        }
    }

    private Expr ParseTuple(bool simplified = false, bool withCondition = true, string[]? endNames = null, bool parenthesized = false)
    {
        var line = _current.Line;
        var items = new List<Expr>();
        var tuple = false;
        while (true)
        {
            if (items.Count > 0)
                Expect(TokenKind.Comma);
            if (_current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd or TokenKind.RParen
                || (endNames is not null && Array.Exists(endNames, _current.IsName)))
                break;
            items.Add(simplified ? ParsePrimary() : ParseExpression(withCondition));
            if (_current.Kind != TokenKind.Comma)
                break;
            tuple = true;
            line = _current.Line;
        }

        if (!tuple)
        {
            if (items.Count > 0)
                return items[0];
            if (!parenthesized)
                throw Fail($"Expected an expression, got {PythonText.Repr(_current.Describe())}");
        }

        return Checked(new SequenceExpr([.. items], tuple: true) { Line = line });
    }

    private Expr ParseList()
    {
        var line = Expect(TokenKind.LBracket).Line;
        var items = new List<Expr>();
        while (_current.Kind != TokenKind.RBracket)
        {
            if (items.Count > 0)
                Expect(TokenKind.Comma);
            if (_current.Kind == TokenKind.RBracket)
                break;
            items.Add(ParseExpression());
        }

        Expect(TokenKind.RBracket);
        return Checked(new SequenceExpr([.. items], tuple: false) { Line = line });
    }

    private Expr ParseDict()
    {
        var line = Expect(TokenKind.LBrace).Line;
        var keys = new List<Expr>();
        var values = new List<Expr>();
        while (_current.Kind != TokenKind.RBrace)
        {
            if (keys.Count > 0)
                Expect(TokenKind.Comma);
            if (_current.Kind == TokenKind.RBrace)
                break;
            keys.Add(ParseExpression());
            Expect(TokenKind.Colon);
            values.Add(ParseExpression());
        }

        Expect(TokenKind.RBrace);
        return Checked(new DictExpr([.. keys], [.. values]) { Line = line });
    }

    private Expr ParsePostfix(Expr expr)
    {
        while (true)
        {
            if (_current.Kind is TokenKind.Dot or TokenKind.LBracket)
                expr = ParseSubscript(expr);
            else if (_current.Kind == TokenKind.LParen)
                expr = ParseCall(expr);
            else
                return expr;
        }
    }

    private Expr ParseFilters(Expr expr)
    {
        while (true)
        {
            if (_current.Kind == TokenKind.Pipe)
                expr = ParseFilter(expr);
            else if (_current.IsName("is"))
                expr = ParseTest(expr);
            else if (_current.Kind == TokenKind.LParen)
                expr = ParseCall(expr);
            else
                return expr;
        }
    }

    private Expr ParseSubscript(Expr of)
    {
        var token = Advance();
        if (token.Kind == TokenKind.Dot)
        {
            var name = Advance();
            if (name.Kind == TokenKind.Name)
                return Checked(new GetAttrExpr(of, name.Text) { Line = token.Line });
            if (name.Kind != TokenKind.Integer)
                throw Fail("expected name or number", name.Line);
            return Checked(new GetItemExpr(of, new ConstExpr(name.Value) { Line = name.Line }) { Line = token.Line });
        }

        var keys = new List<Expr>();
        while (_current.Kind != TokenKind.RBracket)
        {
            if (keys.Count > 0)
                Expect(TokenKind.Comma);
            keys.Add(ParseSubscriptKey());
        }

        Expect(TokenKind.RBracket);
        var key = keys.Count == 1 ? keys[0] : new SequenceExpr([.. keys], tuple: true) { Line = token.Line };
        return Checked(new GetItemExpr(of, key) { Line = token.Line });
    }

    private Expr ParseSubscriptKey()
    {
        var line = _current.Line;
        Expr? start = null;
        if (!Skip(TokenKind.Colon))
        {
            start = ParseExpression();
            if (!Skip(TokenKind.Colon))
                return start;
        }

        var stop = _current.Kind is TokenKind.Colon or TokenKind.RBracket or TokenKind.Comma ? null : ParseExpression();
        var step = Skip(TokenKind.Colon) && _current.Kind is not (TokenKind.RBracket or TokenKind.Comma) ? ParseExpression() : null;
        return Checked(new SliceExpr(start, stop, step) { Line = line });
    }

    private CallExpr ParseCall(Expr callee)
    {
        var line = _current.Line;
        return (CallExpr)Checked(new CallExpr(callee, ParseArguments()) { Line = line });
    }

    private ArgumentList ParseArguments()
    {
        var line = Expect(TokenKind.LParen).Line;
        var positional = new List<Expr>();
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var keywords = new List<Expr>();
        Expr? variadic = null;
        Expr? variadicKeywords = null;
        var comma = false;
        while (_current.Kind != TokenKind.RParen)
        {
            if (comma)
            {
                Expect(TokenKind.Comma);
                if (_current.Kind == TokenKind.RParen)
                    break;
            }

            comma = true;
            if (_current.Kind == TokenKind.Mul)
            {
                Ensure(variadic is null && variadicKeywords is null);
                Advance();
                variadic = ParseExpression();
            }
            else if (_current.Kind == TokenKind.Pow)
            {
                Ensure(variadicKeywords is null);
                Advance();
                variadicKeywords = ParseExpression();
            }
            else if (_current.Kind == TokenKind.Name && Look().Kind == TokenKind.Assign)
            {
                Ensure(variadicKeywords is null);
                var name = Advance().Text;
                Advance();
                if (!seen.Add(name))
                    throw Fail($"keyword argument repeated: {name}");
                names.Add(name);
                keywords.Add(ParseExpression());
            }
            else
            {
                Ensure(variadic is null && variadicKeywords is null && keywords.Count == 0);
                positional.Add(ParseExpression());
            }
        }

        Expect(TokenKind.RParen);
        return new ArgumentList([.. positional], [.. names], [.. keywords], variadic, variadicKeywords);

        void Ensure(bool valid)
        {
            if (!valid)
                throw Fail("invalid syntax for function call expression", line);
        }
    }

    private Expr ParseFilter(Expr? of, bool inline = false)
    {
        while (inline || _current.Kind == TokenKind.Pipe)
        {
            if (!inline)
                Advance();
            inline = false;
            var token = Expect(TokenKind.Name);
            var name = ParseDottedName(token.Text);
            var arguments = _current.Kind == TokenKind.LParen ? ParseArguments() : ArgumentList.Empty;
            of = Checked(new FilterExpr(of, name, test: false, arguments) { Line = token.Line });
        }

        return of!;
    }

    private Expr ParseTest(Expr of)
    {
        var line = Advance().Line;
        var negated = SkipName("not");
        var name = ParseDottedName(Expect(TokenKind.Name).Text);
        var arguments = ArgumentList.Empty;
        if (_current.Kind == TokenKind.LParen)
        {
            arguments = ParseArguments();
        }
        else if (_current.Kind is TokenKind.Name or TokenKind.String or TokenKind.Integer or TokenKind.Float or TokenKind.LBracket or TokenKind.LBrace
            && !_current.IsName("else") && !_current.IsName("or") && !_current.IsName("and"))
        {
            if (_current.IsName("is"))
                throw Fail("You cannot chain multiple tests with is");
            arguments = new ArgumentList([ParsePostfix(ParsePrimary())], [], [], null, null);
        }

        var test = Checked(new FilterExpr(of, name, test: true, arguments) { Line = line });
        return negated ? Checked(new UnaryExpr(UnaryOp.Not, test) { Line = line }) : test;
    }

    private string ParseDottedName(string name)
    {
        while (Skip(TokenKind.Dot))
            name += "." + Expect(TokenKind.Name).Text;
        return name;
    }

    private Expr ParseTarget(string[] endNames, bool withNamespace = false)
    {
        if (withNamespace && Look().Kind == TokenKind.Dot)
        {
            var token = Expect(TokenKind.Name);
            Advance();
            var attribute = Expect(TokenKind.Name).Text;
            return new NamespaceTarget(new NameExpr(token.Text) { Line = token.Line }, attribute) { Line = token.Line };
        }

        var target = ParseTuple(simplified: true, endNames: endNames);
        CheckAssignable(target);
        Assignment.SetUse(target, NameUse.Store);
        return target;
    }

    private NameExpr ParseNameTarget()
    {
        var token = Expect(TokenKind.Name);
        var name = new NameExpr(token.Text) { Line = token.Line, Use = NameUse.Store };
        CheckAssignable(name);
        return name;
    }

    private void CheckAssignable(Expr target)
    {
        var kind = target switch
        {
            NameExpr { Name: "true" or "false" or "none" or "True" or "False" or "None" } => "name",
            NameExpr => null,
            SequenceExpr { IsTuple: true } => null,
            SequenceExpr => "list",
            DictExpr => "dict",
            _ => "const",
        };
        if (kind is not null)
            throw Fail($"can't assign to '{kind}'", target.Line);
        foreach (var item in (target as SequenceExpr)?.Items ?? [])
        {
            if (item is not (NameExpr or SequenceExpr { IsTuple: true }))
                throw Fail("can't assign to 'tuple'", target.Line);
            CheckAssignable(item);
        }
    }

    private static Expr CopyTarget(Expr target) => target is NameExpr name
        ? new NameExpr(name.Name) { Line = name.Line, Use = name.Use }
        : new SequenceExpr([.. ((SequenceExpr)target).Items.Select(CopyTarget)], tuple: true) { Line = target.Line };

    private static Expr Checked(Expr expr) => expr.Height <= MaxHeight
        ? expr
        : throw new JinjaException(JinjaErrorKind.Limit, $"An expression chains more than {MaxHeight} operations.", expr.Line);
}
