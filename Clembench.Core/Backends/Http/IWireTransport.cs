namespace Clembench.Backends.Http;

/// <summary>Carries the bytes of a request to a service and those of its answer back, as they are.</summary>
internal interface IWireTransport
{
    /// <summary>Sends a body.</summary>
    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, of whatever status.</returns>
    /// <exception cref="Exception">There was no whole answer.</exception>
    Task<WireAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}

/// <summary>An answer as it came.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The bytes of the body.</param>
/// <param name="RetryAfter">How long the headers ask to wait; null where they do not.</param>
/// <param name="ExhaustedFor">How long nothing is left of a limit, as the headers say; null where something is.</param>
internal sealed record WireAnswer(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, TimeSpan? ExhaustedFor)
{
    /// <summary>An answer with what its headers say.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="header">Gives a header's value by its name; null where it is not there.</param>
    /// <param name="now">The time here.</param>
    /// <returns>The answer.</returns>
    public static WireAnswer Read(int status, ReadOnlyMemory<byte> body, Func<string, string?> header, DateTimeOffset now) =>
        new(status, body, RetryAfterHeader.Read(header, now), RateLimitHeaders.ReadExhausted(header, now));
}
