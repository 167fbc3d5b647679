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
