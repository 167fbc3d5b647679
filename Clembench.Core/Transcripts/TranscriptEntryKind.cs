namespace Clembench.Transcripts;

/// <summary>What a step of a transcript is.</summary>
public enum TranscriptEntryKind
{
    /// <summary>What the game master says to a player.</summary>
    Prompt,

    /// <summary>What a player answers.</summary>
    Response,

    /// <summary>What the game master notes.</summary>
    Note,

    /// <summary>A note that says that a response did not have the form asked for, or broke a rule.</summary>
    Failure,
}
