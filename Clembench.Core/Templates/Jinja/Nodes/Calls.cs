namespace Clembench.Templates.Jinja;

/// <summary>The arguments of a call as they are written.</summary>
internal sealed class ArgumentList(Expr[] positional, string[] names, Expr[] keywords, Expr? variadic, Expr? variadicKeywords)
{
    private Expr? _variadic = variadic;
    private Expr? _variadicKeywords = variadicKeywords;

    public static ArgumentList Empty => new([], [], [], null, null);

    public Expr[] Positional { get; } = positional;

    public Expr[] Keywords { get; } = keywords;

    public string[] Names { get; } = names;

    /// <summary>Whether the number and the names of the arguments are known before a render.</summary>
    public bool IsStatic => _variadic is null && _variadicKeywords is null;

    /// <summary>Evaluates the arguments of a call that fails all the same: an error among them comes first.</summary>
    public void EvalAll(Runtime rt)
    {
        foreach (var argument in All)
            argument.Eval(rt);
    }

    public IEnumerable<Expr> All => [.. Positional, .. Keywords, .. new[] { _variadic, _variadicKeywords }.OfType<Expr>()];

    public int Height => All.Select(argument => argument.Height).DefaultIfEmpty().Max();

    public void Resolve(Scope scope)
    {
        for (var i = 0; i < Positional.Length; i++)
            Positional[i] = Positional[i].Resolve(scope);
        for (var i = 0; i < Keywords.Length; i++)
            Keywords[i] = Keywords[i].Resolve(scope);
        _variadic = _variadic?.Resolve(scope);
        _variadicKeywords = _variadicKeywords?.Resolve(scope);
    }

    /// <summary>Evaluates the arguments onto the stack and calls; <paramref name="extra"/> is one more keyword argument.</summary>
    public Value CallWith(Runtime rt, CallTarget target, string? extraName = null, Value extra = default)
    {
        if (!IsStatic || extraName is not null)
            return CallDynamic(rt, target, extraName, extra);
        var count = Positional.Length;
        var at = rt.Reserve(count + Keywords.Length);
        for (var i = 0; i < count; i++)
        {
            var value = Positional[i].Eval(rt);
            rt.Stack[at + i] = value;
        }

        for (var i = 0; i < Keywords.Length; i++)
        {
            var value = Keywords[i].Eval(rt);
            rt.Stack[at + count + i] = value;
        }

        var result = target.Invoke(rt, new Args(rt.Stack.AsSpan(at, count), rt.Stack.AsSpan(at + count, Keywords.Length), Names));
        rt.Release(at);
        return result;
    }

    private Value CallDynamic(Runtime rt, CallTarget target, string? extraName, Value extra)
    {
        rt.Charge(8);
        var values = new List<Value>();
        foreach (var argument in Positional)
            values.Add(argument.Eval(rt));
        if (_variadic is not null)
            values.AddRange(Ops.ToArray(rt, _variadic.Eval(rt)));
        var names = new List<string>(Names);
        var keywords = new List<Value>();
        foreach (var argument in Keywords)
            keywords.Add(argument.Eval(rt));
        if (extraName is not null)
        {
            names.Add(extraName);
            keywords.Add(extra);
        }

        if (_variadicKeywords is not null)
        {
            var more = _variadicKeywords.Eval(rt);
            var seen = new HashSet<string>(names, StringComparer.Ordinal);
            if (more.Ref is not DictObj dict)
                throw Errors.Type($"argument after ** must be a mapping, not {Ops.TypeName(more)}");
            foreach (var (key, value) in dict.Entries())
            {
                rt.Step();
                if (!key.IsString)
                    throw Errors.Type("keywords must be strings");
                if (!seen.Add(key.Text))
                    throw Errors.Type($"got multiple values for keyword argument '{key.Text}'");
                names.Add(key.Text);
                keywords.Add(value);
            }
        }

        return target.Invoke(rt, new Args(values.ToArray(), keywords.ToArray(), [.. names]));
    }
}

/// <summary>What is called: an object, or a method, filter or test on a value.</summary>
internal readonly struct CallTarget(Obj callee, Value self, bool direct = false)
{
    public Value Invoke(Runtime rt, in Args args)
    {
        if (callee is Builtin builtin)
            return builtin.Invoke(rt, self, args);
        rt.Step();
        if (!direct)
            return callee.Call(rt, args);
        ((MacroObj)callee).WriteTo(rt, args);
        return default;
    }
}

internal sealed class CallExpr : Expr
{
    private readonly ArgumentList _arguments;
    private Expr _callee;

    public CallExpr(Expr callee, ArgumentList arguments)
    {
        _callee = callee;
        _arguments = arguments;
        Height = Math.Max(callee.Height, arguments.Height) + 1;
    }

