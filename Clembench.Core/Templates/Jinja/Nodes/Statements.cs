namespace Clembench.Templates.Jinja;

internal sealed class TextStmt(string text) : Stmt
{
    public string Text => text;

    public override Flow Exec(Runtime rt)
    {
        rt.Out.Append(text);
        return Flow.Next;
    }

    public override void Resolve(Scope scope)
    {
    }
}

internal sealed class OutputStmt(Expr expr) : Stmt
{
    private Expr _expr = expr;

    public override IEnumerable<Node> Children => [_expr];

    public override Flow Exec(Runtime rt)
    {
        rt.Line = Line;
        _expr.Write(rt);
        return Flow.Next;
    }

    public override void Resolve(Scope scope) => _expr = _expr.Resolve(scope);
}

internal sealed class IfStmt(Expr[] tests, int[] lines, Stmt[][] bodies, Stmt[] otherwise) : Stmt
{
    public override IEnumerable<Node> Children => [.. tests, .. bodies.SelectMany(body => body), .. otherwise];

    public override Flow Exec(Runtime rt)
    {
        for (var i = 0; i < tests.Length; i++)
        {
            rt.Line = lines[i];
            if (tests[i].EvalBool(rt))
                return Run(rt, bodies[i]);
        }

        return otherwise.Length == 0 ? Flow.Next : Run(rt, otherwise);
    }

    public override void Analyze(ref Symbols symbols)
    {
        // As jinja2 does: the branches of `elif` are one branch, in which each is an `if` of its own.
        StackGuard.Check();
        tests[0].Analyze(ref symbols);
        var body = AnalyzeBranch(symbols, bodies[0]);
        var elifs = symbols.Copy();
        for (var i = 1; i < tests.Length; i++)
        {
            tests[i].Analyze(ref elifs);
            var branch = AnalyzeBranch(elifs, bodies[i]);
            elifs.UpdateFromBranches(branch, elifs.Copy(), elifs.Copy());
        }

        symbols.UpdateFromBranches(body, elifs, AnalyzeBranch(symbols, otherwise));
    }

    public override void Resolve(Scope scope)
    {
        StackGuard.Check();
        var soft = scope.Softened();
        for (var i = 0; i < tests.Length; i++)
        {
            tests[i] = tests[i].Resolve(soft);
            ResolveAll(bodies[i], soft);
        }

        ResolveAll(otherwise, soft);
    }

    private static Symbols AnalyzeBranch(Symbols symbols, Stmt[] body)
    {
        var branch = symbols.Copy();
        foreach (var statement in body)
            statement.Analyze(ref branch);
        return branch;
    }
}

/// <summary><c>{% filter x %}…{% endfilter %}</c>.</summary>
internal sealed class FilterBlockStmt(FilterExpr filter, Stmt[] body) : Stmt
{
    private readonly CapturedBody _body = new(body, filter);

    public override IEnumerable<Node> Children => [.. body, filter];

    public override void Analyze(ref Symbols symbols) => filter.Analyze(ref symbols);

    public override Flow Exec(Runtime rt)
    {
        var flow = _body.Capture(rt, Line, out var text);
        if (flow == Flow.Next && !text.IsString)
            throw Errors.Type($"sequence item 0: expected str instance, {Ops.TypeName(text)} found");
        if (flow == Flow.Next)
            rt.Out.Append(rt, text);
        return flow;
    }

    public override void Resolve(Scope scope) => _body.Resolve(scope);
}

/// <summary>Statements in a scope of their own.</summary>
internal sealed class ScopedBody(Stmt[] body)
{
    private ScopeLoads _loads = new([]);

    public void Enter(Runtime rt) => _loads.Enter(rt);

    public Flow Run(Runtime rt) => Stmt.Run(rt, body);

    public void Leave(Runtime rt) => _loads.Leave(rt);

    /// <summary>Opens the scope and tells it the names of the body and of what belongs to it.</summary>
    public Scope Open(Scope scope, ReadOnlySpan<Expr> before, Expr? after = null)
    {
        StackGuard.Check();
        var inner = scope.Inner();
        var symbols = inner.Symbols;
        foreach (var expr in before)
            expr.Analyze(ref symbols);
        foreach (var statement in body)
            statement.Analyze(ref symbols);
        after?.Analyze(ref symbols);
        return inner;
    }

