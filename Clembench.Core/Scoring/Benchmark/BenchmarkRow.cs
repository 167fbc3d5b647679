namespace Clembench.Scoring.Benchmark;

/// <summary>What the rows of a leaderboard stand for.</summary>
public enum BenchmarkGrouping
{
    /// <summary>A game of a model.</summary>
    Game,

    /// <summary>An experiment of a game of a model.</summary>
    Experiment,

    /// <summary>All games of a model in one language.</summary>
    Language,

    /// <summary>A model over all games, and nothing below.</summary>
    Model,
}

/// <summary>
/// One row of the leaderboard. Played, Quality and ClemScore are clemcore's numbers, rounded as there; the intervals are of
/// 95 % and of the unrounded numbers.
/// </summary>
public sealed record BenchmarkRow
{
    /// <summary>The model, or the models joined by <c>--</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The game; <c>all</c> for the macro average over games.</summary>
    public required string Game { get; init; }

    /// <summary>The experiment, where rows stand for experiments.</summary>
    public string? Experiment { get; init; }

    /// <summary>The language, where rows stand for languages; empty where the record does not say.</summary>
    public string? Language { get; init; }

    /// <summary>Played ÷ 100 × Quality, from 0 to 100; null where there is no quality.</summary>
    public double? ClemScore { get; init; }

    /// <summary>The lower end of the clemscore's interval; null where it cannot be told.</summary>
    public double? Low { get; init; }

    /// <summary>The upper end of the clemscore's interval; null where it cannot be told.</summary>
    public double? High { get; init; }

    /// <summary>Episodes that were not aborted, in percent; of <c>all</c>, the mean over games.</summary>
    public double? Played { get; init; }

    /// <summary>The lower end of its interval.</summary>
    public double? PlayedLow { get; init; }

    /// <summary>The upper end of its interval.</summary>
    public double? PlayedHigh { get; init; }

    /// <summary>The mean main score of the episodes that have one, from 0 to 100; of <c>all</c>, the mean over games.</summary>
    public double? Quality { get; init; }

    /// <summary>The lower end of its interval; null where it cannot be told.</summary>
    public double? QualityLow { get; init; }

    /// <summary>The upper end of its interval; null where it cannot be told.</summary>
    public double? QualityHigh { get; init; }

    /// <summary>The sample standard deviation of the main score; null for <c>all</c> and for fewer than two scored episodes.</summary>
    public double? QualityDeviation { get; init; }

    /// <summary>The number of scored episodes.</summary>
    public required int Episodes { get; init; }

    /// <summary>The number of different instances among them; fewer than the episodes where instances were repeated.</summary>
    public required int Instances { get; init; }

    /// <summary>
    /// The standard deviation of the main score between repetitions of one instance, pooled over instances; null where no
    /// instance has two scored repetitions.
    /// </summary>
    public double? RepeatDeviation { get; init; }

    /// <summary>Episodes that failed, and so are not among <see cref="Episodes"/>; of <c>all</c>, those of all games.</summary>
    public int Failed { get; init; }

    /// <summary>
    /// Whether ClemScore tells less than it seems to: of <c>all</c>, there are games without any scored episode of the model, or all of
    /// whose episodes were aborted, which clemcore leaves out of the mean of Quality; of a game, all its episodes were aborted.
    /// </summary>
    public bool IsIncomplete { get; init; }

    /// <summary>What there is to know about the row, such as <c>wordle: all 20 aborted; taboo: 5 failed</c>; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the row is a model's over all its games, in all languages.</summary>
    public bool IsTotal => Game == "all" && string.IsNullOrEmpty(Language) && string.IsNullOrEmpty(Experiment);

    /// <inheritdoc />
    public override string ToString() => string.Join('/', new[] { Model, Game, Experiment, Language }.Where(part => !string.IsNullOrEmpty(part)));
}
