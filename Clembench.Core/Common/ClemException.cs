namespace Clembench.Common;

/// <summary>
/// An error that a person can act on: what happened, where, why, and what to do. It never carries a secret.
/// </summary>
/// <param name="id">A stable identifier, <c>Clem.&lt;Area&gt;.&lt;Cause&gt;</c>, for scripts to branch on.</param>
/// <param name="kind">The kind of the failure.</param>
/// <param name="message">What happened, where and why, in one or two sentences.</param>
/// <param name="action">What the reader can do about it; a command where there is one.</param>
/// <param name="target">The object concerned: a path, a name, an entry.</param>
/// <param name="innerException">The cause.</param>
public class ClemException(
    string id,
    ErrorKind kind,
    string message,
    string? action = null,
    object? target = null,
    Exception? innerException = null) : Exception(Readable(message), innerException)
{
    // Messages name what stands in files, however long that is.
    private const int LongestMessage = 2_000;

    /// <summary>A stable identifier, <c>Clem.&lt;Area&gt;.&lt;Cause&gt;</c>.</summary>
    public string Id { get; } = id;

    /// <summary>The kind of the failure.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>What the reader can do about it.</summary>
    public string? Action { get; } = action;

    /// <summary>The object concerned.</summary>
    public object? Target { get; } = target;

    private static string Readable(string message) =>
        message.Length <= LongestMessage ? message : string.Concat(message.AsSpan(0, LongestMessage - (char.IsHighSurrogate(message[LongestMessage - 1]) ? 1 : 0)), "…");
}
