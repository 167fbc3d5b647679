namespace Clembench.Runs;

/// <summary>What a run would do with one experiment of a game.</summary>
/// <param name="Model">The line-up.</param>
/// <param name="Game">The game.</param>
/// <param name="Experiment">The experiment.</param>
public sealed record RunPreview(string Model, string Game, string Experiment)
{
    /// <summary>Episodes that would be played for the first time, or again after a failure, or by force.</summary>
    public int New { get; init; }

    /// <summary>Complete episodes that would be reused.</summary>
    public int Reused { get; init; }

    /// <summary>Complete episodes of another instance or of another entry of the model, which would be played anew.</summary>
    public int Replaced { get; init; }

    /// <summary>Complete episodes with other generation settings, which would be left as they are.</summary>
    public int Kept { get; init; }
}
