using System.Text.Json;
using Clembench.Backends.Http;
using Clembench.Models;

namespace Clembench.Backends;

/// <summary>
/// A user's backend under the name of its file, with what the engine promises and foreign code may not keep: only
/// errors that a person can act on, complete responses, and no secret in either.
/// </summary>
/// <param name="name">The backend's name.</param>
/// <param name="inner">The user's backend.</param>
public sealed class GuardedBackend(string name, IBackend inner) : IBackend
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key)
    {
        try
        {
            return inner.GetAvailability(entry, key);
        }
        catch (Exception error)
        {
            throw UserBackendError.Of(error, Name, entry, key);
        }
    }

    /// <inheritdoc />
    public async Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        try
        {
            var model = await inner.LoadModelAsync(entry, key, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException("LoadModelAsync returned null.");
            return new GuardedModel(model, Name, entry, key);
        }
        catch (Exception error) when (!(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw UserBackendError.Of(error, Name, entry, key);
        }
    }

    private sealed class GuardedModel(IModel inner, string backend, ModelEntry entry, BackendKey? key) : DelegatingModel(inner)
    {
        private readonly SecretMask _mask = new(key?.ApiKey?.Trim());

        public override async Task<ModelResponse> GenerateAsync(
            IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            try
            {
                var response = await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);
                if (response is not { Text: not null, Prompt.ValueKind: not JsonValueKind.Undefined, Response.ValueKind: not JsonValueKind.Undefined })
                    throw new InvalidOperationException("It returned no Prompt, no Response or no Text.");
                return response with { Prompt = _mask.InRecord(response.Prompt), Response = _mask.InRecord(response.Response) };
            }
            catch (Exception error) when (!(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw UserBackendError.Of(error, backend, entry, key);
            }
        }
    }
}
