using Clembench.Backends.Http;
using Clembench.Models;

namespace Clembench.Backends;

/// <summary>
/// The <c>mock</c> backend: cooperative players without any model, to try games and pipelines. With an <c>error_rate</c> they err now
/// and then, so that there is something to look at.
/// </summary>
public sealed class MockBackend : IBackend
{
    /// <inheritdoc />
    public string Name => "mock";

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => Availability.Ready;

    /// <inheritdoc />
    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var rate = entry.Proportion("error_rate") ?? 0;
        var seed = entry.Setting<long?>("seed", "a whole number") ?? 0;
        return Task.FromResult<IModel>(new MockModel(entry.Name, rate > 0 ? new AnswerNoise(rate, seed) : null));
    }

    private sealed class MockModel(string name, AnswerNoise? noise) : IScriptedModel
    {
        public string Name { get; } = name;

        public IModel InRole(PlayerScript script) => new ProgrammaticModel(
            Name, noise is null ? script : messages => noise.Apply(script(messages), messages));

        // Outside a game there is no script: repeating what was said is an answer to anything.
        public Task<ModelResponse> GenerateAsync(
            IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
            InRole(said => said[^1].Content).GenerateAsync(messages, options, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
