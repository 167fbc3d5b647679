namespace Clembench.Templates.Jinja;

/// <summary>Literals, names, brackets, and what may stand behind them: subscripts, calls, filters and tests.</summary>
internal sealed partial class Parser
{
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

    private Expr ParseTuple(bool simplified = false, bool withCondition = true, bool parenthesized = false)
    {
        var line = _current.Line;
        var items = new List<Expr>();
        var tuple = false;
        while (true)
        {
            if (items.Count > 0)
                Expect(TokenKind.Comma);
            if (_current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd or TokenKind.RParen)
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
}
