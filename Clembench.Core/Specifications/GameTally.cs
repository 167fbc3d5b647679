using Clembench.Results;

namespace Clembench.Specifications;

/// <summary>The episodes of a game of a model in a run.</summary>
/// <param name="Model">The model.</param>
/// <param name="Game">The game.</param>
public sealed record GameTally(string Model, string Game)
{
    /// <summary>The episodes, reused ones included.</summary>
    public int Episodes { get; init; }

    /// <summary>Those that ended well.</summary>
    public int Success { get; init; }

    /// <summary>Those that were lost.</summary>
    public int Lose { get; init; }

    /// <summary>Those that were aborted.</summary>
    public int Aborted { get; init; }

    /// <summary>Those that ended in an error.</summary>
    public int Failed { get; init; }

    /// <summary>How long they took, one after the other.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The first error; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>The tally with one more episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <returns>The new tally.</returns>
    internal GameTally With(Episode episode) => this with
    {
        Episodes = Episodes + 1,
        Success = Success + (episode.Outcome == Outcome.Success ? 1 : 0),
        Lose = Lose + (episode.Outcome == Outcome.Lose ? 1 : 0),
        Aborted = Aborted + (episode.Outcome == Outcome.Aborted ? 1 : 0),
        Failed = Failed + (episode.Outcome == Outcome.Error ? 1 : 0),
        Duration = Duration + episode.Duration,
        Error = Error ?? episode.Error,
    };
}
