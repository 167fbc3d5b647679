using System.Collections.Frozen;

namespace Clembench.Templates.Jinja;

/// <summary>The statements of a template, with jinja2's grammar and its messages.</summary>
internal sealed partial class Parser
{
    private static readonly FrozenSet<string> Tags = FrozenSet.Create(
        StringComparer.Ordinal,
        "for", "if", "set", "macro", "call", "filter", "with", "block", "autoescape", "generation", "break", "continue", "print", "include", "import", "from", "extends");

    private readonly Lexer _lexer;
    private readonly JinjaLimits _limits;
    private readonly Stack<string> _tags = new();
    private readonly Stack<string[]> _endTags = new();
    private readonly Dictionary<string, BlockStmt> _blocks = new(StringComparer.Ordinal);
    private Token _current;
    private Token? _ahead;
    private int _depth;

    public Parser(string source, JinjaLimits limits)
    {
        _limits = limits;
        _lexer = new Lexer(source, limits);
        _current = _lexer.Next();
    }

    public IReadOnlyDictionary<string, BlockStmt> Blocks => _blocks;

    public Stmt[] ParseTemplate() => ParseBody([]);

    private Token Advance()
    {
        var token = _current;
        if (token.Kind != TokenKind.Eof)
        {
            _current = _ahead ?? _lexer.Next();
            _ahead = null;
        }

        return token;
    }

    private Token Look()
    {
        _ahead ??= _lexer.Next();
        return _ahead.Value;
    }

    private bool Skip(TokenKind kind)
    {
        if (_current.Kind != kind)
            return false;
        Advance();
        return true;
    }

    private bool SkipName(string name)
    {
        if (!_current.IsName(name))
            return false;
        Advance();
        return true;
    }

    private Token Expect(TokenKind kind) => _current.Kind == kind ? Advance() : throw Unexpected(Token.Describe(kind));

    private Token ExpectName(string name) => _current.IsName(name) ? Advance() : throw Unexpected(name);

    private JinjaException Unexpected(string expected) => _current.Kind == TokenKind.Eof
        ? Fail($"unexpected end of template, expected '{expected}'.")
        : Fail($"expected token '{expected}', got {PythonText.Repr(_current.Describe())}");

    private JinjaException Fail(string message, int? line = null) => Errors.Syntax(message, line ?? _current.Line);

    private void Enter()
    {
        if (++_depth > _limits.MaxDepth)
            throw new JinjaException(JinjaErrorKind.Limit, $"The template nests more than {_limits.MaxDepth} deep.", _current.Line);
        StackGuard.Check();
    }

    private void Leave() => _depth--;

