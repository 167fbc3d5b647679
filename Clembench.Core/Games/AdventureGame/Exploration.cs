using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>What the player has seen of a world so far.</summary>
internal sealed class Exploration
{
    private readonly HashSet<Fact> _known;
    private readonly HashSet<string> _visited;

    private Exploration(HashSet<Fact> known, HashSet<string> visited)
    {
        _known = known;
        _visited = visited;
    }

    /// <summary>What is seen at the start.</summary>
    public static Exploration Of(AdventureWorld world) => new([.. Perceive(world)], [world.PlayerRoom]);

    /// <summary>A copy, which grows on its own.</summary>
    public Exploration Copy() => new(new(_known), new(_visited));

    /// <summary>Adds what is seen after an action, without what the action ended.</summary>
    /// <param name="world">The world after the action.</param>
    /// <param name="removed">What the action ended.</param>
    /// <param name="action">The action; null where the command was not understood.</param>
    /// <param name="goals">What is to be reached.</param>
    /// <returns>What was learnt, for the record.</returns>
    public JsonMap Track(AdventureWorld world, IReadOnlyList<Fact> removed, ActionDefinition? action, IReadOnlyList<Fact> goals)
    {
        var gained = Perceive(world).Where(fact => !removed.Contains(fact) && !_known.Contains(fact)).ToList();
        _known.UnionWith(gained);
        _known.ExceptWith(removed);
        _visited.Add(world.PlayerRoom);

        var isEpistemic = action?.IsEpistemic ?? false;
        var things = world.Facts.Count(fact => fact.Predicate == "type");
        var rooms = world.Facts.Count(fact => fact.Predicate == "room");
        var known = _known.Where(fact => fact.Predicate == "at").ToList();
        var wanted = goals.SelectMany(goal => new[] { goal.First, goal.Second }).OfType<string>().ToHashSet();
        var knownWanted = known.Where(fact => wanted.Contains(fact.First)).ToList();
        return new([
            new("action_epistemic", isEpistemic),
            new("action_pragmatic", action?.IsPragmatic ?? false),
            .. isEpistemic ? [new("effective_epistemic_gain_facts", ToLists(gained))] : Array.Empty<KeyValuePair<string, object?>>(),
            new("effective_epistemic_gain_amount", isEpistemic ? gained.Count : 0L),
            new("known_entities", ToLists(known)),
            new("known_entities_ratio", (double)known.Count / things),
            new("visited_rooms", _visited.ToArray<object?>()),
            new("visited_rooms_ratio", (double)_visited.Count / rooms),
            new("known_goal_entities", ToLists(knownWanted)),
            new("known_goal_entities_ratio", wanted.Count == 0 ? 0.0 : (double)knownWanted.Count / wanted.Count)]);
    }

    private static object?[] ToLists(IEnumerable<Fact> facts) => [.. facts.Select(fact => (object?)fact.ToList())];

    private static IEnumerable<Fact> Perceive(AdventureWorld world)
    {
        var room = world.PlayerRoom;
        var (visible, carried) = (world.Visible.ToHashSet(), world.Carried.ToHashSet());
        return world.Facts.Where(fact =>
            (fact.Predicate == "at" && fact.First == AdventureWorld.Player)
            || (fact.Predicate == "exit" && fact.First == room)
            || (fact.Predicate is "open" or "closed" or "at" or "in" or "on" && visible.Contains(fact.First))
            || (fact.Predicate is "at" or "in" && carried.Contains(fact.First)));
    }
}
