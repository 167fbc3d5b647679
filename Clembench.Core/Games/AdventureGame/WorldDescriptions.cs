namespace Clembench.Games.AdventureGame;

/// <summary>What the player is told of a world.</summary>
internal static class WorldDescriptions
{
    private static readonly string[] States = ["open", "closed"];
    private static readonly string[] Places = ["in", "on"];

    /// <summary>The room that the player is in: what is to be seen, in which state, and where one can go.</summary>
    public static string DescribeRoom(this AdventureWorld world)
    {
        var visible = world.Visible.ToList();
        var sentences = new List<string> { $"You are in the {world.NameOf(world.PlayerRoom)}." };
        if (visible.Count > 0)
            sentences.Add($"You see {List(visible.Select(world.NameOf))}.");
        foreach (var thing in visible)
        {
            var name = world.NameOf(thing);
            foreach (var state in States.Where(state => world.Has(new(state, thing))))
                sentences.Add($"The {name} is {state}.");
            foreach (var place in Places)
            {
                if (world.SecondOf(place, thing) is { } other)
                    sentences.Add($"The {name} is {place} the {world.NameOf(other)}.");
            }
        }

        var exits = world.ExitsOf(world.PlayerRoom).Select(world.NameOf).ToList();
        if (exits.Count > 0)
            sentences.Add($"From here you can go to {List(exits, _ => "the")}.");
        return string.Join(' ', sentences);
    }

    /// <summary>What the player carries.</summary>
    public static string DescribeInventory(this AdventureWorld world) =>
        world.Carried.Any() ? $"You carry {List(world.Carried.Select(world.NameOf))}." : "You carry nothing.";

    /// <summary>What is in a container.</summary>
    public static string DescribeContent(this AdventureWorld world, string container)
    {
        var content = world.Having("in", container).Select(world.NameOf).ToList();
        return content.Count == 0 ? "There is nothing in it." : $"In it you see {List(content)}.";
    }

    /// <summary>What a look at a thing shows.</summary>
    public static string DescribeThing(this AdventureWorld world, string thing)
    {
        if (thing == AdventureWorld.Inventory)
            return world.DescribeInventory();
        var sentences = new List<string> { $"It is {List([world.NameOf(thing)])}." };
        foreach (var state in States.Where(state => world.Has(new(state, thing))))
            sentences.Add($"It can be opened and closed, and is {state}.");
        if (world.Has(new("takeable", thing)))
            sentences.Add("You can take it.");
        foreach (var place in Places)
        {
            if (world.SecondOf(place, thing) is { } other)
                sentences.Add($"It is {place} the {world.NameOf(other)}.");
        }

        if (world.Has(new("container", thing)) && !world.Has(new("closed", thing)))
            sentences.Add(world.DescribeContent(thing));
        var onIt = world.Having("on", thing).Select(world.NameOf).ToList();
        if (world.Has(new("support", thing)))
            sentences.Add(onIt.Count == 0 ? "There is nothing on it." : $"On it you see {List(onIt)}.");
        return string.Join(' ', sentences);
    }

    private static string List(IEnumerable<string> names) =>
        List(names, name => "aeiou".Contains(name[0], StringComparison.Ordinal) ? "an" : "a");

    private static string List(IEnumerable<string> names, Func<string, string> article)
    {
        var all = names.Select(name => $"{article(name)} {name}").ToList();
        return all.Count == 1 ? all[0] : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
