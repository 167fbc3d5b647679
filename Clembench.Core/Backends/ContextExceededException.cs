using Clembench.Common;

namespace Clembench.Backends;

/// <summary>The conversation does not fit the model's context.</summary>
/// <param name="message">What happened.</param>
/// <param name="target">The model's name.</param>
public sealed class ContextExceededException(string message, object? target = null) : ModelCallException(
    "Clem.Backend.ContextExceeded", ErrorKind.LimitExceeded, message,
    "Use a model with a larger context, or fewer tokens (-MaxTokens).", target)
{
    /// <summary>How many tokens the conversation (and the room for the response) needs; null where unknown.</summary>
    public long? TokensUsed { get; init; }

    /// <summary>The size of the model's context in tokens; null where unknown.</summary>
    public long? ContextSize { get; init; }

    /// <summary>How many tokens are left, negative where the context is exceeded; null where unknown.</summary>
    public long? TokensLeft => ContextSize - TokensUsed;
}
