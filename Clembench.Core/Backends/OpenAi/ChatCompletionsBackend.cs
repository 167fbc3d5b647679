using System.ClientModel;
using System.ClientModel.Primitives;
using Clembench.Backends.Http;
using OpenAI;
using ChatClient = OpenAI.Chat.ChatClient;

namespace Clembench.Backends.OpenAi;

/// <summary>What the backends of chat completions APIs have in common: OpenAI's SDK carries the calls.</summary>
/// <param name="name">The backend's name.</param>
/// <param name="defaultAddress">The service's address; null where there is none.</param>
/// <param name="needsKey">Whether the service answers nobody without a key.</param>
public abstract class ChatCompletionsBackend(string name, Uri? defaultAddress, bool needsKey) : RemoteBackend(name, defaultAddress, needsKey)
{
    /// <inheritdoc />
    private protected override Task<IModel> LoadAsync(RemoteConnection connection, CancellationToken cancellationToken)
    {
        var options = CreateOptions(connection);
        Configure(options, connection);
        return Model(connection, new ChatFormat(new ChatRequest(connection.Entry)), new ChatTransport(CreateClient(connection, options)));
    }

    /// <summary>Sets what is particular to a service.</summary>
    /// <param name="options">The SDK's options.</param>
    /// <param name="connection">Where the model is.</param>
    private protected virtual void Configure(OpenAIClientOptions options, RemoteConnection connection)
    {
        var settings = connection.Target.Key?.Settings;
        options.OrganizationId = settings?.GetOrDefault<string>("organisation") ?? settings?.GetOrDefault<string>("organization");
    }

    /// <summary>How calls carry the key.</summary>
    /// <param name="secret">The key.</param>
    /// <returns>The SDK's policy.</returns>
    private protected virtual AuthenticationPolicy Authenticate(string secret) =>
        ApiKeyAuthenticationPolicy.CreateBearerAuthorizationPolicy(new ApiKeyCredential(secret));

    private static OpenAIClientOptions CreateOptions(RemoteConnection connection) => new()
    {
        Endpoint = connection.Address,
        Transport = BackendHttp.Transport(connection.Verify),
        // Repetition and time limits are decorators of their own, the same for every backend.
        RetryPolicy = new ClientRetryPolicy(0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
        ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        EnableDistributedTracing = false,
        UserAgentApplicationId = "clembench",
    };

    private ChatClient CreateClient(RemoteConnection connection, OpenAIClientOptions options) =>
#pragma warning disable OPENAI001 // The only constructor for other headers than a bearer's, or none at all, is marked as experimental.
        new(connection.Target.ModelId, connection.Secret is { } secret ? Authenticate(secret) : new NoAuthentication(), options);
#pragma warning restore OPENAI001

    private sealed class NoAuthentication : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNextAsync(message, pipeline, currentIndex);
    }
}
