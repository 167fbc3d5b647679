using Clembench.Models;

namespace Clembench.Backends;

/// <summary>Where a person is asked: a terminal.</summary>
public interface IHumanTerminal
{
    /// <summary>Shows a message and waits for an answer.</summary>
    /// <param name="message">What the person is to answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Common.ClemException">There is nobody to ask: the session is not interactive.</exception>
    Task<string> AskAsync(string message, CancellationToken cancellationToken);
}

/// <summary>The <c>human</c> backend: a person at the terminal plays the role.</summary>
/// <param name="terminal">Where the person is asked.</param>
public sealed class HumanBackend(IHumanTerminal terminal) : IBackend
{
    /// <inheritdoc />
    public string Name => "human";

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => Availability.Ready;

    /// <inheritdoc />
    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken) =>
        Task.FromResult<IModel>(new HumanModel(entry.Name, terminal));

    private sealed class HumanModel(string name, IHumanTerminal terminal) : IModel
    {
        // One person answers one question at a time, however many episodes are in flight.
        private readonly SemaphoreSlim _turn = new(1, 1);

        public string Name { get; } = name;

        public async Task<ModelResponse> GenerateAsync(
            IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var text = await terminal.AskAsync(Show(messages[^1]), cancellationToken).ConfigureAwait(false);
                return new ModelResponse(ChatMessageJson.ToElement(messages[^1]), ProgrammaticModel.ClemPlayer(text, Name), text);
            }
            finally
            {
                _turn.Release();
            }
        }

        // A terminal shows no images: it says where they are.
        private static string Show(ChatMessage message) =>
            string.Join('\n', [message.Content, .. message.Images.Select((image, index) => $"[Image {index + 1}: {image.Location}]")]);

        public ValueTask DisposeAsync()
        {
            _turn.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
