using Clembench.Backends;

namespace Clembench.Results;

/// <summary>One call of a player, as it is recorded: when, in which round, and the exact prompt and response.</summary>
/// <param name="Player">The player's name, such as <c>Player 1</c>.</param>
/// <param name="Round">The round, from 0.</param>
/// <param name="Timestamp">The local time of the response.</param>
/// <param name="Duration">How long the response took.</param>
/// <param name="Response">The exact prompt and response, the text and the token counts.</param>
public sealed record RecordedCall(string Player, int Round, DateTime Timestamp, TimeSpan Duration, ModelResponse Response);
