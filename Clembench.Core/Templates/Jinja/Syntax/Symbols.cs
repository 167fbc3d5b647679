namespace Clembench.Templates.Jinja;

/// <summary>The variables of a function (template, macro, block, recursive loop): how many slots they need.</summary>
internal sealed class Function(Function? parent, Resolution resolution)
{
    public Function? Parent { get; } = parent;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public int SlotCount { get; private set; }

    public int NewSlot() => SlotCount++;

    public Resolution Resolution { get; } = resolution;
}

/// <summary>What is known while the names of a template are resolved.</summary>
internal sealed class Resolution
{
    private const long MaxWork = 4_000_000;

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private long _work;

    /// <summary>How many names of the context the template has.</summary>
    public int NameCount => _names.Count;

    /// <summary>The place of a name of the context among all such names of the template.</summary>
    public int PlaceOf(string name)
    {
        if (!_names.TryGetValue(name, out var place))
            _names[name] = place = _names.Count;
        return place;
    }

    /// <summary>Counts what is more than once through the template: names times branches, and nested scopes, which a hostile template makes many.</summary>
    public void CountWork(int nodes)
    {
        if ((_work += nodes) > MaxWork)
            throw Errors.Limit("The template has too much in nested scopes and branches.");
    }
}

/// <summary>A variable: a slot of a function.</summary>
internal sealed record Target(Function Function, int Slot);

internal enum LoadKind
{
    Parameter,
    Resolve,
    Alias,
    Undefined,
}

internal readonly record struct Load(LoadKind Kind, string? Name = null, Target? From = null);

/// <summary>
/// Which variable a name means in a scope: jinja2's own algorithm (idtracking.py), for its scoping has corners that
/// no simpler rule gives.
/// </summary>
internal sealed class Symbols
{
    private readonly Symbols? _parent;
    private readonly Function _function;
    private readonly Dictionary<string, Target> _targets;
    private readonly Dictionary<string, Target> _refs;
    private readonly OrderedDictionary<Target, Load> _loads;
    private readonly HashSet<string> _stores;

    public Symbols(Symbols? parent, Function function)
    {
        _parent = parent;
        _function = function;
        _targets = [];
        _refs = [];
        _loads = [];
        _stores = [];
    }

    private Symbols(Symbols other)
    {
        _parent = other._parent;
        _function = other._function;
        _targets = other._targets;
        _refs = new(other._refs);
        _loads = new(other._loads);
        _stores = [.. other._stores];
    }

    public Symbols Copy()
    {
        _function.Resolution.CountWork(_refs.Count + _loads.Count + _stores.Count);
        return new(this);
    }

    public Target Ref(string name) => FindRef(name) ?? throw new InvalidOperationException($"The name {name} was not analysed.");

    public void Store(string name)
    {
        _stores.Add(name);
        if (_refs.ContainsKey(name))
            return;
        if (_parent?.FindRef(name) is { } outer)
            Define(name, new Load(LoadKind.Alias, From: outer));
        else
            Define(name, new Load(LoadKind.Undefined));
    }

    public Target DeclareParameter(string name)
    {
        _stores.Add(name);
        return Define(name, new Load(LoadKind.Parameter));
    }

    public void LoadName(string name)
    {
        if (FindRef(name) is null)
            Define(name, new Load(LoadKind.Resolve, name));
    }

    /// <summary>Takes over what the branches of an <c>if</c> did.</summary>
    public void UpdateFromBranches(params ReadOnlySpan<Symbols> branches)
    {
        var stores = new OrderedDictionary<string, int>();
        foreach (var branch in branches)
        {
            foreach (var name in branch._stores)
            {
                if (!_stores.Contains(name))
                    stores[name] = stores.GetValueOrDefault(name) + 1;
            }
        }

        foreach (var branch in branches)
        {
            foreach (var (name, target) in branch._refs)
                _refs[name] = target;
            foreach (var (target, load) in branch._loads)
                _loads[target] = load;
            _stores.UnionWith(branch._stores);
        }

        foreach (var (name, count) in stores)
        {
            if (count == branches.Length)
                continue;
            _loads[Ref(name)] = _parent?.FindRef(name) is { } outer
                ? new Load(LoadKind.Alias, From: outer)
                : new Load(LoadKind.Resolve, name);
        }
    }

