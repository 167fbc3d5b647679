using Clembench.Backends.Http;

namespace Clembench.Backends.Cohere;

/// <summary>The <c>cohere</c> backend: the second version of Cohere's chat API.</summary>
public sealed class CohereBackend() : RemoteBackend("cohere", new Uri("https://api.cohere.com/v2"), needsKey: true)
{
    /// <inheritdoc />
    private protected override Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken) => Model(
        connection,
        new CohereFormat(connection.Entry),
        new HttpTransport(
            BackendHttp.Client(connection.Verify), connection.Method("chat", "v2"),
            [("Authorization", $"Bearer {connection.Secret}"), ("X-Client-Name", "clembench")]));
}
