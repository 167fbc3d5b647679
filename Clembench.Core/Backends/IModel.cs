namespace Clembench.Backends;

/// <summary>A model that is ready to answer. Implementations may be called from many threads at once.</summary>
public interface IModel : IAsyncDisposable
{
    /// <summary>The model's name.</summary>
    string Name { get; }

    /// <summary>Has the model continue a conversation.</summary>
    /// <param name="messages">The conversation, prepared by <see cref="ChatMessage.Prepare"/>.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellationToken">Stops the generation.</param>
    /// <returns>The exact prompt and response, and the generated text.</returns>
    /// <exception cref="Common.ClemException">The model cannot be reached, refuses, or its context is exceeded.</exception>
    Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken);
}
