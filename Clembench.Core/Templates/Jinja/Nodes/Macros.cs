namespace Clembench.Templates.Jinja;

/// <summary>What macros, call blocks and generation blocks have in common: parameters, and a body with variables of its own.</summary>
internal sealed class MacroBody(string? name, NameExpr[] parameters, Expr[] defaults, Stmt[] body)
{
    private ScopeLoads _loads = new([]);
    private Function? _function;
    private int[] _slots = [];
    private int _callerSlot = -1;
    private int _kwargsSlot = -1;
    private int _varargsSlot = -1;
    private int _line;

    public string? Name => name;

    public string[] ParameterNames { get; } = [.. parameters.Select(parameter => parameter.Name)];

    public bool ReadsCaller => _callerSlot >= 0;

    public bool ReadsKwargs => _kwargsSlot >= 0;

    public bool ReadsVarargs => _varargsSlot >= 0;

    public IEnumerable<Node> Children => [.. parameters, .. defaults, .. body];

    public void Resolve(Scope scope, int line)
    {
        StackGuard.Check();
        _line = line;
        var inner = scope.InnerFunction();
        _function = inner.Function;
        var symbols = inner.Symbols;
        foreach (var parameter in parameters)
            parameter.Use = NameUse.Parameter;
        AnalyzeAll(ref symbols);

        var explicitCaller = Array.IndexOf(ParameterNames, "caller");
        if (Node.Reads(body, "caller"))
        {
            if (explicitCaller < 0)
                _callerSlot = symbols.DeclareParameter("caller").Slot;
            else if (explicitCaller < parameters.Length - defaults.Length)
                throw Errors.Syntax("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", line);
        }

        if (Node.Reads(body, "kwargs") && !ParameterNames.Contains("kwargs"))
            _kwargsSlot = symbols.DeclareParameter("kwargs").Slot;
        if (Node.Reads(body, "varargs") && !ParameterNames.Contains("varargs"))
            _varargsSlot = symbols.DeclareParameter("varargs").Slot;

        _slots = [.. parameters.Select(parameter => symbols.Ref(parameter.Name).Slot)];
        for (var i = 0; i < defaults.Length; i++)
            defaults[i] = defaults[i].Resolve(inner);
        Stmt.ResolveAll(body, inner);
        _loads = inner.Symbols.Loads();
    }

    /// <summary>Runs the body with arguments; what it writes goes to the current output.</summary>
    public void Run(Runtime rt, Locals definition, in Args args)
    {
        rt.Enter();
        var line = rt.Line;
        var locals = new Locals(_function!.SlotCount, definition);
        Bind(rt, locals, args);
        var outer = rt.Locals;
        rt.Locals = locals;
        rt.Line = _line;
        _loads.Enter(rt);
        for (var i = 0; i < _slots.Length; i++)
        {
            if (!locals.Slots[_slots[i]].IsMissing)
                continue;
            var place = i - (_slots.Length - defaults.Length);
            locals.Slots[_slots[i]] = place >= 0 ? defaults[place].Eval(rt) : NotProvided(ParameterNames[i]);
        }

        Stmt.Run(rt, body);
        rt.Locals = outer;
        rt.Line = line;
        rt.Leave();
    }

    private static Value NotProvided(string name) => UndefinedObj.Hint($"parameter {PythonText.Repr(name)} was not provided");

    private void Bind(Runtime rt, Locals locals, in Args args)
    {
        var positional = args.Positional;
        var count = Math.Min(positional.Length, _slots.Length);
        for (var i = 0; i < count; i++)
            locals.Slots[_slots[i]] = positional[i];

        rt.Charge((long)args.Names.Length * _slots.Length >> 4);
        TemplateDict? rest = null;
        var callerGiven = false;
        for (var i = 0; i < args.Names.Length; i++)
        {
            var key = args.Names[i];
            var place = Array.IndexOf(ParameterNames, key, count);
            if (place >= 0)
            {
                locals.Slots[_slots[place]] = args.Keywords[i];
                continue;
            }

            if (key == "caller" && _callerSlot >= 0)
            {
                locals.Slots[_callerSlot] = args.Keywords[i];
                callerGiven = true;
                continue;
            }

            if (_kwargsSlot < 0)
                throw Array.IndexOf(args.Names, "caller") >= 0 && _callerSlot < 0
                    ? Errors.Type($"macro {Quoted()} was invoked with two values for the special caller argument. This is most likely a bug.")
                    : Errors.Type($"macro {Quoted()} takes no keyword argument {PythonText.Repr(key)}");
            (rest ??= new TemplateDict(rt)).Set(Value.String(key), args.Keywords[i]);
        }

        if (_callerSlot >= 0 && (!callerGiven || locals.Slots[_callerSlot].IsNone))
            locals.Slots[_callerSlot] = UndefinedObj.Hint("No caller defined");
        if (_kwargsSlot >= 0)
            locals.Slots[_kwargsSlot] = Value.Of(rest ?? new TemplateDict(rt));
        if (_varargsSlot >= 0)
            locals.Slots[_varargsSlot] = Value.Of(new ListObj(positional[count..].ToArray(), tuple: true));
        else if (positional.Length > count)
            throw Errors.Type($"macro {Quoted()} takes not more than {_slots.Length} argument(s)");
    }

