using Clembench.Models;

namespace Clembench.Backends;

/// <summary>
/// A model whose answers come from the game that it plays in: every game brings a cooperative script for each role.
/// </summary>
public interface IScriptedModel : IModel
{
    /// <summary>The model in one role of one episode.</summary>
    /// <param name="script">The game's cooperative script for the role.</param>
    /// <returns>The player.</returns>
    IModel InRole(PlayerScript script);
}

/// <summary>The <c>mock</c> backend: cooperative players without any model, to try games and pipelines.</summary>
public sealed class MockBackend : IBackend
{
    /// <inheritdoc />
    public string Name => "mock";

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => Availability.Ready;

    /// <inheritdoc />
    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken) =>
        Task.FromResult<IModel>(new MockModel(entry.Name));

    private sealed class MockModel(string name) : IScriptedModel
    {
        public string Name { get; } = name;

        public IModel InRole(PlayerScript script) => new ProgrammaticModel(Name, script);

        // Outside a game there is no script: repeating what was said is an answer to anything.
        public Task<ModelResponse> GenerateAsync(
            IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
            InRole(said => said[^1].Content).GenerateAsync(messages, options, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
