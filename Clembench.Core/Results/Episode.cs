using Clembench.Json;

namespace Clembench.Results;

/// <summary>One game played once: what was played, how it ended, and where its records lie.</summary>
public sealed record Episode
{
    /// <summary>The model, or the models joined by <c>--</c>: the name of the folder that the episode is recorded in.</summary>
    public required string Model { get; init; }

    /// <summary>The game's name.</summary>
    public required string Game { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The instance's number within its experiment.</summary>
    public required int InstanceId { get; init; }

    /// <summary>Which repetition of the instance it is, from 1.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>How the episode ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The main score, from 0 to 100; null where the episode has none: aborted, failed or not scored.</summary>
    public double? MainScore { get; init; }

    /// <summary>All metrics of the episode; empty where it was not scored.</summary>
    public JsonMap Scores { get; init; } = JsonMap.Empty;

    /// <summary>The number of requests that models answered, by the record of the dialogue.</summary>
    public int RequestCount { get; init; }

    /// <summary>
    /// clemcore's metric <c>Request Count</c>, which <c>scores.json</c> and the evaluation's tables have: in some games it counts rounds
    /// or steps of the protocol.
    /// </summary>
    public int ScoredRequestCount { get; init; }

    /// <summary>The number of requests whose response did not have the form asked for (the metric <c>Violated Request Count</c>).</summary>
    public int ViolatedRequestCount { get; init; }

    /// <summary>The number of rounds played.</summary>
    public int Turns { get; init; }

    /// <summary>The number of tokens in all prompts; null where no backend told.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>The number of generated tokens; null where no backend told.</summary>
    public long? CompletionTokens { get; init; }

    /// <summary>What the calls cost, in the currency of the entries' prices (<c>pricing</c>); null where it is not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>From the first event to the last.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The folder of the episode's records, as an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the episode was complete already and was not played again.</summary>
    public bool Reused { get; init; }

    /// <summary>Why the episode failed; null for any other outcome.</summary>
    public string? Error { get; init; }

    /// <summary>What a person can do about the error; null where there is nothing to add, and for an episode that was read from its record.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Model}/{Game}/{Experiment}/{InstanceId}";
}
