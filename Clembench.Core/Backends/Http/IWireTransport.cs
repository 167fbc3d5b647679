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
/// <param name="Headers">The headers, by their names in any case.</param>
internal sealed record WireAnswer(int Status, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header's value.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value; null where the header is not there.</returns>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Headers by their names in any case; of those with one name the first.</summary>
    /// <param name="headers">Names and values.</param>
    /// <returns>The headers.</returns>
    public static IReadOnlyDictionary<string, string> ByName(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
            all.TryAdd(name, value);
        return all;
    }
}
