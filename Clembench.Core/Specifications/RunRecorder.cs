using Clembench.Common;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;

namespace Clembench.Specifications;

/// <summary>Takes the episodes of a specified run as they end, and makes the report. Memory grows by 24 bytes for each.</summary>
/// <param name="specification">The specification.</param>
/// <param name="resultsPath">The results folder.</param>
/// <param name="clock">The clock.</param>
/// <param name="fits">Whether a pattern, which comes first, fits a name, as where models are selected.</param>
public sealed class RunRecorder(RunSpecification specification, string resultsPath, TimeProvider clock, Func<string, string, bool> fits)
{
    private const int Resamples = 1000;

    private readonly DateTimeOffset _started = clock.GetLocalNow();
    private readonly long _start = clock.GetTimestamp();
    private readonly OrderedDictionary<(string Model, string Game), GameTally> _games = [];
    private readonly BenchmarkData _data = new();
    private readonly List<ClemException> _errors = [];

    /// <summary>Files of the results that could not be read for the comparison, and episodes whose scores are none.</summary>
    public IReadOnlyList<ClemException> Errors => _errors;

    /// <summary>Takes an episode. One with a score that is no number is counted, and is among the <see cref="Errors"/>.</summary>
    /// <param name="episode">The episode.</param>
    public void Add(Episode episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        var key = (episode.Model, episode.Game);
        _games[key] = (_games.TryGetValue(key, out var tally) ? tally : new GameTally(episode.Model, episode.Game)).With(episode);
        try
        {
            if (ScoredEpisode.Of(episode) is { } scored)
                _data.Add(scored);
        }
        catch (ClemException error)
        {
            // One broken record does not end the run of all others.
            _errors.Add(error);
        }
    }

    /// <summary>Makes the report.</summary>
    /// <param name="progress">How far the run came; null where nothing was played.</param>
    /// <param name="missing">The models that were not ready to be played.</param>
    /// <param name="baseline">The folder of earlier results; null for none.</param>
    /// <param name="failOn">What the run must not show.</param>
    /// <param name="cancellationToken">Stops the reading and the drawing.</param>
    /// <returns>The report.</returns>
    public async Task<RunReport> CompleteAsync(
        RunProgress? progress, IReadOnlyList<MissingModel> missing, string? baseline, IReadOnlyList<Threshold> failOn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(missing);
        var rows = Leaderboard.Rows(_data, BenchmarkGrouping.Game, Resamples, null, cancellationToken);
        var changes = baseline is null ? [] : await CompareAsync(baseline, cancellationToken).ConfigureAwait(false);
        var report = new RunReport
        {
            Name = specification.Name,
            Started = _started,
            Duration = clock.GetElapsedTime(_start),
            ResultsPath = resultsPath,
            BaselinePath = baseline,
            Total = progress?.Total ?? 0,
            Played = progress?.Played ?? 0,
            Reused = progress?.Reused ?? 0,
            Failed = progress?.Failed ?? 0,
            NotStarted = progress?.NotStarted ?? 0,
            Left = progress is null ? 0 : progress.Total - progress.Done + progress.Kept,
            Stopped = progress?.Stopped,
            Cost = progress?.Cost ?? 0,
            // Arrays: a script takes one of them by its number, which PowerShell cannot do with the compiler's own lists.
            MissingModels = missing.Concat((progress?.LoadFailures ?? []).Select(failure => new MissingModel(failure.Model, $"{failure.Error.Message} {failure.Error.Action}".TrimEnd()))).ToArray(),
            Games = _games.Values.ToArray(),
            Rows = rows.ToArray(),
            Changes = changes.ToArray(),
            Thresholds = [],
        };
        return report with { Thresholds = failOn.SelectMany(threshold => Judge(threshold, report)).ToArray() };
    }

    // Each model is compared with itself on the instances of both trees. The earlier one goes by a name of its own.
    private async Task<IReadOnlyList<ModelChange>> CompareAsync(string baseline, CancellationToken cancellationToken)
    {
        var both = new BenchmarkData();
        foreach (var root in (string[])[baseline, resultsPath])
        {
            await foreach (var episode in new ScoresTree([root], _errors.Add).ReadAsync(cancellationToken).ConfigureAwait(false))
                both.Add(root == baseline ? episode with { Model = Earlier(episode.Model) } : episode);
        }

        var comparer = new ModelComparer(both, Resamples);
        return [.. _data.Models.SelectMany(model => comparer.Compare(Earlier(model), model, cancellationToken).Select(comparison => new ModelChange(model, comparison)))];

        string Earlier(string model) => $"{model} ({Path.GetFileName(Path.TrimEndingDirectorySeparator(baseline))})";
    }

    private IEnumerable<ThresholdVerdict> Judge(Threshold threshold, RunReport report)
    {
        if (threshold.IsOfRun)
            return [Verdict("run", OfRun(threshold.Measure, report))];
        if (threshold.Measure == RunMeasure.Change)
        {
            // Where there is nothing to compare with, such as in the first night, nothing has changed.
            return report.Changes.Where(change => threshold.IsAbout(change.Model, change.Comparison.Game, fits))
                .Select(change => Verdict(Subject(change.Model, change.Comparison.Game), change.Comparison.MeanDifference));
        }

        var rows = report.Rows.Where(row => threshold.IsAbout(row.Model, row.Game, fits)).ToArray();
        // A condition that is about nothing that was played is not met: a run without results has not passed.
        return rows.Length == 0
            ? [Verdict(Subject(threshold.Model, threshold.Game ?? Leaderboard.All), null)]
            : rows.Select(row => Verdict(Subject(row.Model, row.Game), OfRow(threshold.Measure, row)));

        ThresholdVerdict Verdict(string subject, double? value) => new(threshold.Text, subject, value, value is { } number && !threshold.IsMissedBy(number))
        {
            Condition = threshold.Condition,
            Requirement = $"{subject}: {threshold.Requirement}",
        };
    }

    private static string Subject(string model, string game) => game == Leaderboard.All ? model : $"{model}/{game}";

    private static double? OfRun(RunMeasure measure, RunReport report) => measure switch
    {
        RunMeasure.Failed => report.Failed,
        RunMeasure.NotStarted => report.NotStarted,
        RunMeasure.Left => report.Left,
        RunMeasure.MissingModels => report.MissingModels.Count,
        RunMeasure.Cost => (double)report.Cost,
        _ => report.Duration.TotalMinutes,
    };

    private static double? OfRow(RunMeasure measure, BenchmarkRow row) => measure switch
    {
        RunMeasure.Played => row.Played,
        RunMeasure.Quality => row.Quality,
        RunMeasure.ClemScore => row.ClemScore,
        _ => row.Episodes,
    };
}
