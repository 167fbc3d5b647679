using Clembench.Json;

namespace Clembench.Backends;

/// <summary>Answers for a role by program: from the conversation so far, whose last message is the context.</summary>
/// <param name="messages">The conversation as the player remembers it.</param>
/// <returns>The response.</returns>
public delegate string PlayerScript(IReadOnlyList<ChatMessage> messages);

/// <summary>
/// A player that is a program: roles that a game plays itself, and every role of the <c>mock</c> model. Its records
/// have the form that clemcore gives to programmatic players.
/// </summary>
/// <param name="name">The name under which it is recorded.</param>
/// <param name="script">The program.</param>
public sealed class ProgrammaticModel(string name, PlayerScript script) : IModel
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var text = script(messages);
        var prompt = ChatMessageJson.ToElement(messages[^1]);
        return Task.FromResult(new ModelResponse(prompt, ClemPlayer(text, Name), text));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static System.Text.Json.JsonElement ClemPlayer(string text, string modelName) =>
        JsonData.ToElement(new JsonMap([new("clem_player", new JsonMap([new("response", text), new("model_name", modelName)]))]));
}