    public override IEnumerable<Node> Children => [_callee, .. _arguments.All];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _callee = _callee.Resolve(scope);
        _arguments.Resolve(scope);
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt) => Call(rt, null, default);

    public override void Write(Runtime rt)
    {
        // A macro that is called to be printed writes where the call stands.
        if (_callee is NameExpr name && name.Eval(rt).Ref is MacroObj macro && _arguments.IsStatic)
        {
            _arguments.CallWith(rt, new CallTarget(macro, default, direct: true));
            return;
        }

        base.Write(rt);
    }

    /// <summary>Calls it, with the body of a call block as <c>caller</c>.</summary>
    public Value Call(Runtime rt, string? extraName, Value extra)
    {
        if (_callee is GetAttrExpr attribute)
        {
            var of = attribute.Of.Eval(rt);
            if (of.Kind != Kind.Namespace && Methods.Find(of, attribute.Name) is { } method && method.Class != "property")
                return _arguments.CallWith(rt, new CallTarget(method, of), extraName, extra);
            return Call(rt, attribute.Get(rt, of), extraName, extra);
        }

        return Call(rt, _callee.Eval(rt), extraName, extra);
    }

    private Value Call(Runtime rt, Value callee, string? extraName, Value extra)
    {
        if (callee.IsString || !callee.Object.Callable)
        {
            _arguments.EvalAll(rt);
            throw callee.IsUndefined ? ((UndefinedObj)callee.Object).Error(rt) : Errors.Type($"'{Ops.TypeName(callee)}' object is not callable");
        }

        var self = callee.Ref is Builtin builtin ? builtin.Self : default;
        return _arguments.CallWith(rt, new CallTarget(callee.Object, self), extraName, extra);
    }
}

/// <summary>A filter or a test: a function whose first argument stands before it.</summary>
internal sealed class FilterExpr : Expr
{
    private readonly string _name;
    private readonly bool _test;
    private readonly ArgumentList _arguments;
    private Expr? _of;
    private Builtin? _function;

    // For each place of the function: the argument that goes there, or null.
    private Expr?[]? _places;

    // `content | trim`: what nearly every chat template writes.
    private bool _isTrim;

    public FilterExpr(Expr? of, string name, bool test, ArgumentList arguments)
    {
        _of = of;
        _name = name;
        _test = test;
        _arguments = arguments;
        Height = Math.Max(of?.Height ?? 0, arguments.Height) + 1;
    }

    public override IEnumerable<Node> Children => _of is null ? _arguments.All : [_of, .. _arguments.All];

    public override Expr Resolve(Scope scope)
    {
        StackGuard.Check();
        _function = _test ? Tests.Find(_name) : Filters.Find(_name);
        if (_function is null && !scope.Soft)
            throw Errors.Syntax($"No {(_test ? "test" : "filter")} named {PythonText.Repr(_name)}.", Line);
        _of = _of?.Resolve(scope);
        _arguments.Resolve(scope);
        _places = PlaceArguments();
        _isTrim = !_test && _name == "trim" && _arguments.IsStatic && _arguments.Positional.Length + _arguments.Keywords.Length == 0;
        return Guards.Wrap(this);
    }

    public override Value Eval(Runtime rt) => Apply(rt, _of is null ? default : _of.Eval(rt));

    public override void Write(Runtime rt)
    {
        if (!TryAppend(rt, rt.Out, out var value))
            PythonText.AppendStr(rt, rt.Out, value);
    }

    /// <inheritdoc />
    public override bool TryAppend(Runtime rt, TextBuilder text, out Value value)
    {
        if (!_isTrim || _of is null)
        {
            value = Eval(rt);
            return false;
        }

        value = _of.Eval(rt);
        if (!value.IsString || value.IsMarkup)
        {
            value = Apply(rt, value);
            return false;
        }

        rt.Step();
        var (start, end) = Methods.StripSpace(rt, value.Text, left: true, right: true);
        text.Append(rt, value, start, end - start);
        return true;
    }

    /// <summary>For filter blocks: the first filter of the chain gets the block's text.</summary>
    public Value EvalWith(Runtime rt, Value text) => Apply(
        rt, (_of is GuardExpr guard ? guard.Inner : _of) is FilterExpr inner ? inner.EvalWith(rt, text) : _of is null ? text : _of.Eval(rt));

    private Value Apply(Runtime rt, in Value of)
    {
        if (_function is null)
        {
            _arguments.EvalAll(rt);
            throw Errors.Runtime($"No {(_test ? "test" : "filter")} named {PythonText.Repr(_name)} found.");
        }

        if (_places is null)
            return _arguments.CallWith(rt, new CallTarget(_function, of));

        var at = rt.Reserve(_places.Length);
        rt.Stack[at] = of;
        for (var i = 1; i < _places.Length; i++)
        {
            if (_places[i] is not { } argument)
                continue;
            var value = argument.Eval(rt);
            rt.Stack[at + i] = value;
        }

        var result = _function.InvokePlaced(rt, rt.Stack.AsSpan(at, _places.Length));
        rt.Release(at);
        return result;
    }

    // Puts the arguments in their places now; null where that must wait for the call (which then finds the error).
    private Expr?[]? PlaceArguments()
    {
        if (_function is null || _function.IsVariadic || !_arguments.IsStatic || _arguments.Positional.Length > _function.Parameters.Length - 1)
            return null;
        var places = new Expr?[_function.Parameters.Length];
        _arguments.Positional.CopyTo(places, 1);
        for (var i = 0; i < _arguments.Names.Length; i++)
        {
            var place = _function.PlaceOf(_arguments.Names[i]);
            if (place < 1 || places[place] is not null)
                return null;
            places[place] = _arguments.Keywords[i];
        }

        for (var i = 1; i < _function.Required; i++)
        {
            if (places[i] is null)
                return null;
        }

        return places;
    }
}
