using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>What the player has seen of a world so far.</summary>
internal sealed class Exploration
{
    // What was known after each action; the last one is what is known.
    private readonly List<HashSet<Fact>> _history;

    private Exploration(HashSet<Fact> seen) => _history = [seen];

    /// <summary>What is seen at the start.</summary>
    public static Exploration Of(AdventureWorld world) => new([.. Perceive(world)]);

    /// <summary>
    /// Goes back to before some actions that were only tried, as clembench does it: where one that failed came after them, the first
    /// of them stays known.
    /// </summary>
    /// <param name="successes">How many of the actions did not fail.</param>
    public void Revert(int successes) => _history.RemoveRange(_history.Count - successes, successes);

    /// <summary>Adds what is seen after an action, without what the action ended.</summary>
    /// <param name="world">The world after the action.</param>
    /// <param name="removed">What the action ended.</param>
    /// <param name="action">The action; null where the command was not understood.</param>
    /// <param name="goals">What is to be reached.</param>
    /// <returns>What was learnt, for the record.</returns>
    public JsonMap Track(AdventureWorld world, IReadOnlyList<Fact> removed, ActionDefinition? action, IReadOnlyList<Fact> goals)
    {
        var before = _history[^1];
        var state = new HashSet<Fact>(before);
        state.UnionWith(Perceive(world));
        state.ExceptWith(removed);
        _history.Add(state);
        var gained = state.Where(fact => !before.Contains(fact)).ToList();

        var isEpistemic = action?.IsEpistemic ?? false;
        var things = world.Facts.Count(fact => fact.Predicate == "type");
        var rooms = world.Facts.Count(fact => fact.Predicate == "room");
        var known = state.Where(fact => fact.Predicate == "at").ToList();
        var visited = _history.SelectMany(facts => facts.Where(fact => fact.Predicate == "at" && fact.First == AdventureWorld.Player)).Select(fact => fact.Second).Distinct().ToList();
        var wanted = goals.SelectMany(goal => new[] { goal.First, goal.Second }).OfType<string>().ToHashSet();
        var knownWanted = known.Where(fact => wanted.Contains(fact.First)).ToList();
        return new([
            new("action_epistemic", isEpistemic),
            new("action_pragmatic", action?.IsPragmatic ?? false),
            .. isEpistemic ? [new("effective_epistemic_gain_facts", ToLists(gained))] : Array.Empty<KeyValuePair<string, object?>>(),
            new("effective_epistemic_gain_amount", isEpistemic ? gained.Count : 0L),
            new("known_entities", ToLists(known)),
            new("known_entities_ratio", (double)known.Count / things),
            new("visited_rooms", visited.ToArray<object?>()),
            new("visited_rooms_ratio", (double)visited.Count / rooms),
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
            || (fact.Predicate is "at" or "in" && carried.Contains(fact.First))).Concat(world.InventoryNumbers);
    }
}
