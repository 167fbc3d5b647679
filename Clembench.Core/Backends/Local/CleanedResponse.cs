namespace Clembench.Backends.Local;

/// <summary>What a local model said, cleaned of what its form of output adds.</summary>
/// <param name="Text">The message that the game gets.</param>
/// <param name="CotContent">The reasoning before it, as generated; null for an entry without <c>cot_output</c>.</param>
public sealed record CleanedResponse(string Text, string? CotContent = null);
