using Clembench.Results;
using Clembench.Scoring.Recorded;

namespace Clembench.Reports;

/// <summary>What a report's overview takes of an episode.</summary>
/// <param name="Episode">The episode.</param>
/// <param name="Scored">Its scores, as the leaderboard takes them; null where it has none.</param>
/// <param name="Reason">Why it was aborted or failed; null for neither.</param>
/// <param name="Answers">How long each response took.</param>
internal sealed record ReportEpisode(Episode Episode, ScoredEpisode? Scored, FailureReason? Reason, IReadOnlyList<AnswerTime> Answers)
{
    /// <summary>Whether the scores are those of the game's rules, because none are recorded: the tables of <c>results.csv</c> leave such episodes out.</summary>
    public bool IsScoredHere { get; init; }

    /// <summary>Takes it out of an episode and its dialogue.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">The dialogue; null where there is none.</param>
    /// <returns>What the overview needs.</returns>
    /// <exception cref="Common.ClemException">A score of the episode is no number.</exception>
    public static ReportEpisode Of(Episode episode, Interactions? interactions)
    {
        var scored = ScoredEpisode.Of(episode);
        return new(episode, scored, FailureReason.Of(episode, interactions), AnswerTime.Of(interactions))
        {
            IsScoredHere = scored is not null && !File.Exists(Path.Join(episode.Path, ScoresFile.Name)),
        };
    }
}
