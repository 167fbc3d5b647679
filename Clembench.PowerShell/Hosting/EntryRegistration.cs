using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>Writes entries to registry files for a cmdlet, and tells what became of them. To be used on the pipeline thread.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="workspace">Its folders and variables.</param>
/// <param name="registryFiles">Registry files that were named and come before all others; null for none.</param>
internal sealed class EntryRegistration(ClemCmdlet cmdlet, Workspace workspace, IReadOnlyList<string>? registryFiles = null)
{
    /// <summary>Writes an entry.</summary>
    /// <param name="path">The registry file; it is made where it does not exist.</param>
    /// <param name="entry">The entry; relative paths in it keep their meaning.</param>
    /// <param name="first">Whether it comes first in the file.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>The entry as it stands in the file.</returns>
    /// <exception cref="ClemException">It cannot be written; the file is unchanged.</exception>
    public async Task<ModelEntry> WriteAsync(string path, ModelEntry entry, bool first, bool force, CancellationToken cancellationToken)
    {
        var (written, change) = await RegistryEditor.WriteAsync(path, LocalPath.Rebase(entry, path), first, cancellationToken, force);
        cmdlet.WriteVerbose(change switch
        {
            RegistryChange.Added => $"Added '{written.Name}' to {path}.",
            RegistryChange.Moved => $"Moved '{written.Name}' to the first place of {path}.",
            RegistryChange.Replaced => $"Replaced '{written.Name}' in {path}.",
            _ => $"{path} holds '{written.Name}' already.",
        });
        WarnOfHiding(written);
        return written;
    }

    private void WarnOfHiding(ModelEntry written)
    {
        if (ModelRegistry.Load(workspace, registryFiles).FindHiding(written) is not { } first)
            return;
        cmdlet.WriteWarning(
            $"'{written.Name}' does not mean this entry at present: the one of the backend '{first.Backend}' in {first.Source}, entry {first.Position}, comes first. "
            + $"To select this one, name its backend too: @{{ model_name = '{written.Name}'; backend = '{written.Backend}' }}.");
    }
}
