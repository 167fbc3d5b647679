namespace Clembench.Templates.Jinja;

internal sealed class ForStmt(Expr target, Expr iterable, Expr? test, bool recursive, Stmt[] body, Stmt[] otherwise) : Stmt
{
    private ScopeLoads _bodyLoads = new([]);
    private ScopeLoads _elseLoads = new([]);
    private ScopeLoads _testLoads = new([]);
    private Expr _iterable = iterable;
    private Expr? _test = test;
    private readonly int _testLine = test?.Line ?? 0;
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
        var line = rt.Line;
        var outer = rt.Locals;
        rt.Locals = new Locals(_function!.SlotCount, definition);
        rt.Line = Line;
        Loop(rt, elements, depth, definition);
        rt.Locals = outer;
        rt.Line = line;
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
        // jinja2 takes a loop for one that ran when a round has come to its end: `break` and `continue` are not that.
        var (entered, ran) = (false, false);
        var flow = Flow.Next;
        if (_test is not null)
            elements = Value.Of(new GeneratorObj(rt, Filtered(rt, elements, rt.Locals), "loop"));

        if (_loopSlot >= 0)
        {
            var loop = new LoopObj(rt, elements, depth, recursive ? this : null, definition);
            while (loop.MoveNext(rt, out var element))
            {
                entered = true;
                rt.Locals.Slots[_loopSlot] = Value.Of(loop);
                flow = RunBody(rt, element);
                ran |= flow == Flow.Next;
                if (flow == Flow.Break)
                    break;
            }
        }
        else if (elements.Ref is ListObj list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                entered = true;
                flow = RunBody(rt, list[i]);
                ran |= flow == Flow.Next;
                if (flow == Flow.Break)
                    break;
            }
        }
        else
        {
            foreach (var element in Ops.Iterate(rt, elements))
            {
                entered = true;
                flow = RunBody(rt, element);
                ran |= flow == Flow.Next;
                if (flow == Flow.Break)
                    break;
            }
        }

        if (entered)
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
        var flow = Run(rt, body);
        // What goes wrong with the next element does so in the tag.
        rt.Line = Line;
        return flow;
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
            var line = rt.Line;
            rt.Line = _testLine;
            var keep = _test!.EvalBool(rt);
            rt.Line = line;
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
