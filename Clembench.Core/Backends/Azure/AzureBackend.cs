using System.ClientModel;
using System.ClientModel.Primitives;
using Clembench.Backends.Http;
using Clembench.Backends.OpenAi;
using Clembench.Common;
using OpenAI;

namespace Clembench.Backends.Azure;

/// <summary>
/// The <c>azure</c> backend: OpenAI's models in a resource of one's own. The address is the resource's endpoint, whose
/// deployments are called by the entry's <c>model_id</c> under an <c>api_version</c>; or one that ends in
/// <c>/openai/v1</c>, whose API has no versions.
/// </summary>
public sealed class AzureBackend() : ChatCompletionsBackend("azure", defaultAddress: null, needsKey: true)
{
    /// <summary>The version of the API where neither the entry nor the key settings name one.</summary>
    public const string DefaultApiVersion = "2024-10-21";

    private const string Deployments = "/openai/deployments/";

    /// <inheritdoc />
    private protected override IReadOnlyList<string> AddressSettings => ["endpoint", "azure_endpoint"];

    /// <inheritdoc />
    private protected override void Configure(OpenAIClientOptions options, RemoteConnection connection)
    {
        var version = ApiVersion(connection);
        if (!connection.Address.AbsolutePath.EndsWith("/openai/v1", StringComparison.OrdinalIgnoreCase))
        {
            version ??= DefaultApiVersion;
            if (!connection.Address.AbsolutePath.Contains(Deployments, StringComparison.OrdinalIgnoreCase))
                options.Endpoint = connection.Method($"openai/deployments/{Uri.EscapeDataString(connection.Target.ModelId)}");
        }

        if (version is not null)
            options.AddPolicy(new VersionPolicy(version), PipelinePosition.PerCall);
    }

    /// <inheritdoc />
    private protected override AuthenticationPolicy Authenticate(string secret) =>
        ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new ApiKeyCredential(secret), "api-key");

    private static string? ApiVersion(RemoteConnection connection)
    {
        var version = connection.Entry.Setting<string>("api_version", "a text") ?? connection.Target.Key?.Settings.GetOrDefault<string>("api_version");
        return version is null || version.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? version : throw new ClemException(
            "Clem.Backend.InvalidSetting", ErrorKind.InvalidData, $"The api_version of the model '{connection.Entry.Name}' is not a version.",
            $"Write it like {DefaultApiVersion}.", connection.Entry.Name);
    }

    private sealed class VersionPolicy(string version) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            AddVersion(message);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            AddVersion(message);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }

        private void AddVersion(PipelineMessage message)
        {
            var address = new UriBuilder(message.Request.Uri!);
            address.Query = $"{address.Query.TrimStart('?')}{(address.Query.Length > 1 ? "&" : "")}api-version={version}";
            message.Request.Uri = address.Uri;
        }
    }
}