    /// <summary>Resolves the body in the scope that was opened.</summary>
    public void Resolve(Scope inner)
    {
        Stmt.ResolveAll(body, inner);
        _loads = inner.Symbols.Loads();
    }
}

/// <summary>Statements whose output is taken as a string, in a scope of their own.</summary>
internal sealed class CapturedBody(Stmt[] body, FilterExpr? filter)
{
    private readonly ScopedBody _body = new(body);

    public Flow Capture(Runtime rt, int line, out Value text)
    {
        _body.Enter(rt);
        var outer = rt.BeginCapture();
        var flow = _body.Run(rt);
        text = rt.EndCapture(outer);
        rt.Line = line;
        if (filter is not null && flow == Flow.Next)
            text = filter.EvalWith(rt, text);
        _body.Leave(rt);
        return flow;
    }

    public void Resolve(Scope scope)
    {
        // jinja2 fails on a set block's filter that uses a name of its own; it is resolved in the block's scope here.
        var inner = _body.Open(scope, [], filter);
        _body.Resolve(inner);
        filter?.Resolve(inner);
    }
}

internal sealed class WithStmt(Expr[] targets, Expr[] values, Stmt[] body) : Stmt
{
    private readonly ScopedBody _body = new(body);

    public override IEnumerable<Node> Children => [.. targets, .. values, .. body];

    public override void Analyze(ref Symbols symbols)
    {
        foreach (var value in values)
            value.Analyze(ref symbols);
    }

    public override Flow Exec(Runtime rt)
    {
        rt.Line = Line;
        _body.Enter(rt);
        for (var i = 0; i < targets.Length; i++)
        {
            var value = values[i].Eval(rt);
            Assignment.Set(rt, targets[i], value);
        }

        var flow = _body.Run(rt);
        _body.Leave(rt);
        return flow;
    }

    public override void Resolve(Scope scope)
    {
        var inner = _body.Open(scope, targets);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = values[i].Resolve(scope);
            Assignment.Resolve(targets[i], inner);
        }

        _body.Resolve(inner);
    }
}

/// <summary><c>{% autoescape false %}</c>: a scope and nothing else, since escaping is off in chat templates.</summary>
internal sealed class AutoescapeStmt(Expr on, Stmt[] body) : Stmt
{
    private readonly ScopedBody _body = new(body);
    private Expr _on = on;

    public override IEnumerable<Node> Children => [_on, .. body];

    public override void Analyze(ref Symbols symbols)
    {
    }

    public override Flow Exec(Runtime rt)
    {
        _body.Enter(rt);
        if (_on.EvalBool(rt))
            throw Errors.Unsupported("Chat templates are text: automatic HTML escaping is not supported.", Line);
        var flow = _body.Run(rt);
        _body.Leave(rt);
        return flow;
    }

    public override void Resolve(Scope scope)
    {
        var inner = _body.Open(scope, [_on]);
        _on = _on.Resolve(inner);
        _body.Resolve(inner);
    }
}

/// <summary><c>{% break %}</c> and <c>{% continue %}</c>.</summary>
internal sealed class LoopControlStmt(Flow flow) : Stmt
{
    public override Flow Exec(Runtime rt) => flow;

    public override void Resolve(Scope scope)
    {
        if (!scope.InLoop)
            throw Errors.Syntax(flow == Flow.Break ? "'break' outside loop" : "'continue' not properly in loop", Line);
    }
}

/// <summary>A statement that loads another template, which chat templates have none of.</summary>
internal sealed class LoadingStmt(string tag, Expr? template, string[] names) : Stmt
{
    private Expr? _template = template;

    public override IEnumerable<Node> Children => _template is null ? [] : [_template];

    public override void Analyze(ref Symbols symbols)
    {
        base.Analyze(ref symbols);
        foreach (var name in names)
            symbols.Store(name);
    }

    public override Flow Exec(Runtime rt) =>
        throw Errors.Unsupported($"'{tag}' loads another template: a chat template stands alone.", Line);

    public override void Resolve(Scope scope) => _template = _template?.Resolve(scope);
}
