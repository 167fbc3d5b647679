using System.Text.Json;

namespace Clembench.Backends;

/// <summary>What a model was sent and what it answered.</summary>
/// <param name="Prompt">The exact object that was sent, never edited except that it holds no secret.</param>
/// <param name="Response">The exact object that was received, never edited.</param>
/// <param name="Text">The generated message alone.</param>
public sealed record ModelResponse(JsonElement Prompt, JsonElement Response, string Text)
{
    /// <summary>The number of tokens in the prompt, where the backend knows it.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>The number of generated tokens, where the backend knows it.</summary>
    public long? CompletionTokens { get; init; }

    /// <summary>Whether the response was given before, and comes from the cache.</summary>
    public bool FromCache { get; init; }

    /// <summary>What the service said about how much it still takes; null where it says nothing.</summary>
    public RateAllowance? Allowance { get; init; }

    /// <summary>
    /// The identifiers of the errors in which earlier attempts at this call ended, oldest first; empty for a call that
    /// succeeded at once.
    /// </summary>
    public IReadOnlyList<string> FailedAttempts { get; init; } = [];
}
