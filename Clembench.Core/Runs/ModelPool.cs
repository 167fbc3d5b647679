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
/// same content are one model, so that a model which plays against itself is not loaded twice. One that cannot be loaded is
/// not tried again in the same run.
/// </summary>
/// <param name="load">Loads a model.</param>
internal sealed class ModelPool(ModelLoader load) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ModelEntry, string> _contents = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, Lazy<Task<Loaded>>> _models = new(StringComparer.Ordinal);

    /// <summary>The models of a line-up, ready to answer.</summary>
    /// <param name="entries">Their entries.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The models; or the failure of the first one that cannot be loaded, whatever the reason.</returns>
    public async Task<(IReadOnlyList<IModel> Models, ModelLoadFailure? Failure)> GetAsync(IReadOnlyList<ModelEntry> entries, CancellationToken cancellationToken)
    {
        var models = new IModel[entries.Count];
        for (var i = 0; i < models.Length; i++)
        {
            var loaded = await _models
                .GetOrAdd(
                    _contents.GetOrAdd(entries[i], static entry => $"{entry.Name}|{entry.Backend}|{JsonData.ToJson(entry.Properties)}"),
                    static (_, arguments) => new Lazy<Task<Loaded>>(() => LoadAsync(arguments.load, arguments.entry, arguments.cancellationToken)),
                    (load, entry: entries[i], cancellationToken))
                .Value.ConfigureAwait(false);
            if (loaded.Failure is not null)
                return ([], loaded.Failure);
            models[i] = loaded.Model!;
        }

        return (models, null);
    }

    public async ValueTask DisposeAsync()
    {
        var errors = new List<Exception>();
        foreach (var model in _models.Values.Where(model => model.IsValueCreated && model.Value.IsCompletedSuccessfully))
        {
            try
            {
                if ((await model.Value.ConfigureAwait(false)).Model is { } ready)
                    await ready.DisposeAsync().ConfigureAwait(false);
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

    private static async Task<Loaded> LoadAsync(ModelLoader load, ModelEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return new Loaded(await load(entry, cancellationToken).ConfigureAwait(false), null);
        }
#pragma warning disable CA1031 // Whatever keeps one model from being loaded is told, and does not end the run of the others.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new Loaded(null, ModelLoadFailure.Of(entry, error));
        }
    }

    private sealed record Loaded(IModel? Model, ModelLoadFailure? Failure);
}
