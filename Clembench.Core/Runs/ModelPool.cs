using System.Collections.Concurrent;
using Clembench.Backends;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>Loads a model; the pool disposes it.</summary>
/// <param name="entry">The registry entry.</param>
/// <param name="cancellationToken">Stops the loading.</param>
/// <returns>The model, ready to answer.</returns>
/// <exception cref="Common.ClemException">The model cannot be loaded.</exception>
public delegate Task<IModel> ModelLoader(ModelEntry entry, CancellationToken cancellationToken);

/// <summary>
/// The models of a run: each is loaded once, when its first episode begins, and released with the run. Entries of the
/// same content are one model, so that a model which plays against itself is not loaded twice.
/// </summary>
/// <param name="load">Loads a model.</param>
internal sealed class ModelPool(ModelLoader load) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ModelEntry, string> _contents = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, Lazy<Task<IModel>>> _models = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<IModel>> GetAsync(IReadOnlyList<ModelEntry> entries, CancellationToken cancellationToken)
    {
        var models = new IModel[entries.Count];
        for (var i = 0; i < models.Length; i++)
        {
            models[i] = await _models
                .GetOrAdd(
                    _contents.GetOrAdd(entries[i], static entry => $"{entry.Name}|{entry.Backend}|{JsonData.ToJson(entry.Properties)}"),
                    static (_, arguments) => new Lazy<Task<IModel>>(() => arguments.load(arguments.entry, arguments.cancellationToken)),
                    (load, entry: entries[i], cancellationToken))
                .Value.ConfigureAwait(false);
        }

        return models;
    }

    public async ValueTask DisposeAsync()
    {
        var errors = new List<Exception>();
        foreach (var model in _models.Values.Where(model => model.IsValueCreated && model.Value.IsCompletedSuccessfully))
        {
            try
            {
                await (await model.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One model that cannot be released must not keep the others; the error is passed on below.
            catch (Exception error)
#pragma warning restore CA1031
            {
                errors.Add(error);
            }
        }

        if (errors.Count > 0)
            throw new AggregateException(errors);
    }
}
