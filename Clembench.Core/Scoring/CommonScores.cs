using Clembench.Results;

namespace Clembench.Scoring;

/// <summary>Pieces of <c>scores.json</c> that several games write alike.</summary>
internal static class CommonScores
{
    /// <summary><c>Aborted</c>, <c>Success</c> and <c>Lose</c>, in this order, as 0 or 1.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Ends(Outcome outcome) =>
    [
        new(Metrics.Aborted, outcome == Outcome.Aborted ? 1L : 0L),
        new(Metrics.Success, outcome == Outcome.Success ? 1L : 0L),
        new(Metrics.Lose, outcome == Outcome.Lose ? 1L : 0L),
    ];
}
