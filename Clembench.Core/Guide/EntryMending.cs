using Clembench.Documents;
using Clembench.Models;
using Clembench.Results;

namespace Clembench.Guide;

/// <summary>What is to be done after a round of playing and checking.</summary>
public enum MendingDecision
{
    /// <summary>All checks passed.</summary>
    Done,

    /// <summary>The proposed change is to be written, and played again.</summary>
    PlayAgain,

    /// <summary>Checks failed, and none of them proposes a change that was not played already.</summary>
    Stuck,

    /// <summary>A change is proposed, and there have been as many rounds as may be.</summary>
    OutOfRounds,
}

/// <summary>The verdict on a round.</summary>
/// <param name="Decision">What is to be done.</param>
/// <param name="Entry">The entry to play next, where there is one.</param>
/// <param name="Reason">What failed, for people; empty where nothing did.</param>
public sealed record MendingVerdict(MendingDecision Decision, ModelEntry? Entry, string Reason);

/// <summary>
/// The guide's "repeat after changes": from the checks of a round follows whether the entry is right, which change is to be
/// tried next, or that no change helps. An entry that has been played is not played again, so that the rounds come to an end.
/// </summary>
/// <param name="limit">The most rounds, at least 1.</param>
public sealed class EntryMending(int limit)
{
    private const int MostReasons = 3;

    private readonly List<ModelEntry> _played = [];

    /// <summary>The rounds that were judged so far.</summary>
    public int Rounds => _played.Count;

    /// <summary>Judges a round.</summary>
    /// <param name="played">The entry that was played.</param>
    /// <param name="checks">The checks of its episodes, in their order.</param>
    /// <returns>The verdict.</returns>
    public MendingVerdict Judge(ModelEntry played, IReadOnlyCollection<ResultCheck> checks)
    {
        ArgumentNullException.ThrowIfNull(played);
        ArgumentNullException.ThrowIfNull(checks);
        _played.Add(played);
        var failed = checks.Where(check => !check.Passed).ToArray();
        if (failed.Length == 0)
        {
            return checks.Count > 0 ? new MendingVerdict(MendingDecision.Done, null, "")
                : new MendingVerdict(MendingDecision.Stuck, null, "The records have nothing that could be checked.");
        }

        // What is found for a model adds up: the last proposal has all of it.
        var proposed = failed.Select(check => check.Suggestion).LastOrDefault(entry => entry is not null);
        var reason = Describe(failed);
        if (proposed is null || _played.Exists(entry => PlainValue.AreEqual(entry.Properties, proposed.Properties)))
            return new MendingVerdict(MendingDecision.Stuck, null, reason);
        return new MendingVerdict(Rounds < limit ? MendingDecision.PlayAgain : MendingDecision.OutOfRounds, proposed, reason);
    }

    private static string Describe(IReadOnlyCollection<ResultCheck> failed)
    {
        var causes = failed.GroupBy(check => (check.Name, check.Message)).Select(same => $"{same.Key.Name} failed in {same.Count()} episode(s): {same.Key.Message}").ToArray();
        return string.Join(" ", causes.Take(MostReasons)) + (causes.Length > MostReasons ? $" And {causes.Length - MostReasons} more." : "");
    }
}
