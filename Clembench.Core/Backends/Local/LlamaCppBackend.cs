using Clembench.Common;
using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>The <c>llamacpp</c> backend: GGUF files of this machine or of the hub's cache, with the template that they hold or the entry gives.</summary>
/// <param name="services">Where the files are, and how they are loaded.</param>
public sealed class LlamaCppBackend(LocalServices services) : IBackend, IAvailabilityReason
{
    /// <inheritdoc />
    public string Name => "llamacpp";

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => services.GetAvailability(entry);

    /// <inheritdoc />
    public ClemException? WhyNot(ModelEntry entry, BackendKey? key) => services.WhyNot(entry);

    /// <inheritdoc />
    public async Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var path = services.Store.Get(entry).Weights[0];
        var options = LocalModel.LoadOptions(entry, path);
        // A template that cannot be read is found out before minutes of loading.
        var checkpoint = await CheckpointSource.FromPathAsync(path, cancellationToken).ConfigureAwait(false);
        _ = Templates.ChatTemplate.For(checkpoint, custom: null, entry);
        var engine = await services.Load(options, cancellationToken).ConfigureAwait(false);
        return await LocalModel.CreateAsync(entry, checkpoint, engine, tokens: null, cancellationToken).ConfigureAwait(false);
    }
}
