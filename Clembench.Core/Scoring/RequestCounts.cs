using Clembench.Results;

namespace Clembench.Scoring;

/// <summary>The requests to models in one round.</summary>
/// <param name="Requests">All requests.</param>
/// <param name="Violated">Those whose response did not have the form asked for.</param>
public readonly record struct RequestCounts(long Requests, long Violated)
{
    /// <summary>Those whose response had the form asked for.</summary>
    public long Parsed => Requests - Violated;

    /// <summary>
    /// The requests of each round: as the game logged them; where it logged nothing (some of clemcore's games do not),
    /// the responses of players that are not programmatic, the last of which is violated in an aborted episode.
    /// </summary>
    /// <param name="interactions">The record.</param>
    /// <param name="outcome">How the episode ended.</param>
    /// <returns>The counts, by round.</returns>
    public static IReadOnlyList<RequestCounts> Of(Interactions interactions, Outcome? outcome)
    {
        var requests = interactions.Keys.GetOrDefault<object?[]>(Metrics.RequestCount);
        var violated = interactions.Keys.GetOrDefault<object?[]>(Metrics.ViolatedRequestCount);
        if (requests is not null)
            return [.. Enumerable.Range(0, interactions.Rounds.Count).Select(round => new RequestCounts(At(requests, round), At(violated, round)))];

        var models = interactions.Players.Where(player => !player.IsProgrammatic).Select(player => player.Name).ToHashSet();
        var counts = interactions.Rounds
            .Select(round => new RequestCounts(round.Count(e => e.Type == "get message" && models.Contains(e.From)), 0))
            .ToArray();
        if (outcome == Outcome.Aborted && Array.FindLastIndex(counts, round => round.Requests > 0) is var last and >= 0)
            counts[last] = counts[last] with { Violated = 1 };
        return counts;
    }

    // A record may be anybody's: no episode has more, and sums of what is believed must not overflow.
    private static long At(object?[]? values, int round) =>
        values is not null && round < values.Length && values[round] is long count and >= 0 and <= int.MaxValue ? count : 0;
}
