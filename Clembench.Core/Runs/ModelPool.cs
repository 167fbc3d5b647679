using System.Collections.Concurrent;
using Clembench.Backends;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>Loads a model; the pool disposes it.</summary>
/// <param name="entry">The registry entry.</param>
/// <param name="cancellationToken">Stops the loading.</param>
/// <returns>The model, ready to answer.</returns>
/// <exception cref="Common.ClemException">The model cannot be loaded.</exception>
public delegate Task<IModel> ModelLoader(ModelEntry entry, CancellationToken cancellationToken);

/// <summary>The models of a run: each is loaded once, when its first episode begins, and released with the run.</summary>
/// <param name="load">Loads a model.</param>
internal sealed class ModelPool(ModelLoader load) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ModelEntry, Lazy<Task<IModel>>> _models = new(ReferenceEqualityComparer.Instance);

    public async Task<IReadOnlyList<IModel>> GetAsync(IReadOnlyList<ModelEntry> entries, CancellationToken cancellationToken)
    {
        var models = new IModel[entries.Count];
        for (var i = 0; i < models.Length; i++)
        {
            models[i] = await _models
                .GetOrAdd(entries[i], entry => new Lazy<Task<IModel>>(() => load(entry, cancellationToken)))
                .Value.ConfigureAwait(false);
        }

        return models;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models.Values.Where(model => model.IsValueCreated && model.Value.IsCompletedSuccessfully))
            await (await model.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }
}
