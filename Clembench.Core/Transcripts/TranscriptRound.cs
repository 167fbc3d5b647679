using Clembench.Json;

namespace Clembench.Transcripts;

/// <summary>One round of an episode.</summary>
/// <param name="Number">The round's number, from 0.</param>
/// <param name="Entries">What happened, in order.</param>
/// <param name="Violated">How many responses of the round did not have the form asked for.</param>
/// <param name="Scores">The metrics of the round; empty where none were recorded.</param>
public sealed record TranscriptRound(int Number, IReadOnlyList<TranscriptEntry> Entries, long Violated, JsonMap Scores);