    private string Quoted() => name is null ? "None" : PythonText.Repr(name);

    private void AnalyzeAll(ref Symbols symbols)
    {
        foreach (var parameter in parameters)
            parameter.Analyze(ref symbols);
        foreach (var value in defaults)
            value.Analyze(ref symbols);
        foreach (var statement in body)
            statement.Analyze(ref symbols);
    }
}

internal sealed class MacroObj(MacroBody body, Locals definition) : Obj(Kind.Macro)
{
    public override string TypeName => "Macro";

    public override string Module => "jinja2.runtime.";

    public override bool Callable => true;

    public override Value Attribute(Runtime rt, string name) => name switch
    {
        "name" => body.Name is null ? Value.None : Value.String(body.Name),
        "arguments" => Value.Of(new ListObj([.. body.ParameterNames.Select(parameter => Value.String(parameter))], tuple: true)),
        "catch_kwargs" => Value.Bool(body.ReadsKwargs),
        "catch_varargs" => Value.Bool(body.ReadsVarargs),
        "caller" => Value.Bool(body.ReadsCaller),
        "explicit_caller" => Value.Bool(body.ParameterNames.Contains("caller")),
        _ => default,
    };

    public override Value Call(Runtime rt, in Args args)
    {
        var outer = rt.BeginCapture();
        body.Run(rt, definition, args);
        return rt.EndCapture(outer);
    }

    /// <summary>Calls the macro and leaves what it writes in the output.</summary>
    public void WriteTo(Runtime rt, in Args args) => body.Run(rt, definition, args);

    public override string Describe(Runtime rt) => body.Name is null ? "<Macro anonymous>" : $"<Macro {PythonText.Repr(body.Name)}>";
}

internal sealed class MacroStmt : Stmt
{
    private readonly MacroBody _body;
    private readonly NameExpr _target;
    private readonly Exports _exports;

    public MacroStmt(string name, NameExpr[] parameters, Expr[] defaults, Stmt[] body)
    {
        _body = new MacroBody(name, parameters, defaults, body);
        _target = new NameExpr(name) { Use = NameUse.Store };
        _exports = new Exports(_target);
    }

    public override IEnumerable<Node> Children => _body.Children;

    public override void Analyze(ref Symbols symbols) => symbols.Store(_target.Name);

    public override Flow Exec(Runtime rt)
    {
        _target.Set(rt, Value.Of(new MacroObj(_body, rt.Locals)));
        _exports.Publish(rt);
        return Flow.Next;
    }

    public override void Resolve(Scope scope)
    {
        _body.Resolve(scope, Line);
        _target.Resolve(scope);
        _exports.Resolve(scope);
    }
}

/// <summary><c>{% call(x) m() %}…{% endcall %}</c>.</summary>
internal sealed class CallBlockStmt(CallExpr call, NameExpr[] parameters, Expr[] defaults, Stmt[] body) : Stmt
{
    private readonly MacroBody _body = new(null, parameters, defaults, body);

    public override IEnumerable<Node> Children => [call, .. _body.Children];

    public override void Analyze(ref Symbols symbols) => call.Analyze(ref symbols);

    public override Flow Exec(Runtime rt)
    {
        var caller = Value.Of(new MacroObj(_body, rt.Locals));
        rt.Line = Line;
        PythonText.AppendStr(rt, rt.Out, call.Call(rt, "caller", caller));
        return Flow.Next;
    }

    public override void Resolve(Scope scope)
    {
        _body.Resolve(scope, Line);
        call.Resolve(scope);
    }
}