    /// <summary>Text and tags up to one of the tags, which becomes the current token.</summary>
    private Stmt[] ParseBody(string[] endTags)
    {
        Enter();
        var body = new List<Stmt>();
        if (endTags.Length > 0)
            _endTags.Push(endTags);
        while (_current.Kind != TokenKind.Eof)
        {
            var token = Advance();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new TextStmt(token.Text) { Line = token.Line });
                    break;
                case TokenKind.VariableBegin:
                    var output = ParseTuple();
                    body.Add(new OutputStmt(output) { Line = output.Line });
                    Expect(TokenKind.VariableEnd);
                    break;
                default:
                    if (Array.Exists(endTags, _current.IsName))
                    {
                        _endTags.Pop();
                        Leave();
                        return [.. body];
                    }

                    ParseStatement(body);
                    Expect(TokenKind.BlockEnd);
                    break;
            }
        }

        if (endTags.Length > 0)
            throw FailAtTag(null, _current.Line);
        Leave();
        return [.. body];
    }

    /// <summary>The body of a tag: after the rest of the tag, up to an end tag.</summary>
    private Stmt[] ParseBlock(params string[] endTags)
    {
        Skip(TokenKind.Colon);
        Expect(TokenKind.BlockEnd);
        return ParseBody(endTags);
    }

    private Stmt[] ParseWholeBlock(string endTag)
    {
        var body = ParseBlock(endTag);
        Advance();
        return body;
    }

    private void ParseStatement(List<Stmt> body)
    {
        var token = _current;
        if (token.Kind != TokenKind.Name)
            throw Fail("tag name expected");
        _tags.Push(token.Text);
        if (token.Text == "print")
            ParsePrint(body);
        else
            body.Add(ParseTag(token));
        _tags.Pop();
    }

    private Stmt ParseTag(Token token)
    {
        // Before the next token is read, which may be an error of its own.
        if (!Tags.Contains(token.Text))
        {
            _tags.Pop();
            throw FailAtTag(token.Text, token.Line);
        }

        Advance();
        switch (token.Text)
        {
            case "for": return ParseFor(token.Line);
            case "if": return ParseIf(token.Line);
            case "set": return ParseSet(token.Line);
            case "macro": return ParseMacro(token.Line);
            case "call": return ParseCallBlock(token.Line);
            case "filter": return ParseFilterBlock(token.Line);
            case "with": return ParseWith(token.Line);
            case "block": return ParseNamedBlock(token.Line);
            case "autoescape": return new AutoescapeStmt(ParseExpression(), ParseWholeBlock("endautoescape")) { Line = token.Line };
            case "generation": return new GenerationStmt(ParseWholeBlock("endgeneration")) { Line = token.Line };
            case "break": return new LoopControlStmt(Flow.Break) { Line = token.Line };
            case "continue": return new LoopControlStmt(Flow.Continue) { Line = token.Line };
            default: return ParseLoading(token);
        }
    }

    // Everything that jinja2 knows about where a tag is missing or out of place.
    private JinjaException FailAtTag(string? name, int line)
    {
        var looking = _endTags.TryPeek(out var innermost) ? string.Join(" or ", innermost.Select(tag => $"'{tag}'")) : null;
        var message = name is null ? "Unexpected end of template." : $"Encountered unknown tag {PythonText.Repr(name)}.";
        if (looking is not null)
        {
            message += name is not null && _endTags.Any(tags => tags.Contains(name))
                ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {looking}."
                : $" Jinja was looking for the following tags: {looking}.";
        }

        if (_tags.TryPeek(out var open))
            message += $" The innermost block that needs to be closed is {PythonText.Repr(open)}.";
        return Errors.Syntax(message, line);
    }

    private void ParsePrint(List<Stmt> body)
    {
        Advance();
        var first = true;
        while (_current.Kind != TokenKind.BlockEnd)
        {
            if (!first)
                Expect(TokenKind.Comma);
            first = false;
            var output = ParseExpression();
            body.Add(new OutputStmt(output) { Line = output.Line });
        }
    }

    private ForStmt ParseFor(int line)
    {
        var target = ParseTarget();
        ExpectName("in");
        var iterable = ParseTuple(withCondition: false);
        var test = SkipName("if") ? ParseExpression() : null;
        var recursive = SkipName("recursive");
        var body = ParseBlock("endfor", "else");
        var otherwise = Advance().Text == "else" ? ParseWholeBlock("endfor") : [];
        return new ForStmt(target, iterable, test, recursive, body, otherwise) { Line = line, TestTarget = test is null ? null : CopyTarget(target) };
    }

    private IfStmt ParseIf(int line)
    {
        var tests = new List<Expr>();
        var lines = new List<int>();
        var bodies = new List<Stmt[]>();
        while (true)
        {
            lines.Add(tests.Count == 0 ? line : _current.Line);
            tests.Add(ParseTuple(withCondition: false));
            bodies.Add(ParseBlock("elif", "else", "endif"));
            var token = Advance();
            if (token.IsName("elif"))
                continue;
            var otherwise = token.IsName("else") ? ParseWholeBlock("endif") : [];
            return new IfStmt([.. tests], [.. lines], [.. bodies], otherwise) { Line = line };
        }
    }

    private Stmt ParseSet(int line)
    {
        var target = ParseTarget(withNamespace: true);
        if (Skip(TokenKind.Assign))
            return new SetStmt(target, ParseTuple()) { Line = line };
        var filter = _current.Kind == TokenKind.Pipe ? (FilterExpr)ParseFilter(null) : null;
        return new SetBlockStmt(target, filter, ParseWholeBlock("endset")) { Line = line };
    }

    private MacroStmt ParseMacro(int line)
    {
        var name = ParseNameTarget().Name;
        var (parameters, defaults) = ParseSignature();
        return new MacroStmt(name, parameters, defaults, ParseWholeBlock("endmacro")) { Line = line };
    }

    private CallBlockStmt ParseCallBlock(int line)
    {
        var (parameters, defaults) = _current.Kind == TokenKind.LParen ? ParseSignature() : ([], []);
        if (ParseExpression() is not CallExpr call)
            throw Fail("expected call", line);
        return new CallBlockStmt(call, parameters, defaults, ParseWholeBlock("endcall")) { Line = line };
    }

    private (NameExpr[] Parameters, Expr[] Defaults) ParseSignature()
    {
        Expect(TokenKind.LParen);
        var parameters = new List<NameExpr>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var defaults = new List<Expr>();
        while (_current.Kind != TokenKind.RParen)
        {
            if (parameters.Count > 0)
                Expect(TokenKind.Comma);
            var parameter = ParseNameTarget();
            parameter.Use = NameUse.Parameter;
            if (!seen.Add(parameter.Name))
                throw Fail($"duplicate argument {PythonText.Repr(parameter.Name)} in function definition");
            if (Skip(TokenKind.Assign))
                defaults.Add(ParseExpression());
            else if (defaults.Count > 0)
                throw Fail("non-default argument follows default argument");
            parameters.Add(parameter);
        }

        Expect(TokenKind.RParen);
        return ([.. parameters], [.. defaults]);
    }

    private FilterBlockStmt ParseFilterBlock(int line)
    {
        var filter = (FilterExpr)ParseFilter(null, inline: true);
        return new FilterBlockStmt(filter, ParseWholeBlock("endfilter")) { Line = line };
    }

    private WithStmt ParseWith(int line)
    {
        var targets = new List<Expr>();
        var values = new List<Expr>();
        while (_current.Kind != TokenKind.BlockEnd)
        {
            if (targets.Count > 0)
                Expect(TokenKind.Comma);
            var target = ParseTarget();
            Assignment.SetUse(target, NameUse.Parameter);
            Expect(TokenKind.Assign);
            targets.Add(target);
            values.Add(ParseExpression());
        }

        return new WithStmt([.. targets], [.. values], ParseWholeBlock("endwith")) { Line = line };
    }

    private BlockStmt ParseNamedBlock(int line)
    {
        var name = Expect(TokenKind.Name).Text;
        var scoped = SkipName("scoped");
        var required = SkipName("required");
        if (_current.Kind == TokenKind.Sub)
            throw Fail("Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.");
        var body = ParseWholeBlock("endblock");
        if (required && !Array.TrueForAll(body, statement => statement is TextStmt text && PyChar.IsAllSpace(text.Text)))
            throw Fail("Required blocks can only contain comments or whitespace");
        SkipName(name);
        var block = new BlockStmt(name, scoped, required, body) { Line = line };
        return _blocks.TryAdd(name, block) ? block : throw Fail($"block {PythonText.Repr(name)} defined twice", line);
    }

    // Tags that load templates are read as jinja2 reads them; they fail when a render reaches them.
    private LoadingStmt ParseLoading(Token tag)
    {
        var template = ParseExpression();
        var names = new List<string>();
        if (tag.Text == "include" && _current.IsName("ignore") && Look().IsName("missing"))
        {
            Advance();
            Advance();
        }

        if (tag.Text == "import")
        {
            ExpectName("as");
            names.Add(ParseNameTarget().Name);
        }
        else if (tag.Text == "from")
        {
            ExpectName("import");
            do
            {
                if (IsContextClause())
                    break;
                var name = ParseNameTarget().Name;
                if (name.StartsWith('_'))
                    throw Fail("names starting with an underline can not be imported");
                names.Add(SkipName("as") ? ParseNameTarget().Name : name);
            }
            while (!IsContextClause() && Skip(TokenKind.Comma));
        }

        if (tag.Text != "extends" && IsContextClause())
        {
            Advance();
            Advance();
        }

        return new LoadingStmt(tag.Text, template, [.. names]) { Line = tag.Line };

        bool IsContextClause() => (_current.IsName("with") || _current.IsName("without")) && Look().IsName("context");
    }
}
