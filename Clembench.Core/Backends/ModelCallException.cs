using Clembench.Common;

namespace Clembench.Backends;

/// <summary>A call to a model that failed: what the service said, and whether trying again makes sense.</summary>
/// <param name="id">A stable identifier, <c>Clem.Backend.&lt;Cause&gt;</c>.</param>
/// <param name="kind">The kind of the failure.</param>
/// <param name="message">What happened, where and why; never a secret.</param>
/// <param name="action">What the reader can do about it.</param>
/// <param name="target">The model's name.</param>
/// <param name="innerException">The cause.</param>
public class ModelCallException(
    string id,
    ErrorKind kind,
    string message,
    string? action = null,
    object? target = null,
    Exception? innerException = null) : ClemException(id, kind, message, action, target, innerException)
{
    /// <summary>The id of a call that got no whole answer, because there was no connection or it was lost.</summary>
    public const string UnreachableId = "Clem.Backend.Unreachable";

    /// <summary>The HTTP status that the service answered with; null where there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>How long the service asks to wait before the next call; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed later: rate limits, overload, lost connections, timeouts.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether every later call to this model will fail as well, so that there is no use in waiting.</summary>
    public bool IsFinal { get; init; }
}
