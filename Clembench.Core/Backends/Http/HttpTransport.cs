using System.Net.Http.Headers;

namespace Clembench.Backends.Http;

/// <summary>Carries requests with plain HTTP.</summary>
/// <param name="client">The connections.</param>
/// <param name="address">Where requests are posted.</param>
/// <param name="headers">The headers of every request.</param>
internal sealed class HttpTransport(HttpClient client, Uri address, IReadOnlyList<(string Name, string Value)> headers) : IWireTransport
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <inheritdoc />
    public async Task<WireAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("clembench");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return new WireAnswer(
            (int)response.StatusCode, content,
            WireAnswer.ByName(response.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.First()))));
    }
}
