using Clembench.Results;

namespace Clembench.Scoring;

/// <summary>
/// The requests of an episode: how many there were, and what the metric <c>Request Count</c> says. Games of clemcore count something
/// else under that name (steps of the protocol, rounds), and their scores are kept as they are.
/// </summary>
/// <param name="Asked">The requests that models answered, by the record of the dialogue.</param>
/// <param name="Scored">The metric <c>Request Count</c>; without scores, what the game logged.</param>
/// <param name="Violated">The metric <c>Violated Request Count</c>; without scores, what the game logged.</param>
internal readonly record struct EpisodeRequests(int Asked, int Scored, int Violated)
{
    /// <summary>Counts the requests of an episode.</summary>
    /// <param name="interactions">The record; null where there is none.</param>
    /// <param name="scores">The scores; null where there are none.</param>
    /// <param name="outcome">How the episode ended.</param>
    /// <returns>The counts.</returns>
    public static EpisodeRequests Of(Interactions? interactions, EpisodeScores? scores, Outcome? outcome)
    {
        var counts = interactions is null ? [] : RequestCounts.Of(interactions, outcome);
        var scored = (int)(scores?.Number(Metrics.RequestCount) ?? counts.Sum(round => round.Requests));
        var violated = (int)(scores?.Number(Metrics.ViolatedRequestCount) ?? counts.Sum(round => round.Violated));
        var asked = interactions is null ? 0 : CountAnswers(interactions);
        // A record without its dialogue has the metric alone.
        return new(asked > 0 ? asked : scored, scored, violated);
    }

    private static int CountAnswers(Interactions interactions)
    {
        var programs = interactions.Players.Where(player => player.IsProgrammatic).Select(player => player.Name).ToHashSet();
        return interactions.Events.Count(e => e.IsAnswer && !programs.Contains(e.From));
    }
}
