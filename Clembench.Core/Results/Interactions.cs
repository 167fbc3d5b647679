using Clembench.Json;

namespace Clembench.Results;

/// <summary>The record of an episode's dialogue: the content of <c>interactions.json</c>.</summary>
public sealed record Interactions
{
    /// <summary>What the episode is.</summary>
    public required InteractionsMeta Meta { get; init; }

    /// <summary>The models that were given, with how they generated, as recorded (<c>player_models</c>).</summary>
    public JsonMap PlayerModels { get; init; } = JsonMap.Empty;

    /// <summary>The participants, the game master first.</summary>
    public required IReadOnlyList<PlayerInfo> Players { get; init; }

    /// <summary>The events of each round (<c>turns</c>).</summary>
    public required IReadOnlyList<IReadOnlyList<InteractionEvent>> Rounds { get; init; }

    /// <summary>What the game logged at the top of the record.</summary>
    public JsonMap Keys { get; init; } = JsonMap.Empty;

    /// <summary>All events, in order.</summary>
    public IEnumerable<InteractionEvent> Events => Rounds.SelectMany(round => round);
}

/// <summary>What an episode is (<c>meta</c>).</summary>
/// <param name="Game">The game's name.</param>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="InstanceId">The instance's number.</param>
/// <param name="ResultsFolder">The name of the model folder that the episode was recorded in.</param>
/// <param name="Version">The version of the framework that recorded it.</param>
public sealed record InteractionsMeta(string Game, string Experiment, int InstanceId, string ResultsFolder, string Version)
{
    /// <summary>The number of rounds played.</summary>
    public int? RoundCount { get; init; }

    /// <summary>Whether the game master ended the episode; null when it was cut short.</summary>
    public bool? Completed { get; init; }
}

/// <summary>A participant of an episode.</summary>
/// <param name="Name">The name in the record: <c>GM</c>, <c>Player 1</c>, ….</param>
/// <param name="Role">The role in the game.</param>
/// <param name="Model">The name of the model; <see cref="Programmatic"/> where the game plays the role itself.</param>
public sealed record PlayerInfo(string Name, string Role, string Model)
{
    /// <summary>What stands in records in place of a model where the game plays a role itself.</summary>
    public const string Programmatic = "programmatic";

    /// <summary>Whether the game plays the role itself.</summary>
    public bool IsProgrammatic => Model == Programmatic;
}
