using Clembench.Scoring.Benchmark;

namespace Clembench.Specifications;

/// <summary>How a specified run went: counts, scores, the comparison with earlier results, and whether it passed.</summary>
public sealed record RunReport
{
    /// <summary>What the run is called.</summary>
    public required string Name { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The results folder, as an absolute path.</summary>
    public required string ResultsPath { get; init; }

    /// <summary>The results that it is compared with, as an absolute path; null for none.</summary>
    public string? BaselinePath { get; init; }

    /// <summary>The episodes of the plan.</summary>
    public required int Total { get; init; }

    /// <summary>Those that were played.</summary>
    public required int Played { get; init; }

    /// <summary>Those that were complete before.</summary>
    public required int Reused { get; init; }

    /// <summary>Those that ended in an error.</summary>
    public required int Failed { get; init; }

    /// <summary>Those that were not started, because a model cannot be loaded.</summary>
    public required int NotStarted { get; init; }

    /// <summary>Those that a limit left over, or that stand there with other settings.</summary>
    public required int Left { get; init; }

    /// <summary>The limit that ended the run, in words; null where none did.</summary>
    public string? Stopped { get; init; }

    /// <summary>What it cost, in the currency of the entries' prices.</summary>
    public required decimal Cost { get; init; }

    /// <summary>The models that cannot be played, each with the reason.</summary>
    public required IReadOnlyList<MissingModel> MissingModels { get; init; }

    /// <summary>What was played of each model and game.</summary>
    public required IReadOnlyList<GameTally> Games { get; init; }

    /// <summary>The leaderboard of the run's episodes.</summary>
    public required IReadOnlyList<BenchmarkRow> Rows { get; init; }

    /// <summary>How each model differs from itself in the results that the run is compared with, on the same instances.</summary>
    public required IReadOnlyList<ModelChange> Changes { get; init; }

    /// <summary>The conditions, each with what was measured.</summary>
    public required IReadOnlyList<ThresholdVerdict> Thresholds { get; init; }

    /// <summary>Whether the run shows nothing that it must not show.</summary>
    public bool Passed => Thresholds.All(verdict => verdict.Passed);

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {(Passed ? "passed" : "not passed")}";
}

/// <summary>A model that a run could not play.</summary>
/// <param name="Model">The model.</param>
/// <param name="Reason">Why, and what to do.</param>
public sealed record MissingModel(string Model, string Reason);

/// <summary>How a model differs from itself in earlier results.</summary>
/// <param name="Model">The model.</param>
/// <param name="Comparison">The paired comparison: its reference are the earlier results.</param>
public sealed record ModelChange(string Model, ModelComparison Comparison);
