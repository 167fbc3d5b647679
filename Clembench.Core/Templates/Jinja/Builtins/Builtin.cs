namespace Clembench.Templates.Jinja;

/// <summary>The arguments of a call.</summary>
internal readonly ref struct Args(ReadOnlySpan<Value> positional, ReadOnlySpan<Value> keywords, string[] names)
{
    public ReadOnlySpan<Value> Positional { get; } = positional;

    public ReadOnlySpan<Value> Keywords { get; } = keywords;

    public string[] Names { get; } = names;
}

/// <summary>A function whose arguments have been put in their places; missing values stand for those that were not given.</summary>
internal delegate Value Body(Runtime rt, ReadOnlySpan<Value> arguments);

/// <summary>A function that takes any arguments.</summary>
internal delegate Value VariadicBody(Runtime rt, Value self, in Args args);

/// <summary>A filter, a test, a method or a global function of Jinja or Python.</summary>
internal sealed class Builtin : Obj
{
    private readonly Body? _body;
    private readonly VariadicBody? _variadic;
    private readonly bool _positionalOnly;

    /// <summary>Creates a function of fixed parameters.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameters">Its parameters: names, with <c>=</c> behind those that may be left out; a last <c>/</c> says that none can be given by name.</param>
    /// <param name="body">What it does.</param>
    public Builtin(string name, string parameters, Body body)
        : base(Kind.Function)
    {
        Name = name;
        _body = body;
        _positionalOnly = parameters.EndsWith(", /", StringComparison.Ordinal);
        Parameters = parameters.Length == 0 ? [] : (_positionalOnly ? parameters[..^3] : parameters).Split(", ");
        Required = Parameters.TakeWhile(parameter => !parameter.EndsWith('=')).Count();
        for (var i = 0; i < Parameters.Length; i++)
            Parameters[i] = Parameters[i].TrimEnd('=');
    }

    public Builtin(string name, VariadicBody body)
        : base(Kind.Function)
    {
        Name = name;
        _variadic = body;
        Parameters = [];
    }

    private Builtin(Builtin method, Value self)
        : base(Kind.Function)
    {
        Name = method.Name;
        _body = method._body;
        _variadic = method._variadic;
        _positionalOnly = method._positionalOnly;
        Parameters = method.Parameters;
        Required = method.Required;
        Self = self;
    }

    public string Name { get; }

    public string[] Parameters { get; }

    public int Required { get; }

    public bool IsVariadic => _variadic is not null;

    /// <summary>What a bound method is called on.</summary>
    public Value Self { get; }

    /// <summary>How functions of classes (<c>dict</c>, <c>namespace</c>) describe themselves.</summary>
    public string? Class { get; init; }

    public override string TypeName => Class is not null ? "type" : Self.IsMissing ? "function" : "builtin_function_or_method";

    public override bool Callable => true;

    public Builtin Bind(in Value self) => new(this, self);

    public bool SameAs(Builtin other) => ReferenceEquals(_body, other._body) && ReferenceEquals(_variadic, other._variadic) && Ops.Same(Self, other.Self);

    public override Value Call(Runtime rt, in Args args) => Invoke(rt, Self, args);

    /// <summary>Calls a method, a filter or a test on a value; a missing value where it is a function of its own.</summary>
    public Value Invoke(Runtime rt, in Value self, in Args args)
    {
        rt.Step();
        if (_variadic is not null)
            return _variadic(rt, self, args);
        if (_positionalOnly && args.Names.Length > 0)
            throw Errors.Type($"{(self.IsString ? "str" : Ops.TypeName(self))}.{Name}() takes no keyword arguments");
        var offset = self.IsMissing ? 0 : 1;
        if (offset == 0 && args.Names.Length == 0 && args.Positional.Length == Parameters.Length)
            return _body!(rt, args.Positional);

        var count = Parameters.Length;
        var at = rt.Reserve(count);
        try
        {
            if (offset == 1)
                rt.Stack[at] = self;
            if (args.Positional.Length > count - offset)
                throw TooMany(args.Positional.Length + offset);
            for (var i = 0; i < args.Positional.Length; i++)
                rt.Stack[at + offset + i] = args.Positional[i];
            for (var i = 0; i < args.Names.Length; i++)
            {
                var place = PlaceOf(args.Names[i]);
                if (place < offset || !rt.Stack[at + place].IsMissing)
                    throw place < offset
                        ? Errors.Type(Parameters[0] == "self"
                            ? $"'{args.Names[i]}' is an invalid keyword argument for {Name}()"
                            : $"{Name}() got an unexpected keyword argument '{args.Names[i]}'")
                        : Errors.Type($"{Name}() got multiple values for argument '{args.Names[i]}'");
                rt.Stack[at + place] = args.Keywords[i];
            }

            for (var i = offset; i < Required; i++)
            {
                if (rt.Stack[at + i].IsMissing)
                    throw MissingArgument(i);
            }

            return _body!(rt, rt.Stack.AsSpan(at, count));
        }
        finally
        {
            rt.Release(at);
        }
    }

    /// <summary>Calls it with arguments that are already in their places.</summary>
    public Value InvokePlaced(Runtime rt, ReadOnlySpan<Value> arguments)
    {
        rt.Step();
        return _body!(rt, arguments);
    }

    public int PlaceOf(string parameter) => Array.IndexOf(Parameters, parameter);

    public JinjaException MissingArgument(int place) => Errors.Type($"{Name}() missing 1 required positional argument: '{Parameters[place]}'");

    public JinjaException TooMany(int given) => Errors.Type(
        $"{Name}() takes {(Required == Parameters.Length ? "" : $"from {Required} to ")}{Parameters.Length} positional argument{(Parameters.Length == 1 ? "" : "s")} but {given} {(given == 1 ? "was" : "were")} given");

    public override string Describe(Runtime rt) => Class is not null
        ? $"<class '{Class}'>"
        : Self.IsMissing ? $"<function {Name} at 0x7f0000000000>" : $"<built-in method {Name} of {Ops.TypeName(Self)} object at 0x7f0000000000>";
}
