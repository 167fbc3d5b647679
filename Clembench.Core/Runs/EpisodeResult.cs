using Clembench.Json;
using Clembench.Results;

namespace Clembench.Runs;

/// <summary>What became of an episode of a plan.</summary>
internal enum EpisodeFate
{
    /// <summary>It was played.</summary>
    Played,

    /// <summary>It was played, in place of a complete one of another instance or with another entry of the model.</summary>
    Replaced,

    /// <summary>It was complete already.</summary>
    Reused,

    /// <summary>A complete one with other generation settings stands in its place, and nobody said that it may go.</summary>
    Kept,

    /// <summary>A model of it cannot be loaded: it did not begin, and nothing is recorded of it.</summary>
    NotStarted,

    /// <summary>A limit of the run is reached: nothing more is to be played.</summary>
    OverLimit,
}

/// <summary>How an episode of a plan ended.</summary>
/// <param name="Fate">What became of it.</param>
/// <param name="Episode">The episode; null where none is to be shown.</param>
/// <param name="Failure">The model that cannot be loaded, where it did not begin because of that.</param>
internal readonly record struct EpisodeResult(EpisodeFate Fate, Episode? Episode = null, ModelLoadFailure? Failure = null)
{
    /// <summary>Whether the episode was complete before.</summary>
    public bool IsComplete => Fate is EpisodeFate.Reused or EpisodeFate.Kept;

    /// <summary>Whether the episode is played.</summary>
    public bool Begins => Fate is EpisodeFate.Played or EpisodeFate.Replaced;
}

/// <summary>What becomes of an episode of a plan, and what was found out for that.</summary>
/// <param name="Plan">The episode.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="PlayerModels">Its models with their settings, as records have them.</param>
/// <param name="Found">The episode where it was complete; else the fate alone.</param>
internal sealed record EpisodeDecision(EpisodePlan Plan, string Folder, JsonMap PlayerModels, EpisodeResult Found);

/// <summary>An episode that was played and is to be recorded.</summary>
/// <param name="Decision">What was decided for it before.</param>
/// <param name="Record">What is to be written.</param>
/// <param name="Advice">What to do about an error that ended it; null where there is nothing to say.</param>
internal sealed record PlayedEpisode(EpisodeDecision Decision, EpisodeRecord Record, string? Advice);
