namespace Clembench.Games.AdventureGame;

/// <summary>What holds in an adventure at a time.</summary>
internal sealed class AdventureWorld
{
    public const string Player = "player1";
    public const string Inventory = "inventory";

    private readonly AdventureDefinitions _definitions;
    private readonly IReadOnlyDictionary<string, string> _types;
    private readonly IReadOnlyList<string> _order;
    private readonly HashSet<Fact> _facts;
    private readonly Dictionary<Fact, long> _numbers;

    private AdventureWorld(
        AdventureDefinitions definitions, IReadOnlyDictionary<string, string> types, IReadOnlyList<string> order, HashSet<Fact> facts, Dictionary<Fact, long> numbers)
    {
        _definitions = definitions;
        _types = types;
        _order = order;
        _facts = facts;
        _numbers = numbers;
    }

    /// <summary>What holds.</summary>
    public IReadOnlySet<Fact> Facts => _facts;

    /// <summary>The rooms and things, in the instance's order.</summary>
    public IReadOnlyList<string> All => _order;

    /// <summary>The room that the player is in.</summary>
    public string PlayerRoom => SecondOf("at", Player)!;

    /// <summary>The things that the player carries.</summary>
    public IEnumerable<string> Carried => Having("in", Inventory);

    /// <summary>Sets up the world of an instance.</summary>
    /// <exception cref="Common.ClemException">The instance's state is not one of a world.</exception>
    public static AdventureWorld Of(GameInstance instance, AdventureDefinitions definitions)
    {
        var stated = new List<Fact>();
        foreach (var text in instance.GetTexts("initial_state"))
            stated.Add(Fact.Parse(text) ?? throw instance.Lacks($"fact of the form 'on(book1,table1)' in place of '{text}'"));
        var facts = stated.ToHashSet();

        // What follows from the kinds of rooms and things; instances made by hand may leave it out.
        foreach (var room in stated.Where(fact => fact.Predicate == "room").Select(fact => fact.First))
        {
            facts.Add(new("type", $"{room}floor1", "floor"));
            facts.Add(new("at", $"{room}floor1", room));
        }

        var kinds = facts.Where(fact => fact.Predicate is "type" or "room" && fact.Second is not null).ToList();
        foreach (var kind in kinds.Where(fact => fact.Predicate == "type"))
        {
            if (!definitions.Surfaces.ContainsKey(kind.Second!))
                throw instance.Lacks($"definition of '{kind.Second}'");
            foreach (var trait in definitions.Traits.GetValueOrDefault(kind.Second!) ?? [])
                facts.Add(new(trait, kind.First));
        }

        var types = kinds.GroupBy(fact => fact.First).ToDictionary(group => group.Key, group => group.First().Second!, StringComparer.Ordinal);
        AdventureWorld world = new(definitions, types, [.. kinds.Select(fact => fact.First).Distinct()], facts, []);
        if (world.SecondOf("at", Player) is not { } start || !facts.Any(fact => fact.Predicate == "room" && fact.First == start))
            throw instance.Lacks($"room that '{Player}' is at");
        world.MakeAccessible();
        world.Add(new("accessible", Inventory));
        foreach (var (name, type) in definitions.Numbers)
        {
            foreach (var one in world.All.Where(one => world._types[one] == type).Append(type).Where(one => one == Inventory || one != type))
                world.SetNumber(new(name, one), 0);
        }

        return world;
    }

    /// <summary>A copy, which changes on its own.</summary>
    public AdventureWorld Copy() => new(_definitions, _types, _order, new(_facts), new(_numbers));

    /// <summary>Whether something holds.</summary>
    public bool Has(Fact fact) => _facts.Contains(fact);

    /// <summary>Makes something hold.</summary>
    public void Add(Fact fact) => _facts.Add(fact);

    /// <summary>Makes something hold no longer.</summary>
    public void Remove(Fact fact) => _facts.Remove(fact);

    /// <summary>A number that the world keeps, such as how many things are carried; 0 at first.</summary>
    public long NumberOf(Fact fact) => _numbers.GetValueOrDefault(fact);

    /// <summary>The numbers that are kept for what the player carries, as facts.</summary>
    public IEnumerable<Fact> InventoryNumbers =>
        _numbers.Where(number => number.Key.First == Inventory).Select(number => number.Key with { Second = $"{number.Value}" });

    /// <summary>Sets a number that the world keeps.</summary>
    public void SetNumber(Fact fact, long value) => _numbers[fact] = value;

    /// <summary>The type of a room or thing; null where there is none.</summary>
    public string? TypeOf(string instance) => _types.GetValueOrDefault(instance);

    /// <summary>
    /// The room or thing of a type, rather one in the player's room (there is a floor in each); the type itself where the
    /// world has none, for which nothing holds.
    /// </summary>
    public string Find(string type)
    {
        var room = PlayerRoom;
        return _order.Where(one => _types[one] == type).OrderByDescending(one => _facts.Contains(new("at", one, room))).FirstOrDefault() ?? type;
    }

    /// <summary>What a room or thing is called.</summary>
    public string NameOf(string instance)
    {
        var type = TypeOf(instance) ?? instance;
        var adjectives = _facts.Where(fact => fact.Predicate == "adj" && fact.First == instance).Select(fact => fact.Second);
        return string.Join(' ', adjectives.Append(_definitions.Surfaces.GetValueOrDefault(type, type)));
    }

    /// <summary>What a thing is at, on, in; null where it is nowhere.</summary>
    public string? SecondOf(string predicate, string first)
    {
        foreach (var fact in _facts)
        {
            if (fact.First == first && fact.Predicate == predicate)
                return fact.Second;
        }

        return null;
    }

    /// <summary>The things that are at, on, in something, in the instance's order.</summary>
    public IEnumerable<string> Having(string predicate, string second) => _order.Where(one => _facts.Contains(new(predicate, one, second)));

    /// <summary>The rooms that one can go to from a room.</summary>
    public IEnumerable<string> ExitsOf(string room) => _order.Where(one => _facts.Contains(new("exit", room, one)));

    /// <summary>The things in the player's room that can be seen: none in closed containers, none that are carried.</summary>
    public IEnumerable<string> Visible => Having("at", PlayerRoom)
        .Where(thing => thing != Player && !_definitions.Hidden.Contains(_types[thing])
            && (SecondOf("in", thing) is not { } container || (container != Inventory && !_facts.Contains(new("closed", container)))));

    private void MakeAccessible()
    {
        foreach (var thing in _order.Where(one => _types[one] is not ("floor" or "player")).ToList())
        {
            var needsSupport = _facts.Contains(new("needs_support", thing));
            var container = SecondOf("in", thing);
            if (needsSupport && container is null && SecondOf("on", thing) is null && SecondOf("at", thing) is { } room)
                _facts.Add(new("on", thing, $"{room}floor1"));
            if (!needsSupport || SecondOf("on", thing) is not null || container == Inventory
                || (container is not null && _facts.Contains(new("open", container))))
            {
                _facts.Add(new("accessible", thing));
            }
        }
    }
}
