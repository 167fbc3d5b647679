using Clembench.Results;

namespace Clembench.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Total">The number of episodes.</param>
/// <param name="Done">Those that have ended, reused ones included.</param>
/// <param name="Reused">Those that were complete already.</param>
/// <param name="Failed">Those that ended in an error.</param>
/// <param name="Elapsed">The time since the run began.</param>
public sealed record RunProgress(int Total, int Done, int Reused, int Failed, TimeSpan Elapsed)
{
    /// <summary>What has been spent so far, in the currency of the entries' prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Complete episodes with other generation settings that were left as they are, and those asked for not played.</summary>
    public int Kept { get; init; }

    /// <summary>Complete episodes of another instance or of another entry of the model that were played anew.</summary>
    public int Replaced { get; init; }

    /// <summary>Episodes that were not started, because a model of theirs cannot be loaded. Nothing is recorded of them.</summary>
    public int NotStarted { get; init; }

    /// <summary>The models that could not be loaded so far.</summary>
    public IReadOnlyList<ModelLoadFailure> LoadFailures { get; init; } = [];

    /// <summary>The limit that ended the run before all episodes were played, in words; null where none did.</summary>
    public string? Stopped { get; init; }

    /// <summary>The episodes played in a second; 0 before the first one.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Played / Elapsed.TotalSeconds : 0;

    /// <summary>The episodes that have been played in this run.</summary>
    public int Played => Done - Reused - Kept - NotStarted;

    /// <summary>
    /// How long the rest will take if it goes on as it did: the time of the episodes played so far, per episode, times
    /// those that are left; null before the first one has been played.
    /// </summary>
    public TimeSpan? Remaining => Played > 0 ? Elapsed / Played * (Total - Done) : null;

    /// <summary>The progress after one more episode.</summary>
    /// <param name="result">How the episode ended.</param>
    /// <param name="elapsed">The time since the run began.</param>
    /// <param name="cost">What has been spent.</param>
    /// <returns>The new state.</returns>
    internal RunProgress After(EpisodeResult result, TimeSpan elapsed, decimal cost) => this with
    {
        Done = Done + 1,
        Reused = Reused + (result.Fate == EpisodeFate.Reused ? 1 : 0),
        Kept = Kept + (result.Fate == EpisodeFate.Kept ? 1 : 0),
        Replaced = Replaced + (result.Fate == EpisodeFate.Replaced ? 1 : 0),
        NotStarted = NotStarted + (result.Fate == EpisodeFate.NotStarted ? 1 : 0),
        LoadFailures = result.Failure is { } failure && !LoadFailures.Contains(failure) ? [.. LoadFailures, failure] : LoadFailures,
        Failed = Failed + (result.Episode?.Outcome == Outcome.Error ? 1 : 0),
        Elapsed = elapsed,
        Cost = cost,
    };
}
