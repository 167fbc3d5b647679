using Clembench.Backends.Http;

namespace Clembench.Backends.Mistral;

/// <summary>The <c>mistral</c> backend: Mistral's chat completions.</summary>
public sealed class MistralBackend() : RemoteBackend("mistral", new Uri("https://api.mistral.ai/v1"), needsKey: true)
{
    /// <inheritdoc />
    private protected override Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken) => Model(
        connection,
        new MistralFormat(connection.Entry),
        new HttpTransport(
            BackendHttp.Client(connection.Verify), connection.Method("chat/completions", "v1"),
            [("Authorization", $"Bearer {connection.Secret}")]));
}
