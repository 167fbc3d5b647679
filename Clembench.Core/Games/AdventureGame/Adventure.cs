using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>An adventure in play: a world, what the player knows of it, and what is to be reached.</summary>
internal sealed class Adventure
{
    private readonly AdventureDefinitions _definitions;
    private readonly IReadOnlyList<Fact> _goals;
    private readonly AdventureWorld _world;
    private readonly Exploration _exploration;

    private Adventure(AdventureDefinitions definitions, IReadOnlyList<Fact> goals, AdventureWorld world, Exploration exploration)
    {
        _definitions = definitions;
        _goals = goals;
        _world = world;
        _exploration = exploration;
    }

    /// <summary>The world as it is.</summary>
    public AdventureWorld World => _world;

    /// <summary>What is to be reached.</summary>
    public IReadOnlyList<Fact> Goals => _goals;

    /// <summary>What of it holds now.</summary>
    public IReadOnlyList<string> Reached => [.. _goals.Where(_world.Has).Select(goal => goal.ToString())];

    /// <summary>Sets up an instance.</summary>
    /// <exception cref="Common.ClemException">The instance or its definitions lack something.</exception>
    public static Adventure Of(GameInstance instance)
    {
        var definitions = AdventureDefinitions.Of(instance);
        var goals = instance.GetTexts("goal_state").Select(text => Fact.Parse(text) ?? throw instance.Lacks("list of facts 'goal_state'")).ToList();
        if (goals.Count == 0)
            throw instance.Lacks("goal in 'goal_state'");
        var world = AdventureWorld.Of(instance, definitions);
        return new(definitions, goals, world, Exploration.Of(world));
    }

    /// <summary>Tries commands one after the other until one fails; the world stays as it is.</summary>
    /// <param name="commands">The commands.</param>
    /// <returns>What came of each that was tried, and what of the goals held after it.</returns>
    public IReadOnlyList<(ActionOutcome Outcome, IReadOnlyList<string> Reached)> Try(IReadOnlyList<string> commands)
    {
        var trial = new Adventure(_definitions, _goals, _world.Copy(), _exploration);
        var outcomes = new List<(ActionOutcome Outcome, IReadOnlyList<string> Reached)>();
        foreach (var command in commands)
        {
            outcomes.Add((trial.Act(command), trial.Reached));
            if (outcomes[^1].Outcome.IsFailed)
                break;
        }

        _exploration.Revert(outcomes.Count(one => !one.Outcome.IsFailed));
        return outcomes;
    }

    /// <summary>Carries out a command.</summary>
    /// <param name="text">The command, such as <c>take the book</c>.</param>
    /// <returns>What came of it.</returns>
    public ActionOutcome Act(string text)
    {
        if (Command.Read(text, _definitions, out var failure) is not { } command)
            return Fail(failure!, null);
        var resolution = ActionResolution.Resolve(_world, _definitions, command);
        if (resolution.Failure is not null)
            return Fail(resolution.Failure, command.Action);
        var isDone = command.Action.Name == "done";
        return new(resolution.Text, IsFailed: false, isDone, new([
            new("action_type", command.Action.Name),
            new("exploration_info", _exploration.Track(_world, resolution.Removed, command.Action, _goals)),
            .. isDone ? [new("done_action", true)] : Array.Empty<KeyValuePair<string, object?>>()]));
    }

    /// <summary>Searches for the fewest commands that reach all goals.</summary>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The commands, without the one that ends the adventure; null where there is no way.</returns>
    public IReadOnlyList<string>? Solve(CancellationToken cancellationToken) => AdventureSolver.Solve(_world, _definitions, _goals, cancellationToken);

    private ActionOutcome Fail(Failure failure, ActionDefinition? action) => new(failure.Text, IsFailed: true, IsDone: false, new([
        new("phase", failure.Phase),
        new("fail_type", failure.Kind),
        new("arg", failure.Argument),
        new("exploration_info", _exploration.Track(_world, [], failure.Phase == Failure.Parsing ? null : action, _goals))]));
}

/// <summary>What came of a command.</summary>
/// <param name="Text">What the player is told.</param>
/// <param name="IsFailed">Whether nothing was done.</param>
/// <param name="IsDone">Whether the player ended the adventure.</param>
/// <param name="Info">What is recorded about it.</param>
internal sealed record ActionOutcome(string Text, bool IsFailed, bool IsDone, JsonMap Info);
