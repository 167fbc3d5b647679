using Clembench.Backends;
using Clembench.Backends.OpenAi;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Servers;

namespace Clembench.Tests.Backends;

/// <summary>Models of the chat completions backends, for tests.</summary>
internal static class ChatModels
{
    public const string Secret = "sk-test-8f3b+1/secret";

    public static readonly IReadOnlyList<ChatMessage> Hello = [ChatMessage.User("Hello")];

    public static BackendKey Key(string backend = "openai_compatible", string? json = null) =>
        new(backend) { ApiKey = Secret, Source = "/home/me/key.json", Settings = json is null ? JsonMap.Empty : JsonMap.Parse(json) };

    public static ModelEntry Entry(string baseUrl, string settings = "{}", string backend = "openai_compatible") => new()
    {
        Name = "test-model",
        Backend = backend,
        Properties = new JsonMap([new("model_config", new JsonMap([new("base_url", baseUrl), .. JsonMap.Parse(settings)]))]),
    };

    public static Task<IModel> LoadAsync(string baseUrl, string settings = "{}", BackendKey? key = null) =>
        new OpenAiCompatibleBackend().LoadModelAsync(Entry(baseUrl, settings), key ?? Key(), default);

    public static Task<IModel> LoadAsync(OpenAiServer server, string settings = "{}", BackendKey? key = null) => LoadAsync(server.BaseUrl, settings, key);

    public static Task<ModelResponse> AskAsync(this IModel model, string text, double temperature = 0.0) =>
        model.GenerateAsync([ChatMessage.User(text)], new GenerationOptions(temperature), default);
}