    /// <summary>All names that are set here and further out, for blocks that see the scope around them.</summary>
    public Dictionary<string, Target> StoresInSight()
    {
        var stores = new Dictionary<string, Target>();
        for (var symbols = this; symbols is not null; symbols = symbols._parent)
        {
            foreach (var name in symbols._stores)
                stores.TryAdd(name, Ref(name));
        }

        return stores;
    }

    /// <summary>What has to be loaded when the scope is entered.</summary>
    public ScopeLoads Loads() => new([.. _loads.Select(load => new ScopeLoads.Entry(
        load.Key.Slot, load.Value.Kind, load.Value.Name, load.Value.From is { } from ? _function.Depth - from.Function.Depth : 0, load.Value.From?.Slot ?? (load.Value.Kind == LoadKind.Resolve ? _function.Resolution.PlaceOf(load.Value.Name!) : 0)))]);

    private Target? FindRef(string name) => _refs.TryGetValue(name, out var target) ? target : _parent?.FindRef(name);

    private Target Define(string name, Load load)
    {
        if (!_targets.TryGetValue(name, out var target))
            _targets[name] = target = new Target(_function, _function.NewSlot());
        _refs[name] = target;
        _loads[target] = load;
        return target;
    }
}

/// <summary>What happens to variables when a scope is entered and left.</summary>
internal sealed class ScopeLoads(ScopeLoads.Entry[] entries)
{
    private readonly Entry[] _work = [.. entries.Where(entry => entry.Kind != LoadKind.Parameter)];

    public void Enter(Runtime rt)
    {
        foreach (ref readonly var entry in _work.AsSpan())
        {
            rt.Locals.Slots[entry.Slot] = entry.Kind switch
            {
                LoadKind.Resolve => rt.Resolve(entry.Name!, entry.From),
                LoadKind.Alias => rt.LocalsAt(entry.Hops).Slots[entry.From],
                _ => default,
            };
        }
    }

    public void Leave(Runtime rt)
    {
        foreach (ref readonly var entry in entries.AsSpan())
            rt.Locals.Slots[entry.Slot] = default;
    }

    internal readonly record struct Entry(int Slot, LoadKind Kind, string? Name, int Hops, int From);
}

/// <summary>Where code stands while names are resolved: jinja2's frame.</summary>
internal sealed class Scope
{
    public Scope(Symbols symbols, Function function)
    {
        Symbols = symbols;
        Function = function;
    }

    private Scope(Scope other)
        : this(other.Symbols, other.Function)
    {
        TopLevel = other.TopLevel;
        InLoop = other.InLoop;
        Blocks = other.Blocks;
    }

    public Symbols Symbols { get; }

    public Function Function { get; }

    /// <summary>Whether names that are set here are seen by blocks.</summary>
    public bool TopLevel { get; init; }

    /// <summary>Inside <c>if</c>: an unknown filter is an error only when it is reached.</summary>
    public bool Soft { get; init; }

    /// <summary>Whether <c>break</c> and <c>continue</c> have a loop here.</summary>
    public bool InLoop { get; init; }

    public Dictionary<string, BlockStmt>? Blocks { get; init; }

    public Scope Inner(bool? inLoop = null) => new(new Symbols(Symbols, Function), Function) { InLoop = inLoop ?? InLoop, Blocks = Blocks };

    public Scope InnerFunction()
    {
        var function = new Function(Function, Function.Resolution);
        return new Scope(new Symbols(Symbols, function), function) { Blocks = Blocks };
    }

    public Scope Softened() => new(this) { Soft = true };
}
