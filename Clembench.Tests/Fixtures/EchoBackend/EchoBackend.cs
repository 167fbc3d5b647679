using System.Text.Json;
using Clembench.Backends;
using Clembench.Models;

namespace EchoBackend;

/// <summary>Answers with what was said last.</summary>
public sealed class EchoBackend : IBackend
{
    public string Name => "echo";

    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => Availability.Ready;

    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken) =>
        Task.FromResult<IModel>(new EchoModel(entry.Name, key));

    private sealed class EchoModel(string name, BackendKey? key) : IModel
    {
        public string Name { get; } = name;

        public Task<ModelResponse> GenerateAsync(
            IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            var said = messages[^1].Content;
            return said switch
            {
                "throw" => throw new InvalidOperationException($"The echo is broken, and says its key: {key?.ApiKey}"),
                "nothing" => Task.FromResult(new ModelResponse(default, default, null!)),
                _ => Task.FromResult(new ModelResponse(ChatMessageJson.ToElement(messages), Element(new { said, key = key?.ApiKey }), said)),
            };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static JsonElement Element(object value) => JsonSerializer.SerializeToElement(value);
    }
}