/// <summary><c>{% generation %}…{% endgeneration %}</c>: what the assistant said, for training masks.</summary>
internal sealed class GenerationStmt(Stmt[] body) : Stmt
{
    private readonly MacroBody _body = new(null, [], [], body);

    public override IEnumerable<Node> Children => _body.Children;

    public override void Analyze(ref Symbols symbols)
    {
    }

    public override Flow Exec(Runtime rt)
    {
        var start = rt.Out.Length;
        _body.Run(rt, rt.Locals, new Args([], [], []));
        if (ReferenceEquals(rt.Out, rt.Main))
            (rt.Generations ??= []).Add(new TextSpan(start, rt.Out.Length - start));
        return Flow.Next;
    }

    public override void Resolve(Scope scope) => _body.Resolve(scope, Line);
}

/// <summary><c>{% block x %}</c>: rendered where it stands, since no template extends another here.</summary>
internal sealed class BlockStmt(string name, bool scoped, bool required, Stmt[] body) : Stmt
{
    private ScopeLoads _loads = new([]);
    private Function? _function;
    private Dictionary<string, BlockStmt> _blocks = [];
    private int _selfSlot = -1;
    private int _superSlot = -1;
    private (string Name, int Hops, int Slot)[] _seen = [];

    public string Name => name;

    public bool Scoped => scoped;

    public override IEnumerable<Node> Children => body;

    public override void Analyze(ref Symbols symbols)
    {
    }

    public override void FindUndeclared(HashSet<string> names, HashSet<string> undeclared)
    {
    }

    public override Flow Exec(Runtime rt)
    {
        rt.Line = Line;
        if (required)
            throw Errors.Runtime($"Required block {PythonText.Repr(name)} not found");
        var exported = rt.Exported;
        if (scoped)
        {
            rt.Exported = exported is null ? new(StringComparer.Ordinal) : new(exported, StringComparer.Ordinal);
            foreach (var (variable, hops, slot) in _seen)
            {
                var value = rt.LocalsAt(hops).Slots[slot];
                if (!value.IsMissing)
                    rt.Exported[variable] = value;
            }
        }

        Render(rt);
        rt.Exported = exported;
        return Flow.Next;
    }

    public void Render(Runtime rt)
    {
        rt.Enter();
        var line = rt.Line;
        var outer = rt.Locals;
        rt.Locals = new Locals(_function!.SlotCount, null);
        if (_selfSlot >= 0)
            rt.Locals.Slots[_selfSlot] = Value.Of(new SelfObj(_blocks));
        if (_superSlot >= 0)
            rt.Locals.Slots[_superSlot] = UndefinedObj.Hint($"there is no parent block called {PythonText.Repr(name)}.");
        _loads.Enter(rt);
        Run(rt, body);
        rt.Locals = outer;
        rt.Line = line;
        rt.Leave();
    }

    public override void Resolve(Scope scope)
    {
        StackGuard.Check();
        if (scoped)
            _seen = [.. scope.Symbols.StoresInSight().Select(store => (store.Key, scope.Function.Depth - store.Value.Function.Depth, store.Value.Slot))];

        // A block is a function that sees the context alone.
        _function = scope.Function.Separate();
        var inner = new Scope(new Symbols(null, _function), _function) { Blocks = scope.Blocks };
        var symbols = inner.Symbols;
        _blocks = scope.Blocks ?? [];
        if (Reads(body, "self"))
            _selfSlot = symbols.DeclareParameter("self").Slot;
        if (Reads(body, "super"))
            _superSlot = symbols.DeclareParameter("super").Slot;
        foreach (var statement in body)
            statement.Analyze(ref symbols);
        ResolveAll(body, inner);
        _loads = symbols.Loads();
    }
}

/// <summary>The variable <c>self</c>: the template's blocks.</summary>
internal sealed class SelfObj(Dictionary<string, BlockStmt> blocks) : Obj(Kind.SelfReference)
{
    public override string TypeName => "TemplateReference";

    public override string Module => "jinja2.runtime.";

    public override Value Attribute(Runtime rt, string name) => blocks.TryGetValue(name, out var block)
        ? Value.Of(new Builtin(name, "", (runtime, _) =>
        {
            var outer = runtime.BeginCapture();
            block.Render(runtime);
            return runtime.EndCapture(outer);
        }))
        : default;

    public override string Describe(Runtime rt) => "<TemplateReference None>";
}
