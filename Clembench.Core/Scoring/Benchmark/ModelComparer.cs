using Clembench.Scoring.Statistics;

namespace Clembench.Scoring.Benchmark;

/// <summary>
/// Compares two models on the instances that both played. Instances differ in difficulty far more than models do; on the
/// same instances that part of the variance falls away.
/// </summary>
/// <param name="data">The episodes.</param>
/// <param name="resamples">How often instances are drawn anew for the intervals.</param>
public sealed class ModelComparer(BenchmarkData data, int resamples)
{
    /// <summary>Compares two models.</summary>
    /// <param name="reference">The model that is compared with.</param>
    /// <param name="difference">The model that is compared.</param>
    /// <param name="cancellationToken">Stops the drawing.</param>
    /// <returns>The total over all games that both played, then each game; nothing where they share no instance.</returns>
    public IReadOnlyList<ModelComparison> Compare(string reference, string difference, CancellationToken cancellationToken)
    {
        var bootstrap = new ClusterBootstrap(resamples, cancellationToken);
        var games = data.Games
            .Select(game => PairedGame.Of(game, data.Find(reference, game), data.Find(difference, game)))
            .Where(game => game.Pairs.Count > 0)
            .ToArray();
        return games.Length == 0
            ? []
            : [Measure(reference, difference, Leaderboard.All, games, bootstrap), .. games.Select(game => Measure(reference, difference, game.Game, [game], bootstrap))];
    }

    private static ModelComparison Measure(string reference, string difference, string name, PairedGame[] games, ClusterBootstrap bootstrap)
    {
        SeededRandom Random(string what) => new(SeededRandom.SeedOf(reference, difference, name, what));
        var score = new Differences([.. games.Select(game => game.Pairs.Select(pair => pair.Difference(episode => episode.Total)).OfType<double>().ToArray())]);
        var quality = new Differences([.. games.Select(game => game.Pairs.Select(pair => pair.Difference(episode => episode.Quality)).OfType<double>().ToArray())]);
        var played = new Differences([.. games.Select(game => game.Pairs.Select(pair => pair.Difference(episode => episode.Played)).OfType<double>().ToArray())]);

        var (pValue, method) = score.Test(Random("score"));
        var effect = score.EffectSize;
        var interval = score.Interval(bootstrap, Random("score interval"));
        var qualityInterval = quality.Interval(bootstrap, Random("quality interval"));
        var playedInterval = (games is [{ HasRepeats: false }] ? played.PairedProportions : played.Interval(bootstrap, Random("played interval")))?.Scale(100);
        return new ModelComparison
        {
            Reference = reference,
            Difference = difference,
            Game = name,
            Instances = score.Count,
            Unpaired = games.Sum(game => game.Unpaired),
            MeanDifference = RunningMean.Round2(score.Mean ?? 0),
            Low = Rounded(interval?.Low),
            High = Rounded(interval?.High),
            PValue = pValue,
            Method = method,
            EffectSize = effect,
            RankBiserial = PairedTests.RankBiserial(score.All),
            MoreEpisodes = effect is { } size && PairedTests.PairsForPower80(size) is { } needed ? Math.Max(0, needed - score.Count) : null,
            ClemScore = Rounded(ClemScore(games, pair => pair.Second) - ClemScore(games, pair => pair.First)),
            QualityInstances = quality.Count,
            Quality = Rounded(quality.Mean),
            QualityLow = Rounded(qualityInterval?.Low),
            QualityHigh = Rounded(qualityInterval?.High),
            QualityPValue = quality.Count == 0 ? null : quality.Test(Random("quality")).PValue,
            Played = Rounded(played.Mean * 100),
            PlayedLow = Rounded(playedInterval?.Low),
            PlayedHigh = Rounded(playedInterval?.High),
            PlayedPValue = played.Count == 0 ? null : played.Test(Random("played")).PValue,
            PlayedMoreByReference = played.All.Count(one => one < 0),
            PlayedMoreByDifference = played.All.Count(one => one > 0),
        };
    }

    private static double? Rounded(double? value) => value is { } number ? RunningMean.Round2(number) : null;

    private static double? ClemScore(PairedGame[] games, Func<Pair, InstanceMean> side)
    {
        var sums = games.Select(game => game.Pairs.Aggregate(default(ClusterSums), (sum, pair) => sum + side(pair).Sums)).ToArray();
        var score = RunningMean.Of(sums.Select(sum => sum.PlayedProportion)) * RunningMean.Of(sums.Select(sum => sum.Quality));
        return double.IsNaN(score) ? null : score;
    }

