using System.ClientModel;
using System.ClientModel.Primitives;
using Clembench.Backends.Http;
using Clembench.Common;
using Clembench.Models;
using OpenAI;
using ChatClient = OpenAI.Chat.ChatClient;

namespace Clembench.Backends.OpenAi;

/// <summary>What the backends of chat completions APIs have in common.</summary>
/// <param name="name">The backend's name.</param>
/// <param name="defaultAddress">The service's address; null where there is none.</param>
/// <param name="needsKey">Whether the service answers nobody without a key.</param>
public abstract class ChatCompletionsBackend(string name, Uri? defaultAddress, bool needsKey) : IBackend
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <summary>The clock by which a date in <c>Retry-After</c> is judged.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key)
    {
        var keyMissing = string.IsNullOrWhiteSpace(key?.ApiKey) && (needsKey || entry.GetSetting("requires_api_key") is true);
        return keyMissing || BaseUrl(entry, key) is null ? Availability.NeedsKey : Availability.Ready;
    }

    /// <inheritdoc />
    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        var secret = Secret(entry, key);
        var address = Address(entry, key);
        var request = new ChatRequest(entry);
        var verify = key?.Settings.GetOrDefault<object>("verify") is not false;
        var target = new CallTarget(Name, entry.Name, request.ModelId, address, key);
        return Task.FromResult<IModel>(new ChatCompletionsModel(target, request, CreateClient(target, secret, verify), Time)
        {
            Warnings = verify ? [] :
                [$"TLS certificates of the backend '{Name}' are not checked (\"verify\": false in {key?.Source ?? "its key settings"})."],
        });
    }

    private static object? BaseUrlSetting(ModelEntry entry, BackendKey? key) =>
        entry.GetSetting("base_url") ?? (string.IsNullOrWhiteSpace(key?.BaseUrl) ? null : key.BaseUrl);

    private object? BaseUrl(ModelEntry entry, BackendKey? key) => BaseUrlSetting(entry, key) ?? defaultAddress;

    private string? Secret(ModelEntry entry, BackendKey? key)
    {
        var secret = key?.ApiKey?.Trim();
        if (string.IsNullOrEmpty(secret))
        {
            return needsKey || entry.GetSetting("requires_api_key") is true
                ? throw new ClemException(
                    "Clem.Backend.KeyMissing", ErrorKind.Authentication, $"The model '{entry.Name}' needs a key for the backend '{Name}', and none is set.",
                    $"Set one with Set-ClemKey {Name}.", entry.Name)
                : null;
        }

        // The framework would refuse such a header with a message that shows it.
        return secret.All(char.IsAscii) && !secret.Any(char.IsControl) ? secret : throw new ClemException(
            "Clem.Backend.InvalidKey", ErrorKind.Authentication,
            $"The key of the backend '{Name}' from {key?.Source ?? "the session"} has characters that no key can have.",
            $"Set it again with Set-ClemKey {Name}.", entry.Name);
    }

    private Uri Address(ModelEntry entry, BackendKey? key)
    {
        switch (BaseUrl(entry, key))
        {
            case Uri known:
                return known;
            case string text when Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
                    && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp):
                return new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') }.Uri;
            case null:
                throw new ClemException(
                    "Clem.Backend.BaseUrlMissing", ErrorKind.InvalidArgument,
                    $"The model '{entry.Name}' of the backend '{Name}' has no base_url, so there is no address to call.",
                    $"Add base_url to the entry, or beside the key of {Name}.", entry.Name);
            default:
                // The text itself is not shown: it may hold a password.
                throw new ClemException(
                    "Clem.Backend.InvalidBaseUrl", ErrorKind.InvalidData, $"The base_url of the model '{entry.Name}' is not an http or https address.",
                    "Write it like https://host/v1.", entry.Name);
        }
    }

    private static ChatClient CreateClient(CallTarget target, string? secret, bool verify)
    {
        var settings = target.Key?.Settings;
        var options = new OpenAIClientOptions
        {
            Endpoint = target.Address,
            OrganizationId = settings?.GetOrDefault<string>("organisation") ?? settings?.GetOrDefault<string>("organization"),
            Transport = BackendHttp.Transport(verify),
            // Repetition and time limits are decorators of their own, the same for every backend.
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            EnableDistributedTracing = false,
            UserAgentApplicationId = "clembench",
        };
        if (secret is not null)
            return new ChatClient(target.ModelId, new ApiKeyCredential(secret), options);
#pragma warning disable OPENAI001 // The only constructor for a server that takes no key at all is marked as experimental.
        return new ChatClient(target.ModelId, new NoAuthentication(), options);
#pragma warning restore OPENAI001
    }

    private sealed class NoAuthentication : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNextAsync(message, pipeline, currentIndex);
    }
}
