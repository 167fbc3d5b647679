namespace Clembench.Scoring.Statistics;

/// <summary>
/// Bootstrap intervals of Quality, of the clemscore, and of their means over games. Instances are drawn with replacement
/// within each game, each with all its repetitions, because repetitions of an instance are no new instances (A. C. Davison
/// and D. V. Hinkley, "Bootstrap Methods and their Application", 1997, sections 3.2 and 3.8).
/// <para>
/// The ends are percentiles of the resampled statistic. Plain percentiles are too narrow for few instances: resampling
/// divides by n where n − 1 is due, and a normal tail stands where Student's is. So the levels are widened to
/// Φ(±t √(n ÷ (n − 1))) (T. C. Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69(4),
/// 2015, "expanded percentile"). For means over games, n ÷ (n − 1) is weighted by each game's part of the variance, and the
/// degrees of freedom are Welch and Satterthwaite's.
/// </para>
/// </summary>
internal sealed class ClusterBootstrap
{
    private readonly int _resamples;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Prepares it.</summary>
    /// <param name="resamples">How often the instances are drawn anew.</param>
    /// <param name="cancellationToken">Stops the drawing.</param>
    public ClusterBootstrap(int resamples, CancellationToken cancellationToken) => (_resamples, _cancellationToken) = (resamples, cancellationToken);

    /// <summary>Draws the instances of a game.</summary>
    /// <param name="clusters">The sums of each instance.</param>
    /// <param name="random">Random numbers of the game's own.</param>
    /// <returns>The game's statistics in each draw.</returns>
    public Resampled Draw(ClusterSums[] clusters, SeededRandom random)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var played = new double[_resamples];
        var quality = new double[_resamples];
        for (var draw = 0; draw < _resamples; draw++)
        {
            double known = 0, finished = 0, scored = 0, score = 0;
            for (var i = 0; i < clusters.Length; i++)
            {
                ref readonly var cluster = ref clusters[random.Next(clusters.Length)];
                known += cluster.Known;
                finished += cluster.Played;
                scored += cluster.Scored;
                score += cluster.Score;
            }

            (played[draw], quality[draw]) = (finished / known, score / scored);
        }

        return new Resampled(clusters, played, quality);
    }

    /// <summary>The interval of the mean quality over games.</summary>
    /// <param name="games">The games, each drawn.</param>
    /// <returns>The interval on the scale of the scores; null where nothing varies, so that nothing can be said.</returns>
    public Interval? Quality(IReadOnlyList<Resampled> games) => Of(games, (_, quality) => quality, (_, _) => (0, 1));

    /// <summary>The interval of the clemscore: the mean proportion played × the mean quality over games.</summary>
    /// <param name="games">The games, each drawn.</param>
    /// <returns>The interval; null where nothing varies, so that nothing can be said.</returns>
    public Interval? ClemScore(IReadOnlyList<Resampled> games) =>
        Of(games, (played, quality) => played * quality, (played, quality) => (quality, played));

    // The statistic is a function of the two means over games; its derivatives say how much each instance weighs in it.
    private Interval? Of(
        IReadOnlyList<Resampled> games, Func<double, double, double> statistic, Func<double, double, (double ByPlayed, double ByQuality)> derivatives)
    {
        var level = Level(games, derivatives);
        if (level is null)
            return null;

        var values = new double[_resamples];
        for (var draw = 0; draw < _resamples; draw++)
            values[draw] = statistic(MeanOver(games, game => game.Played[draw]), MeanOver(games, game => game.Quality[draw]));
        // A draw in which no game has a score says nothing.
        var sorted = Array.FindAll(values, double.IsFinite);
        if (sorted.Length < 2)
            return null;
        Array.Sort(sorted);
        return new Interval(Quantile(sorted, level.Value), Quantile(sorted, 1 - level.Value));
    }

    private static double? Level(IReadOnlyList<Resampled> games, Func<double, double, (double ByPlayed, double ByQuality)> derivatives)
    {
        var totals = games.Select(game => game.Clusters.Aggregate(default(ClusterSums), (sum, one) => sum + one)).ToArray();
        var (byPlayed, byQuality) = derivatives(
            MeanOver(totals, total => total.PlayedProportion), MeanOver(totals, total => total.Quality));
        double playable = totals.Count(total => total.Known > 0), scorable = totals.Count(total => total.Scored > 0);

        double variance = 0, shrunken = 0, squares = 0;
        for (var g = 0; g < totals.Length; g++)
        {
            var (total, n) = (totals[g], games[g].Clusters.Length);
            if (n < 2)
                continue;
            var sum = 0.0;
            foreach (var cluster in games[g].Clusters)
            {
                var influence = 0.0;
                if (total.Known > 0 && byPlayed != 0)
                    influence += byPlayed / playable * (cluster.Played - total.PlayedProportion * cluster.Known) * n / total.Known;
                if (total.Scored > 0 && byQuality != 0)
                    influence += byQuality / scorable * (cluster.Score - total.Quality * cluster.Scored) * n / total.Scored;
                sum += influence * influence;
            }

            var part = sum / n / (n - 1);
            variance += part;
            shrunken += part * (n - 1) / n;
            squares += part * part / (n - 1);
        }

        // Differences as small as rounding leaves are none.
        if (!(variance > 1e-18))
            return null;
        var student = Distributions.StudentQuantile975(variance * variance / squares);
        return Distributions.NormalCdf(-student * Math.Sqrt(variance / shrunken));
    }

    private static double MeanOver<T>(IReadOnlyList<T> games, Func<T, double> value)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < games.Count; i++)
        {
            var one = value(games[i]);
            if (double.IsNaN(one))
                continue;
            sum += one;
            count++;
        }

        return sum / count;
    }

    // The value at rank level × (B + 1), between neighbours in proportion.
    private static double Quantile(double[] sorted, double level)
    {
        var rank = Math.Clamp(level * (sorted.Length + 1), 1, sorted.Length);
        var below = (int)rank;
        return below == sorted.Length ? sorted[^1] : sorted[below - 1] + (rank - below) * (sorted[below] - sorted[below - 1]);
    }

    /// <summary>A game drawn again and again.</summary>
    /// <param name="Clusters">The sums of each instance.</param>
    /// <param name="Played">The proportion played in each draw.</param>
    /// <param name="Quality">The mean main score in each draw; NaN where no drawn episode has one.</param>
    internal sealed record Resampled(ClusterSums[] Clusters, double[] Played, double[] Quality);
}
