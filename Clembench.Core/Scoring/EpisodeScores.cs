using Clembench.Json;
using Clembench.Results;

namespace Clembench.Scoring;

/// <summary>The scores of an episode: the metric values in <c>scores.json</c>.</summary>
/// <param name="Turns">The metrics of each round, by the round's number from 0.</param>
/// <param name="Episode">The metrics of the whole episode.</param>
public sealed record EpisodeScores(IReadOnlyDictionary<int, JsonMap> Turns, JsonMap Episode)
{
    /// <summary>
    /// Whether <c>scores.json</c> repeats the record's head (<c>meta</c>, <c>players</c>, <c>player_models</c>). The scorers of some of
    /// clemcore's games do without the framework's part that copies it, and their files have an empty one.
    /// </summary>
    public bool RepeatsHead { get; init; } = true;

    /// <summary>The main score, from 0 to 100; null when the episode was aborted (NaN in the file).</summary>
    public double? MainScore => Number(Metrics.MainScore) is { } score && !double.IsNaN(score) ? score : null;

    /// <summary>How the episode ended; null when the scores do not say.</summary>
    public Outcome? Outcome =>
        Number(Metrics.Aborted) is > 0 ? Results.Outcome.Aborted
        : Number(Metrics.Success) is > 0 ? Results.Outcome.Success
        : Number(Metrics.Lose) is > 0 ? Results.Outcome.Lose
        : null;

    /// <summary>A metric of the episode as a number.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <returns>The value, or null where there is none.</returns>
    public double? Number(string metric) => Episode.TryGetValue(metric, out var value) ? ToNumber(value) : null;

    internal static double? ToNumber(object? value) => value switch
    {
        long number => number,
        double number => number,
        bool truth => truth ? 1 : 0,
        _ => null,
    };

    /// <summary>The metrics that all games have, from an episode's request counts and its end.</summary>
    /// <param name="interactions">The record, whose keys hold the request counts of each round.</param>
    /// <param name="outcome">How the episode ended.</param>
    /// <param name="mainScore">The main score, from 0 to 100; ignored for an aborted episode, which has none.</param>
    /// <param name="further">The game's further episode metrics.</param>
    /// <returns>The scores.</returns>
    public static EpisodeScores Create(
        Interactions interactions, Outcome outcome, double mainScore, IEnumerable<KeyValuePair<string, object?>>? further = null)
    {
        var counts = RequestCounts.Of(interactions, outcome);
        var turns = new SortedDictionary<int, JsonMap>();
        for (var round = 0; round < counts.Count; round++)
        {
            turns[round] = new JsonMap([
                new(Metrics.ViolatedRequestCount, counts[round].Violated),
                new(Metrics.ParsedRequestCount, counts[round].Parsed),
                new(Metrics.RequestCount, counts[round].Requests)]);
        }

        var requests = counts.Sum(round => round.Requests);
        var parsed = counts.Sum(round => round.Parsed);
        var episode = new List<KeyValuePair<string, object?>>
        {
            new(Metrics.ViolatedRequestCount, counts.Sum(round => round.Violated)),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.RequestCount, requests),
            new(Metrics.RequestSuccessRatio, requests == 0 ? 0.0 : (double)parsed / requests),
            new(Metrics.Aborted, outcome == Results.Outcome.Aborted ? 1L : 0L),
            new(Metrics.Success, outcome == Results.Outcome.Success ? 1L : 0L),
            new(Metrics.Lose, outcome == Results.Outcome.Lose ? 1L : 0L),
            new(Metrics.MainScore, outcome == Results.Outcome.Aborted ? double.NaN : mainScore),
        };
        return new EpisodeScores(turns, new JsonMap([.. episode, .. further ?? []]));
    }
}
