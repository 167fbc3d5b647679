using Clembench.Scoring.Recorded;
using Clembench.Scoring.Statistics;

namespace Clembench.Scoring.Benchmark;

/// <summary>
/// What is kept of episodes for leaderboards and comparisons: 24 bytes for each, by model and game, in the order in which
/// they came.
/// </summary>
public sealed class BenchmarkData
{
    private readonly Dictionary<(string Model, string Game), GameSamples> _games = [];
    private readonly Dictionary<(string Model, string Game), int> _failed = [];

    /// <summary>The number of episodes.</summary>
    public int Count { get; private set; }

    /// <summary>The models, in the order of their names' code points.</summary>
    public IReadOnlyList<string> Models => [.. _games.Keys.Select(key => key.Model).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The games, in the order of their names' code points.</summary>
    public IReadOnlyList<string> Games => [.. _games.Keys.Select(key => key.Game).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Takes an episode.</summary>
    /// <param name="episode">The episode.</param>
    public void Add(ScoredEpisode episode)
    {
        if (!_games.TryGetValue((episode.Model, episode.Game), out var samples))
            _games[(episode.Model, episode.Game)] = samples = new GameSamples();
        samples.Add(episode);
        Count++;
    }

    /// <summary>Takes an episode that failed: it has no scores and is not counted, but what a model lacks is told with it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="game">The game.</param>
    public void AddFailed(string model, string game) => _failed[(model, game)] = FailedOf(model, game) + 1;

    /// <summary>The models and games of episodes that failed, each with their number, by name.</summary>
    public IReadOnlyList<(string Model, string Game, int Count)> Failed =>
        [.. _failed.Select(one => (one.Key.Model, one.Key.Game, one.Value)).OrderBy(one => one.Model, StringComparer.Ordinal).ThenBy(one => one.Game, StringComparer.Ordinal)];

    internal int FailedOf(string model, string game) => _failed.GetValueOrDefault((model, game));

    /// <summary>The episodes of a game of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="game">The game.</param>
    /// <returns>The episodes, or null where there is none.</returns>
    internal GameSamples? Find(string model, string game) => _games.GetValueOrDefault((model, game));
}

/// <summary>The episodes of a game of a model.</summary>
internal sealed class GameSamples
{
    private readonly List<(string Name, string Folder)> _experiments = [];
    private readonly List<Sample> _samples = [];

    /// <summary>The episodes, in the order in which they came.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Whether any record has a main score, be it NaN: then clemcore's table has a column for it.</summary>
    public bool HasMainScore { get; private set; }

    /// <summary>Whether any record says if it was aborted: then clemcore's table has a column for it.</summary>
    public bool HasPlayed { get; private set; }

    /// <summary>The experiments, each with the folder of one of its episodes.</summary>
    public IReadOnlyList<(string Name, string Folder)> Experiments => _experiments;

    /// <summary>Takes an episode.</summary>
    /// <param name="episode">The episode.</param>
    public void Add(ScoredEpisode episode)
    {
        // Most often it is the experiment of the episode before.
        var experiment = _experiments.FindLastIndex(one => one.Name == episode.Experiment);
        if (experiment < 0)
        {
            experiment = _experiments.Count;
            _experiments.Add((episode.Experiment, episode.Path));
        }

        _samples.Add(new Sample(experiment, episode.InstanceId, episode.Played, episode.MainScore));
        HasMainScore |= episode.HasMainScore;
        HasPlayed |= !double.IsNaN(episode.Played);
    }
}

/// <summary>What is kept of an episode.</summary>
/// <param name="Experiment">The experiment's place among those of the game.</param>
/// <param name="Instance">The instance's number.</param>
/// <param name="Played">1 or 0; NaN where it is not known.</param>
/// <param name="Score">The main score; NaN where there is none.</param>
internal readonly record struct Sample(int Experiment, int Instance, double Played, double Score)
{
    /// <summary>Adds episodes up by instance.</summary>
    /// <param name="samples">The episodes.</param>
    /// <returns>The sums of each instance, in the order of experiments and instances.</returns>
    public static ClusterSums[] ByInstance(IEnumerable<Sample> samples) =>
        [.. Instances(samples).Select(instance => instance.Aggregate(default(ClusterSums), (sum, sample) => sum + sample.Sums))];

    /// <summary>Sorts episodes by instance.</summary>
    /// <param name="samples">The episodes.</param>
    /// <returns>Those of each instance.</returns>
    public static IEnumerable<IReadOnlyList<Sample>> Instances(IEnumerable<Sample> samples)
    {
        var sorted = samples.ToArray();
        Array.Sort(sorted, static (a, b) => (a.Experiment, a.Instance).CompareTo((b.Experiment, b.Instance)));
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && (sorted[end].Experiment, sorted[end].Instance) == (sorted[start].Experiment, sorted[start].Instance))
                end++;
            yield return new ArraySegment<Sample>(sorted, start, end - start);
            start = end;
        }
    }

    private ClusterSums Sums => new(
        double.IsNaN(Played) ? 0 : 1, double.IsNaN(Played) ? 0 : Played, double.IsNaN(Score) ? 0 : 1, double.IsNaN(Score) ? 0 : Score);
}
