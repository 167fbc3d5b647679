using Clembench.Json;
using Clembench.Results;

namespace Clembench.Scoring;

/// <summary>What an episode's interactions are worth by the rules of its game.</summary>
public sealed record EpisodeScore
{
    /// <summary>The model, or the models joined by <c>--</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The game's name.</summary>
    public required string Game { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The instance's number within its experiment.</summary>
    public required int InstanceId { get; init; }

    /// <summary>Which repetition of the instance it is, from 1.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>How the episode ended; an episode that failed is not scored.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The main score, from 0 to 100; null where the episode has none.</summary>
    public double? MainScore { get; init; }

    /// <summary>All metrics of the episode.</summary>
    public JsonMap Scores { get; init; } = JsonMap.Empty;

    /// <summary>The metrics of each round, by the round's number from 0.</summary>
    public IReadOnlyDictionary<int, JsonMap> TurnScores { get; init; } = new Dictionary<int, JsonMap>();

    /// <summary>The folder of the episode's records, as an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>Whether <c>scores.json</c> was written: it was missing, or said something else.</summary>
    public bool Updated { get; init; }

    /// <summary>Why the episode failed; null for any other outcome.</summary>
    public string? Error { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Model}/{Game}/{Experiment}/{InstanceId}";
}
