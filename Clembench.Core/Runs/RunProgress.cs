namespace Clembench.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Total">The number of episodes.</param>
/// <param name="Done">Those that have ended, reused ones included.</param>
/// <param name="Reused">Those that were complete already.</param>
/// <param name="Failed">Those that ended in an error.</param>
/// <param name="Elapsed">The time since the run began.</param>
public sealed record RunProgress(int Total, int Done, int Reused, int Failed, TimeSpan Elapsed)
{
    /// <summary>
    /// How long the rest will take if it goes on as it did: the time of the episodes played so far, per episode, times
    /// those that are left; null before the first one has been played.
    /// </summary>
    public TimeSpan? Remaining => Done > Reused ? Elapsed / (Done - Reused) * (Total - Done) : null;
}
