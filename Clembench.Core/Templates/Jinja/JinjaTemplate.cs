namespace Clembench.Templates.Jinja;

/// <summary>
/// A Jinja template, as jinja2 3.1 renders it with the settings of transformers' chat templates: the immutable sandbox,
/// <c>trim_blocks</c>, <c>lstrip_blocks</c>, loop controls, <c>{% generation %}</c>, <c>raise_exception</c>,
/// <c>strftime_now</c> and the plain <c>tojson</c>. It is parsed once and may be rendered many times, by many threads at once.
/// </summary>
public sealed class JinjaTemplate
{
    private readonly Stmt[] _body;
    private readonly Function _function;
    private readonly ScopeLoads _loads;
    private readonly int _names;
    private readonly int _selfSlot;
    private readonly Dictionary<string, BlockStmt> _blocks;

    private JinjaTemplate(string source, Stmt[] body, Function function, ScopeLoads loads, int names, int selfSlot, Dictionary<string, BlockStmt> blocks)
    {
        Source = source;
        _body = body;
        _function = function;
        _loads = loads;
        _names = names;
        _selfSlot = selfSlot;
        _blocks = blocks;
    }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="limits">How large and deep it may be; those of <see cref="JinjaLimits.Default"/> if not given.</param>
    /// <returns>The template.</returns>
    /// <exception cref="JinjaException">The text is not a template; the exception has the line.</exception>
    public static JinjaTemplate Parse(string source, JinjaLimits? limits = null)
    {
        try
        {
            return ParseWhole(source, limits ?? JinjaLimits.Default);
        }
        catch (Exception e) when (Errors.IsUnforeseen(e))
        {
            throw Errors.Unforeseen("read", e);
        }
    }

    private static JinjaTemplate ParseWhole(string source, JinjaLimits limits)
    {
        if (source.Length > limits.MaxSourceLength)
            throw Errors.Limit($"The template is longer than {limits.MaxSourceLength} characters.");
        var parser = new Parser(source, limits);
        var body = parser.ParseTemplate();
        var blocks = new Dictionary<string, BlockStmt>(parser.Blocks, StringComparer.Ordinal);
        var resolution = new Resolution();
        var function = new Function(null, resolution);
        var scope = new Scope(new Symbols(null, function), function) { TopLevel = true, Blocks = blocks };
        var symbols = scope.Symbols;
        var selfSlot = Node.Reads(body, "self") ? symbols.DeclareParameter("self").Slot : -1;
        foreach (var statement in body)
            statement.Analyze(ref symbols);
        Stmt.ResolveAll(body, scope);
        return new JinjaTemplate(source, body, function, symbols.Loads(), resolution.NameCount, selfSlot, blocks);
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">Its variables: plain values, which are read when the template reads them.</param>
    /// <param name="options">How to render; the defaults if not given.</param>
    /// <param name="cancellationToken">Ends the render.</param>
    /// <returns>The text, and which pieces of it are input.</returns>
    /// <exception cref="JinjaException">The template failed, or refused its input; the exception has the line.</exception>
    /// <exception cref="ArgumentException">A variable is not a plain value.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public JinjaOutput Render(IReadOnlyDictionary<string, object?> variables, JinjaOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var rt = new Runtime(variables, _names, options ?? JinjaOptions.Default, cancellationToken);
        try
        {
            rt.Locals = new Locals(_function.SlotCount, null);
            if (_selfSlot >= 0)
                rt.Locals.Slots[_selfSlot] = Value.Of(new SelfObj(_blocks));
            _loads.Enter(rt);
            Stmt.Run(rt, _body);
            return new JinjaOutput(rt.Main.Text.ToString(), rt.Main.Spans.ToArray(), rt.Generations is null ? [] : rt.Generations.ToArray());
        }
        catch (JinjaException e)
        {
            e.Line ??= rt.Line == 0 ? null : rt.Line;
            throw;
        }
        catch (Exception e) when (Errors.IsUnforeseen(e))
        {
            throw Errors.Unforeseen("rendered", e, rt.Line == 0 ? null : rt.Line);
        }
    }
}
