using Clembench.Common;
using Clembench.Results;

namespace Clembench.Scoring.Recorded;

/// <summary>The scores of a recorded episode, and where in a results tree they lie.</summary>
public sealed record ScoredEpisode
{
    /// <summary>The model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>The game's folder.</summary>
    public required string Game { get; init; }

    /// <summary>The experiment's name, without the number that the older tree puts in front.</summary>
    public required string Experiment { get; init; }

    /// <summary>The instance's number, from the folder's name.</summary>
    public required int InstanceId { get; init; }

    /// <summary>Which repetition of the instance it is, from 1.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The experiment's folder, as clemcore's tables name it.</summary>
    public required string ExperimentFolder { get; init; }

    /// <summary>The episode's folder, as clemcore's tables name it; with the repetition's folder in front where there is one.</summary>
    public required string EpisodeFolder { get; init; }

    /// <summary>The episode's folder, as an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>The metrics of the whole episode, in the order of the record.</summary>
    public required IReadOnlyList<KeyValuePair<string, MetricValue>> Metrics { get; init; }

    /// <summary>Whether it was played to its end: 1 − Aborted; NaN where the record does not say.</summary>
    public double Played { get; private init; } = double.NaN;

    /// <summary>The main score, from 0 to 100; NaN where there is none, as in aborted episodes.</summary>
    public double MainScore { get; private init; } = double.NaN;

    /// <summary>Whether the record has a main score, be it NaN.</summary>
    public bool HasMainScore { get; private init; }

    /// <summary>Takes what the leaderboard needs out of the metrics.</summary>
    /// <returns>The episode with <see cref="Played"/> and <see cref="MainScore"/>.</returns>
    /// <exception cref="FormatException">One of the two is no number, or the record has a metric that is the evaluation's own.</exception>
    internal ScoredEpisode Judge()
    {
        double played = double.NaN, score = double.NaN;
        var hasScore = false;
        foreach (var (name, value) in Metrics)
        {
            switch (name)
            {
                case Scoring.Metrics.Aborted:
                    played = 1 - Number(name, value);
                    break;
                case Scoring.Metrics.MainScore:
                    score = Number(name, value);
                    hasScore = true;
                    break;
                case Scoring.Metrics.Played:
                    throw new FormatException($"there is a metric '{name}', which the evaluation makes of '{Scoring.Metrics.Aborted}'");
            }
        }

        return this with { Played = played, MainScore = score, HasMainScore = hasScore };
    }

    /// <summary>The scores that an episode object carries.</summary>
    /// <param name="episode">The episode.</param>
    /// <returns>Its scores, or null where it has none: it failed, or nobody scored it.</returns>
    /// <exception cref="ClemException">A score is no number.</exception>
    public static ScoredEpisode? Of(Episode episode)
    {
        if (episode.Scores.Count == 0)
            return null;
        try
        {
            var folder = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(episode.Path));
            return new ScoredEpisode
            {
                Model = episode.Model,
                Game = episode.Game,
                Experiment = episode.Experiment,
                InstanceId = episode.InstanceId,
                Repeat = episode.Repeat,
                ExperimentFolder = episode.Experiment,
                EpisodeFolder = folder,
                Path = episode.Path,
                Metrics = [.. episode.Scores.Select(score => KeyValuePair.Create(score.Key, MetricValue.Of(score.Value)))],
            }.Judge();
        }
        catch (FormatException e)
        {
            throw ScoresTree.BrokenFile(System.IO.Path.Join(episode.Path, ScoresFile.Name), $": {e.Message}", e);
        }
    }

    private static double Number(string name, MetricValue value) =>
        value.AsNumber() ?? throw new FormatException($"'{name}' is no number but \"{value.Text}\"");
}
