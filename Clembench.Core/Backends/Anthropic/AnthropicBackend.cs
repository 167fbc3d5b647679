using Clembench.Backends.Http;

namespace Clembench.Backends.Anthropic;

/// <summary>The <c>anthropic</c> backend: the Messages API.</summary>
public sealed class AnthropicBackend() : RemoteBackend("anthropic", new Uri("https://api.anthropic.com"), needsKey: true)
{
    // The only version of the API so far.
    private const string Version = "2023-06-01";

    /// <inheritdoc />
    private protected override Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken) => Model(
        connection,
        new AnthropicFormat(connection.Entry),
        new HttpTransport(
            BackendHttp.Client(connection.Verify), connection.Method("messages", "v1"),
            [("x-api-key", connection.Secret!), ("anthropic-version", Version)]));
}
