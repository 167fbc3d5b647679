namespace Clembench.Games.AdventureGame;

/// <summary>Finds the shortest way to carry things to where they belong, by breadth-first search over what matters for it.</summary>
internal static class AdventureSolver
{
    /// <summary>Searches for the fewest commands.</summary>
    /// <param name="start">The world; it is not changed.</param>
    /// <param name="definitions">The kinds of things.</param>
    /// <param name="goals">What is to hold, as things in or on others.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The commands, without the one that ends the adventure; null where there is no way.</returns>
    public static IReadOnlyList<string>? Solve(AdventureWorld start, AdventureDefinitions definitions, IReadOnlyList<Fact> goals, CancellationToken cancellationToken = default)
    {
        var seen = new Dictionary<string, (string? Before, string Command)> { [KeyOf(start, goals)] = (null, "") };
        var open = new Queue<AdventureWorld>([start]);
        while (open.TryDequeue(out var world))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = KeyOf(world, goals);
            if (goals.All(world.Has))
            {
                var commands = new List<string>();
                for (var at = key; seen[at].Before is { } before; at = before)
                    commands.Add(seen[at].Command);
                commands.Reverse();
                return commands;
            }

            foreach (var text in Propose(world, goals))
            {
                var next = world.Copy();
                if (Command.Read(text, definitions, out _) is { } command && ActionResolution.Resolve(next, definitions, command).Failure is null
                    && seen.TryAdd(KeyOf(next, goals), (key, text)))
                {
                    open.Enqueue(next);
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Propose(AdventureWorld world, IReadOnlyList<Fact> goals)
    {
        var room = world.PlayerRoom;
        foreach (var exit in world.ExitsOf(room))
            yield return $"go {world.NameOf(exit)}";
        foreach (var goal in goals.Where(goal => !world.Has(goal)))
        {
            foreach (var container in new[] { goal.Second!, world.SecondOf("in", goal.First) }.OfType<string>())
            {
                if (world.Has(new("closed", container)) && world.Has(new("at", container, room)))
                    yield return $"open {world.NameOf(container)}";
            }

            if (!world.Has(new("at", goal.First, room)) || !world.Has(new("accessible", goal.First)))
                continue;
            if (!world.Has(new("in", goal.First, AdventureWorld.Inventory)))
                yield return $"take {world.NameOf(goal.First)}";
            if (world.Has(new("at", goal.Second!, room)))
                yield return $"put {world.NameOf(goal.First)} {goal.Predicate} {world.NameOf(goal.Second!)}";
        }
    }

    // What differs between worlds on the way: where the player and the things are, and what is open.
    private static string KeyOf(AdventureWorld world, IReadOnlyList<Fact> goals) => string.Join('|', [
        world.PlayerRoom,
        .. goals.Select(goal => world.Has(goal) ? "+" : $"{world.SecondOf("at", goal.First)},{world.Has(new("in", goal.First, AdventureWorld.Inventory))}"),
        .. world.All.Where(one => world.Has(new("open", one)))]);
}
