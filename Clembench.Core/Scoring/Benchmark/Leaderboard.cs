using Clembench.Scoring.Statistics;

namespace Clembench.Scoring.Benchmark;

/// <summary>
/// clemcore's measures. Per model and game: the mean of Played × 100 and the mean of the main scores that are not NaN, each
/// rounded to two decimals; over games, the mean of these rounded values (games without a quality left out of that mean), rounded
/// again; the clemscore is the one ÷ 100 × the other, rounded (clemcore, <c>clemeval.py</c>). Beside them stand what clemcore
/// lacks: 95 % intervals and, where instances were repeated, the deviation between repetitions.
/// </summary>
public static class Leaderboard
{
    /// <summary>The name of the rows over all games.</summary>
    public const string All = "all";

    /// <summary>Makes the rows.</summary>
    /// <param name="data">The episodes.</param>
    /// <param name="grouping">What the rows below each model's total stand for.</param>
    /// <param name="resamples">How often instances are drawn anew for the intervals of Quality and ClemScore; 0 for no such intervals.</param>
    /// <param name="languageOf">Tells the language of an experiment from the folder of one of its episodes, for rows by language.</param>
    /// <param name="cancellationToken">Stops the drawing.</param>
    /// <returns>
    /// The models, the best first; of each the total, then its groups by name. A model that lacks games of the others comes after those
    /// that have more of them. Where all episodes of a game were aborted, its place is that of a clemscore in which the game's quality
    /// counts 0: clemcore's own leaves the game out of the mean, so that it pays to fail.
    /// </returns>
    public static IReadOnlyList<BenchmarkRow> Rows(
        BenchmarkData data, BenchmarkGrouping grouping, int resamples, Func<string, string>? languageOf, CancellationToken cancellationToken)
    {
        var bootstrap = resamples > 1 ? new ClusterBootstrap(resamples, cancellationToken) : null;
        var models = data.Models.Union(data.Failed.Select(one => one.Model)).Order(StringComparer.Ordinal).ToArray();
        return
        [
            .. models
                .Select(model => (Rows: RowsOf(data, model, grouping, bootstrap, languageOf).ToArray(), Gaps: ModelGaps.Of(data, model)))
                .OrderBy(model => model.Gaps.Missing)
                .ThenByDescending(model => model.Gaps.RankOf(model.Rows[0]))
                .ThenBy(model => model.Rows[0].ClemScore is null)
                .SelectMany(model => model.Rows.Select((row, place) => place == 0 ? model.Gaps.Mark(row) : row)),
        ];
    }

    private static IEnumerable<BenchmarkRow> RowsOf(
        BenchmarkData data, string model, BenchmarkGrouping grouping, ClusterBootstrap? bootstrap, Func<string, string>? languageOf)
    {
        var games = data.Games.Select(game => (Name: game, Samples: data.Find(model, game)!)).Where(game => game.Samples is not null).ToArray();
        var measured = games.Select(game => new GameMeasure(model, game.Name, "", game.Samples.Samples, bootstrap)).ToArray();
        yield return Total(model, measured, bootstrap);

        switch (grouping)
        {
            case BenchmarkGrouping.Game:
                foreach (var game in measured)
                    yield return game.Row with { Failed = data.FailedOf(model, game.Row.Game) };
                break;
            case BenchmarkGrouping.Experiment:
                foreach (var (name, samples) in games)
                {
                    foreach (var (experiment, place) in samples.Experiments.Select((one, place) => (one.Name, place)).OrderBy(one => one.Name, StringComparer.Ordinal))
                        yield return new GameMeasure(model, name, experiment, samples.Samples.Where(sample => sample.Experiment == place), bootstrap).Row with { Experiment = experiment };
                }

                break;
            case BenchmarkGrouping.Language:
                var languages = games.Select(game => game.Samples.Experiments.Select(one => languageOf?.Invoke(one.Folder) ?? "").ToArray()).ToArray();
                foreach (var language in languages.SelectMany(one => one).Distinct().Order(StringComparer.Ordinal))
                {
                    var parts = games.Zip(languages)
                        .Where(pair => pair.Second.Contains(language))
                        .Select(pair => new GameMeasure(
                            model, pair.First.Name, language, pair.First.Samples.Samples.Where(sample => pair.Second[sample.Experiment] == language), bootstrap));
                    yield return Total(model, [.. parts], bootstrap) with { Language = language };
                }

                break;
        }
    }

    private static BenchmarkRow Total(string model, GameMeasure[] games, ClusterBootstrap? bootstrap)
    {
        var played = Rounded(RunningMean.Of(games.Select(game => game.Played)));
        var quality = Rounded(RunningMean.Of(games.Select(game => game.Quality)));
        var resampled = games.Select(game => game.Resampled).OfType<ClusterBootstrap.Resampled>().ToArray();
        var wilson = WilsonInterval.OfMean([.. games.Where(game => game.PlayedInterval is not null).Select(game => (game.PlayedProportion, game.PlayedInterval!.Value))]);
        return Row(
            model, All, played, quality, wilson,
            bootstrap is null ? null : bootstrap.Quality(resampled) ?? ExtremeInterval.Mean([.. games.Select(game => game.Clusters)], ExtremeInterval.Quality),
            bootstrap is null ? null : bootstrap.ClemScore(resampled) ?? ExtremeInterval.Mean([.. games.Select(game => game.Clusters)], ExtremeInterval.ClemScore)) with
        {
            Episodes = games.Sum(game => game.Row.Episodes),
            Instances = games.Sum(game => game.Row.Instances),
        };
    }

