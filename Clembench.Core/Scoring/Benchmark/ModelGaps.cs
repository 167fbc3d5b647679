using Clembench.Scoring.Statistics;

namespace Clembench.Scoring.Benchmark;

/// <summary>What a model lacks beside the others of a leaderboard, and where it stands with that.</summary>
internal sealed record ModelGaps
{
    private string? _note;
    private int _failed;
    private bool _hasGaps;
    private double? _lowered;

    /// <summary>The games of others of which the model has no scored episode.</summary>
    public int Missing { get; private init; }

    /// <summary>Looks for what a model lacks.</summary>
    /// <param name="data">The episodes.</param>
    /// <param name="model">The model.</param>
    /// <returns>What it lacks.</returns>
    public static ModelGaps Of(BenchmarkData data, string model)
    {
        List<string> gaps = [], others = [];
        List<double> played = [], quality = [];
        var (missing, allAborted) = (0, 0);
        foreach (var game in data.Games.Union(data.Failed.Select(one => one.Game)).Order(StringComparer.Ordinal))
        {
            var failed = data.FailedOf(model, game);
            if (data.Find(model, game) is not { } samples)
            {
                missing++;
                gaps.Add(failed > 0 ? $"{game}: {Count(failed)} failed" : $"{game}: not played");
                continue;
            }

            var means = Leaderboard.GameMeasure.Means(samples.Samples);
            played.Add(means.Played.Mean);
            quality.Add(means.Played.Mean == 0 ? 0 : means.Quality.Mean);
            if (means.Played.Mean == 0)
            {
                allAborted++;
                gaps.Add($"{game}: {Count(samples.Samples.Count)} aborted{(failed > 0 ? $", {failed} failed" : "")}");
            }
            else if (failed > 0)
                others.Add($"{game}: {failed} failed");
        }

        return new ModelGaps
        {
            Missing = missing,
            _lowered = allAborted > 0 ? RunningMean.Of(played) * RunningMean.Of(quality) : null,
            _hasGaps = gaps.Count > 0,
            _failed = data.Failed.Where(one => one.Model == model).Sum(one => one.Count),
            _note = gaps.Count + others.Count > 0 ? string.Join("; ", [.. gaps, .. others]) : null,
        };
    }

    /// <summary>What a model is ranked by: its clemscore, but a game all of whose episodes were aborted counts with a quality of 0.</summary>
    /// <param name="total">The row of its total.</param>
    /// <returns>The score; the lowest of all where it has none.</returns>
    public double RankOf(BenchmarkRow total) => _lowered ?? total.ClemScore ?? double.NegativeInfinity;

    /// <summary>Marks a model's total with what it lacks.</summary>
    /// <param name="total">The row.</param>
    /// <returns>The row.</returns>
    public BenchmarkRow Mark(BenchmarkRow total) => total with { Failed = _failed, IsIncomplete = _hasGaps, Note = _note };

    private static string Count(int episodes) => episodes == 1 ? "the only one" : $"all {episodes}";
}
