using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>The <c>llamacpp</c> backend: GGUF files of this machine or of the hub's cache, with the template that they hold or the entry gives.</summary>
/// <param name="services">Where the files are, and how they are loaded.</param>
public sealed class LlamaCppBackend(LocalServices services) : LocalBackend(services)
{
    /// <inheritdoc />
    public override string Name => "llamacpp";

    /// <inheritdoc />
    public override async Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var path = Services.Store.Get(entry).Weights[0];
        var options = LocalModel.LoadOptions(entry, path);
        // A template that cannot be read is found out before minutes of loading.
        var checkpoint = await CheckpointSource.FromPathAsync(path, cancellationToken).ConfigureAwait(false);
        _ = Templates.ChatTemplate.For(checkpoint, custom: null, entry);
        var engine = await Services.Load(options, cancellationToken).ConfigureAwait(false);
        return await LocalModel.CreateAsync(entry, checkpoint, engine, tokens: null, cancellationToken).ConfigureAwait(false);
    }
}