    private static BenchmarkRow Row(string model, string game, double played, double quality, Interval? playedInterval, Interval? qualityInterval, Interval? scoreInterval)
    {
        var percent = playedInterval?.Scale(100);
        return new BenchmarkRow
        {
            Model = model,
            Game = game,
            ClemScore = Value(RunningMean.Round2(played / 100 * quality)),
            Low = End(scoreInterval?.Low),
            High = End(scoreInterval?.High),
            Played = Value(played),
            PlayedLow = End(percent?.Low),
            PlayedHigh = End(percent?.High),
            Quality = Value(quality),
            QualityLow = End(qualityInterval?.Low),
            QualityHigh = End(qualityInterval?.High),
            Episodes = 0,
            Instances = 0,
        };
    }

    private static double? Value(double number) => double.IsNaN(number) ? null : number;

    private static double? End(double? number) => number is { } end ? RunningMean.Round2(end) : null;

    private static double Rounded(double number) => RunningMean.Round2(number);

    /// <summary>The measures of one game, of an experiment, or of a game's part in a language.</summary>
    internal sealed class GameMeasure
    {
        public GameMeasure(string model, string game, string part, IEnumerable<Sample> samples, ClusterBootstrap? bootstrap)
        {
            var episodes = samples as IReadOnlyCollection<Sample> ?? [.. samples];
            var (played, quality) = Means(episodes);
            (Played, Quality) = (Rounded(played.Mean * 100), Rounded(quality.Mean));
            PlayedProportion = played.Mean;

            var clusters = Sample.ByInstance(episodes);
            PlayedInterval = WilsonInterval.OfClusters([.. clusters.Select(cluster => (cluster.Known, cluster.Played))]);
            // The seed is the row's own: another model in the folder changes nothing here.
            Resampled = bootstrap?.Draw(clusters, new SeededRandom(SeededRandom.SeedOf(model, game, part)));
            ClusterBootstrap.Resampled[] alone = Resampled is null ? [] : [Resampled];
            Clusters = clusters;
            var allAborted = PlayedProportion == 0;
            Row = Leaderboard.Row(
                model, game, Played, Quality, PlayedInterval,
                bootstrap is null ? null : bootstrap.Quality(alone) ?? ExtremeInterval.Mean([clusters], ExtremeInterval.Quality),
                bootstrap is null ? null : bootstrap.ClemScore(alone) ?? ExtremeInterval.Mean([clusters], ExtremeInterval.ClemScore)) with
            {
                IsIncomplete = allAborted,
                Note = allAborted ? $"all {episodes.Count} aborted" : null,
                QualityDeviation = Value(Rounded(quality.StandardDeviation)),
                Episodes = episodes.Count,
                Instances = clusters.Length,
                RepeatDeviation = BetweenRepeats(episodes),
            };
        }

        /// <summary>Played in percent, rounded; NaN where it is not known.</summary>
        public double Played { get; }

        /// <summary>The mean main score, rounded; NaN where no episode has one.</summary>
        public double Quality { get; }

        /// <summary>Played, from 0 to 1.</summary>
        public double PlayedProportion { get; }

        /// <summary>Its interval.</summary>
        public Interval? PlayedInterval { get; }

        /// <summary>The game drawn again and again, where intervals are made.</summary>
        public ClusterBootstrap.Resampled? Resampled { get; }

        /// <summary>The sums of each instance.</summary>
        public ClusterSums[] Clusters { get; }

        /// <summary>The row of the game.</summary>
        public BenchmarkRow Row { get; }

        /// <summary>The means of Played (0 to 1) and of the main score.</summary>
        /// <param name="samples">The episodes, in the order in which they came.</param>
        /// <returns>Both, unrounded.</returns>
        public static (RunningMean Played, RunningMean Quality) Means(IEnumerable<Sample> samples)
        {
            RunningMean played = default, quality = default;
            foreach (var sample in samples)
            {
                played.Add(sample.Played);
                quality.Add(sample.Score);
            }

            return (played, quality);
        }

        // The square root of the mean of the variances within instances, each weighted by its degrees of freedom.
        private static double? BetweenRepeats(IEnumerable<Sample> samples)
        {
            double squares = 0;
            var degrees = 0;
            foreach (var instance in Sample.Instances(samples))
            {
                var scores = instance.Select(sample => sample.Score).Where(score => !double.IsNaN(score)).ToArray();
                if (scores.Length < 2)
                    continue;
                var mean = scores.Average();
                squares += scores.Sum(score => (score - mean) * (score - mean));
                degrees += scores.Length - 1;
            }

            return degrees == 0 ? null : Math.Sqrt(squares / degrees);
        }
    }
}
