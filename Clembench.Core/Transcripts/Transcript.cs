using Clembench.Json;
using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>What people look at of an episode: who said what in which round, what the game master noted, and the calls behind it.</summary>
public sealed record Transcript
{
    /// <summary>The episode.</summary>
    public required Episode Episode { get; init; }

    /// <summary>The participants, the game master first.</summary>
    public required IReadOnlyList<PlayerInfo> Players { get; init; }

    /// <summary>The rounds, in order.</summary>
    public required IReadOnlyList<TranscriptRound> Rounds { get; init; }

    /// <summary>The exact prompts and responses, in order.</summary>
    public required IReadOnlyList<RequestRecord> Requests { get; init; }

    /// <summary>The language tag of the game's texts (BCP 47), where the record says one; else empty.</summary>
    public required string Language { get; init; }

    /// <summary>A player's place among the players, from 0; that of the game master and of unknown names is −1.</summary>
    /// <param name="name">The name in the record.</param>
    /// <returns>The place.</returns>
    public int SeatOf(string name)
    {
        var seat = -1;
        foreach (var player in Players)
        {
            if (player.Name == Games.Dialogue.GameMaster)
                continue;
            seat++;
            if (player.Name == name)
                return seat;
        }

        return -1;
    }
}

/// <summary>One round of an episode.</summary>
/// <param name="Number">The round's number, from 0.</param>
/// <param name="Entries">What happened, in order.</param>
/// <param name="Violated">How many responses of the round did not have the form asked for.</param>
/// <param name="Scores">The metrics of the round; empty where none were recorded.</param>
public sealed record TranscriptRound(int Number, IReadOnlyList<TranscriptEntry> Entries, long Violated, JsonMap Scores);

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

/// <summary>One step of a transcript.</summary>
/// <param name="Event">The event.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its content: a text as it is, anything else as JSON text.</param>
/// <param name="Request">The call that gave a response; of a prompt, the call that it was sent with; null where none is recorded.</param>
/// <param name="Violates">Whether it is a response of which the record says that it did not have the form asked for.</param>
public sealed record TranscriptEntry(InteractionEvent Event, TranscriptEntryKind Kind, string Text, RequestRecord? Request, bool Violates);
