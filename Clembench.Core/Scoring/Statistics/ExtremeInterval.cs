namespace Clembench.Scoring.Statistics;

/// <summary>
/// Intervals where resampling has nothing to vary: all scores are 100, or all are 0. Of all values between 0 and 1 with a given mean,
/// those that are 0 or 1 vary most, so Wilson's interval of a proportion of 1 or 0 is never too narrow there.
/// </summary>
internal static class ExtremeInterval
{
    /// <summary>The main score of a game's instances: those that have one.</summary>
    /// <param name="clusters">The sums of each instance.</param>
    /// <returns>The mean, from 0 to 1, and the number of instances; null where the game has none and is left out.</returns>
    public static (double Mean, int Count)? Quality(ClusterSums[] clusters)
    {
        var sum = clusters.Aggregate(default(ClusterSums), (all, one) => all + one);
        return sum.Scored > 0 ? (sum.Quality / 100, clusters.Count(one => one.Scored > 0)) : null;
    }

    /// <summary>The score of a game's instances, where an aborted episode counts 0.</summary>
    /// <param name="clusters">The sums of each instance.</param>
    /// <returns>The mean, from 0 to 1, and the number of instances.</returns>
    public static (double Mean, int Count)? ClemScore(ClusterSums[] clusters)
    {
        var sum = clusters.Aggregate(default(ClusterSums), (all, one) => all + one);
        return (sum.Scored > 0 ? sum.PlayedProportion * sum.Quality / 100 : double.NaN, clusters.Length);
    }

    /// <summary>The interval of the mean over games.</summary>
    /// <param name="games">The sums of each instance, of each game.</param>
    /// <param name="measure">What is measured of a game.</param>
    /// <returns>The interval, from 0 to 100; null where a game's mean is neither 0 nor 100.</returns>
    public static Interval? Mean(IReadOnlyList<ClusterSums[]> games, Func<ClusterSums[], (double Mean, int Count)?> measure)
    {
        var measured = games.Select(measure).OfType<(double Mean, int Count)>().ToArray();
        return Array.TrueForAll(measured, game => game.Mean is 0 or 1)
            ? WilsonInterval.OfMean([.. measured.Select(game => (game.Mean, WilsonInterval.Of(game.Mean, game.Count)!.Value))])?.Scale(100)
            : null;
    }
}
