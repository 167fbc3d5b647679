using Clembench.Scoring.Statistics;

namespace Clembench.Scoring.Benchmark;

/// <summary>
/// How two models differ on the same instances of a game, or over all games. Differences are those of <see cref="Difference"/> less
/// <see cref="Reference"/>; a positive one says that the former does better. Intervals are of 95 %, tests are two-sided.
/// </summary>
public sealed record ModelComparison
{
    /// <summary>The model that is compared with.</summary>
    public required string Reference { get; init; }

    /// <summary>The model that is compared.</summary>
    public required string Difference { get; init; }

    /// <summary>The game; <c>all</c> for the macro average over games.</summary>
    public required string Game { get; init; }

    /// <summary>The instances that both models played; repetitions of an instance are averaged.</summary>
    public required int Instances { get; init; }

    /// <summary>The instances that only one of the models has, which nothing here counts.</summary>
    public required int Unpaired { get; init; }

    /// <summary>
    /// The mean difference of the score by instance, from −100 to 100, where an episode without a main score (aborted) counts 0: of
    /// a game it is the difference in Played ÷ 100 × Quality; of <c>all</c>, the mean over games.
    /// </summary>
    public required double MeanDifference { get; init; }

    /// <summary>The lower end of its interval; null where it cannot be told.</summary>
    public double? Low { get; init; }

    /// <summary>The upper end of its interval; null where it cannot be told.</summary>
    public double? High { get; init; }

    /// <summary>
    /// The model that does better: <see cref="Difference"/> where <see cref="MeanDifference"/> is above 0, <see cref="Reference"/> where it is
    /// below; null where it is 0, or chance alone may well explain it (<see cref="PValue"/> of 0.05 or more).
    /// </summary>
    public string? Better => PValue >= 0.05 || MeanDifference == 0 ? null : MeanDifference > 0 ? Difference : Reference;

    /// <summary>How probable a mean difference at least as far from 0 is between models that are alike: a permutation test.</summary>
    public required double PValue { get; init; }

    /// <summary>Whether all permutations were counted, or some drawn.</summary>
    public required TestMethod Method { get; init; }

    /// <summary>Cohen's d of paired differences (d_z): the mean difference ÷ the standard deviation of the differences; null where they do not vary.</summary>
    public double? EffectSize { get; init; }

    /// <summary>The matched-pairs rank-biserial correlation, from −1 to 1; null where no instance differs.</summary>
    public double? RankBiserial { get; init; }

    /// <summary>
    /// How many more instances, with an episode of each model, would show a difference of this size with a probability of
    /// 80 %; 0 where these suffice; null where there is no difference, or no telling.
    /// </summary>
    public long? MoreEpisodes { get; init; }

    /// <summary>The difference of the clemscores on these instances.</summary>
    public double? ClemScore { get; init; }

    /// <summary>The instances on which both models have a main score.</summary>
    public required int QualityInstances { get; init; }

    /// <summary>The mean difference of the main score on these; of <c>all</c>, the mean over games.</summary>
    public double? Quality { get; init; }

    /// <summary>The lower end of its interval.</summary>
    public double? QualityLow { get; init; }

    /// <summary>The upper end of its interval.</summary>
    public double? QualityHigh { get; init; }

    /// <summary>The permutation test of this difference.</summary>
    public double? QualityPValue { get; init; }

    /// <summary>The difference of the episodes played to their end, in percentage points; of <c>all</c>, the mean over games.</summary>
    public double? Played { get; init; }

    /// <summary>The lower end of its interval.</summary>
    public double? PlayedLow { get; init; }

    /// <summary>The upper end of its interval.</summary>
    public double? PlayedHigh { get; init; }

    /// <summary>McNemar's exact test of this difference; with repetitions, or over games, the permutation test that it is a case of.</summary>
    public double? PlayedPValue { get; init; }

    /// <summary>The instances that the reference plays more often to their end.</summary>
    public int PlayedMoreByReference { get; init; }

    /// <summary>The instances that the other model plays more often to their end.</summary>
    public int PlayedMoreByDifference { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Difference} - {Reference} ({Game})";
}