    /// <summary>The differences of some measure by instance, for each game; a game weighs as much as any other.</summary>
    private sealed class Differences(double[][] games)
    {
        private readonly double[][] _games = [.. games.Where(game => game.Length > 0)];

        public int Count => _games.Sum(game => game.Length);

        /// <summary>The mean over games of the games' means; null without any.</summary>
        public double? Mean => _games.Length == 0 ? null : _games.Average(game => game.Average());

        /// <summary>The differences as they are, of all games.</summary>
        public IEnumerable<double> All => _games.SelectMany(game => game);

        /// <summary>Each difference with its part in the mean.</summary>
        public IEnumerable<double> Weighted => _games.SelectMany(game => game.Select(one => one / (game.Length * _games.Length)));

        public (double PValue, TestMethod Method) Test(SeededRandom random) => PairedTests.SignFlip(Weighted, random);

        public Interval? Interval(ClusterBootstrap bootstrap, SeededRandom random) => bootstrap.Quality(
            [.. _games.Select(game => bootstrap.Draw([.. game.Select(one => new ClusterSums(1, 1, 1, one))], random))]);

        /// <summary>Of one game, the mean ÷ the standard deviation; of several, that of one game with the same mean, number and standard error.</summary>
        public double? EffectSize
        {
            get
            {
                double variance = 0;
                foreach (var game in _games.Where(game => game.Length > 1))
                {
                    var mean = game.Average();
                    variance += game.Sum(one => (one - mean) * (one - mean)) / (game.Length - 1) / game.Length / (_games.Length * _games.Length);
                }

                return variance > 1e-18 ? Mean / Math.Sqrt(variance * Count) : null;
            }
        }

        /// <summary>
        /// The interval of a difference of paired proportions (D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a
        /// difference of binomial proportions based on paired data", Journal of Educational and Behavioral Statistics 37(4),
        /// 2012): with b and c the instances that only one of the two played, p₁ = (b + 1) ÷ (n + 2) and p₂ = (c + 1) ÷ (n + 2),
        /// p₁ − p₂ ± z √((p₁ + p₂ − (p₁ − p₂)²) ÷ (n + 2)).
        /// </summary>
        public Interval? PairedProportions
        {
            get
            {
                if (Count == 0)
                    return null;
                double n = Count + 2, more = (_games[0].Count(one => one > 0) + 1) / n, fewer = (_games[0].Count(one => one < 0) + 1) / n;
                var half = Distributions.Z95 * Math.Sqrt((more + fewer - (more - fewer) * (more - fewer)) / n);
                return new Interval(Math.Max(-1, more - fewer - half), Math.Min(1, more - fewer + half));
            }
        }
    }

    /// <summary>What a model's episodes of an instance come to, repetitions averaged.</summary>
    private readonly record struct InstanceMean(ClusterSums Sums, int Episodes)
    {
        public double? Played => Sums.Known > 0 ? Sums.PlayedProportion : null;

        public double? Quality => Sums.Scored > 0 ? Sums.Quality : null;

        /// <summary>The mean score where an episode without one counts 0.</summary>
        public double? Total => Sums.Score / Episodes;
    }

    private readonly record struct Pair(InstanceMean First, InstanceMean Second)
    {
        public double? Difference(Func<InstanceMean, double?> measure) => measure(Second) - measure(First);
    }

    private sealed record PairedGame(string Game, IReadOnlyList<Pair> Pairs, int Unpaired, bool HasRepeats)
    {
        public static PairedGame Of(string game, GameSamples? first, GameSamples? second)
        {
            if (first is null || second is null)
                return new PairedGame(game, [], 0, false);
            Dictionary<(string, int), InstanceMean> left = ByInstance(first), right = ByInstance(second);
            var shared = left.Keys.Where(right.ContainsKey).OrderBy(key => key.Item1, StringComparer.Ordinal).ThenBy(key => key.Item2).ToArray();
            var pairs = shared.Select(key => new Pair(left[key], right[key])).ToArray();
            return new PairedGame(
                game, pairs, left.Count + right.Count - 2 * shared.Length,
                Array.Exists(pairs, pair => pair.First.Episodes > 1 || pair.Second.Episodes > 1));
        }

        private static Dictionary<(string, int), InstanceMean> ByInstance(GameSamples samples) => Sample.Instances(samples.Samples)
            .ToDictionary(
                instance => (samples.Experiments[instance[0].Experiment].Name, instance[0].Instance),
                instance => new InstanceMean(Sample.ByInstance(instance)[0], instance.Count));
    }
}
