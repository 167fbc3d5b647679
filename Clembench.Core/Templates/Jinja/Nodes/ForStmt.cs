namespace Clembench.Templates.Jinja;

internal sealed class ForStmt(Expr target, Expr iterable, Expr? test, bool recursive, Stmt[] body, Stmt[] otherwise) : Stmt
{
    private ScopeLoads _bodyLoads = new([]);
    private ScopeLoads _elseLoads = new([]);
    private ScopeLoads _testLoads = new([]);
    private Expr _iterable = iterable;
    private Expr? _test = test;
    private Expr? _testTarget;
    private Function? _function;

    // The slot of `loop`, or -1 where nothing reads it.
    private int _loopSlot = -1;

    // A second copy of the target, whose names are those of the test's scope.
    public Expr? TestTarget { get => _testTarget; init => _testTarget = value; }

    public override IEnumerable<Node> Children => _test is null ? [target, _iterable, .. body, .. otherwise] : [target, _iterable, .. body, .. otherwise, _test];

    public override void Analyze(ref Symbols symbols) => _iterable.Analyze(ref symbols);

    public override Flow Exec(Runtime rt)
    {
        rt.Line = Line;
        var elements = _iterable.Eval(rt);
        if (recursive)
        {
            RunRecursive(rt, elements, rt.Locals, 0);
            return Flow.Next;
        }

        return Loop(rt, elements, 0, rt.Locals);
    }

    /// <summary>Goes through elements in a call of its own: what <c>loop(…)</c> does, one level deeper.</summary>
    public void RunRecursive(Runtime rt, in Value elements, Locals definition, int depth)
    {
        rt.Enter();
        var outer = rt.Locals;
        rt.Locals = new Locals(_function!.SlotCount, definition);
        Loop(rt, elements, depth, definition);
        rt.Locals = outer;
        rt.Leave();
    }

    public override void Resolve(Scope scope)
    {
        StackGuard.Check();
        _iterable = _iterable.Resolve(scope);
        var outer = recursive ? scope.InnerFunction() : scope;
        _function = outer.Function;
        var bodyScope = recursive ? new Scope(outer.Symbols, outer.Function) { InLoop = true, Blocks = scope.Blocks } : scope.Inner(inLoop: true);
        if (recursive || Reads(body, "loop") || HasScopedBlock(body))
            _loopSlot = bodyScope.Symbols.DeclareParameter("loop").Slot;
        foreach (var name in Descendants(this).OfType<NameExpr>())
        {
            if (name is { Use: NameUse.Store, Name: "loop" })
                throw Errors.Syntax("Can't assign to special loop variable in for-loop target", name.Line);
        }

        Assignment.SetUse(target, NameUse.Parameter);
        var symbols = bodyScope.Symbols;
        target.Analyze(ref symbols);
        foreach (var statement in body)
            statement.Analyze(ref symbols);

        var parent = recursive ? new Scope(new Symbols(scope.Symbols, outer.Function), outer.Function) { Blocks = scope.Blocks } : scope.Inner();
        var elseScope = parent;
        symbols = elseScope.Symbols;
        foreach (var statement in otherwise)
            statement.Analyze(ref symbols);

        if (_test is not null)
        {
            var testScope = recursive ? new Scope(new Symbols(scope.Symbols, outer.Function), outer.Function) { Blocks = scope.Blocks } : scope.Inner();
            Assignment.SetUse(_testTarget!, NameUse.Parameter);
            symbols = testScope.Symbols;
            _testTarget!.Analyze(ref symbols);
            _test.Analyze(ref symbols);
            Assignment.Resolve(_testTarget, testScope);
            _test = _test.Resolve(testScope);
            _testLoads = testScope.Symbols.Loads();
        }

        Assignment.Resolve(target, bodyScope);
        ResolveAll(body, bodyScope);
        ResolveAll(otherwise, elseScope);
        _bodyLoads = bodyScope.Symbols.Loads();
        _elseLoads = elseScope.Symbols.Loads();
    }

    private Flow Loop(Runtime rt, Value elements, int depth, Locals definition)
    {
        var ran = false;
        var flow = Flow.Next;
        if (_test is not null)
            elements = Value.Of(new GeneratorObj(rt, Filtered(rt, elements, rt.Locals), "loop"));

        if (_loopSlot >= 0)
        {
            var loop = new LoopObj(rt, elements, depth, recursive ? this : null, definition);
            while (loop.MoveNext(rt, out var element))
            {
                ran = true;
                rt.Locals.Slots[_loopSlot] = Value.Of(loop);
                flow = RunBody(rt, element);
                if (flow == Flow.Break)
                    break;
            }
        }
        else if (elements.Ref is ListObj list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                ran = true;
                flow = RunBody(rt, list[i]);
                if (flow == Flow.Break)
                    break;
            }
        }
        else
        {
            foreach (var element in Ops.Iterate(rt, elements))
            {
                ran = true;
                flow = RunBody(rt, element);
                if (flow == Flow.Break)
                    break;
            }
        }

        if (ran)
            _bodyLoads.Leave(rt);
        if (ran || otherwise.Length == 0)
            return Flow.Next;
        _elseLoads.Enter(rt);
        flow = Run(rt, otherwise);
        _elseLoads.Leave(rt);
        return flow;
    }

    private Flow RunBody(Runtime rt, in Value element)
    {
        rt.Step();
        Assignment.Set(rt, target, element);
        _bodyLoads.Enter(rt);
        return Run(rt, body);
    }

    private IEnumerable<Value> Filtered(Runtime rt, Value elements, Locals locals)
    {
        foreach (var element in Ops.Iterate(rt, elements))
        {
            rt.Step();
            // The test belongs to this loop, whoever asks for the next element.
            var outer = rt.Locals;
            rt.Locals = locals;
            _testLoads.Enter(rt);
            Assignment.Set(rt, _testTarget!, element);
            var keep = _test!.EvalBool(rt);
            rt.Locals = outer;
            if (keep)
                yield return element;
        }
    }

    private static bool HasScopedBlock(IEnumerable<Node> nodes) => nodes.SelectMany(Descendants).Any(node => node is BlockStmt { Scoped: true });

    private static IEnumerable<Node> Descendants(Node node)
    {
        var open = new Stack<Node>([node]);
        while (open.TryPop(out var next))
        {
            yield return next;
            foreach (var child in next.Children)
                open.Push(child);
        }
    }
}
