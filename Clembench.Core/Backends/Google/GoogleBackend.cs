using Clembench.Backends.Http;

namespace Clembench.Backends.Google;

/// <summary>The <c>google</c> backend: generateContent of the Gemini API.</summary>
public sealed class GoogleBackend() : RemoteBackend("google", new Uri("https://generativelanguage.googleapis.com/v1beta"), needsKey: true)
{
    /// <inheritdoc />
    private protected override Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken)
    {
        // A tuned model's name says what it is (tunedModels/…).
        var id = string.Join('/', connection.Target.ModelId.Split('/').Select(Uri.EscapeDataString));
        var resource = id.Contains('/', StringComparison.Ordinal) ? id : $"models/{id}";
        return Model(
            connection,
            new GoogleFormat(connection.Entry, new ImageDownloads(connection.Target)),
            new HttpTransport(
                BackendHttp.Client(connection.Verify), connection.Method($"{resource}:generateContent", "v1beta"),
                [("x-goog-api-key", connection.Secret!)]));
    }
}
