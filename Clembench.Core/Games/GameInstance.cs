using Clembench.Json;

namespace Clembench.Games;

/// <summary>One configuration of a game to be played: the data that makes this episode differ from others.</summary>
public sealed record GameInstance
{
    /// <summary>The game's name.</summary>
    public required string Game { get; init; }

    /// <summary>The name of the experiment that the instance belongs to.</summary>
    public required string Experiment { get; init; }

    /// <summary>The experiment's place in its file, from 0.</summary>
    public int ExperimentIndex { get; init; }

    /// <summary>The instance's number within its experiment (<c>game_id</c>).</summary>
    public required int InstanceId { get; init; }

    /// <summary>The instance, as read.</summary>
    public required JsonMap Properties { get; init; }

    /// <summary>The experiment without its instances, as read.</summary>
    public required JsonMap ExperimentProperties { get; init; }

    /// <summary>The file that the instance was read from.</summary>
    public string? Source { get; init; }

    /// <summary>A text of the instance that its game cannot do without.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Common.ClemException">The instance has no such text.</exception>
    public string GetText(string key) => Properties.GetOrDefault<string>(key) ?? throw new Common.ClemException(
        "Clem.Instance.Incomplete", Common.ErrorKind.InvalidData,
        $"Instance {InstanceId} of {Game}/{Experiment} has no text '{key}'{(Source is null ? "" : $" ({Source})")}.",
        "Check the instance file: it may belong to another game or another version of it.", this);

    /// <inheritdoc />
    public override string ToString() => $"{Game}/{Experiment}/{InstanceId}";
}
