using System.Management.Automation;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Fetches the files of local models (weights, tokenizer, configuration) into the cache that all of Hugging Face's tools
/// share. A download that was interrupted is gone on with; checksums are verified; what is there is not fetched again.
/// </summary>
[Cmdlet(VerbsData.Save, "ClemModel", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(ModelEntry))]
public sealed class SaveClemModelCommand : ClemCmdlet
{
    private ModelSession? _session;
    private ModelDownloader? _downloader;

    /// <summary>The entry.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry")]
    public ModelEntry? InputObject { get; set; }

    /// <summary>The names of entries, with wildcards, or partial specifications: hashtables, or JSON.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Name")]
    [SpecificationText]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Registry files that come before all others; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? RegistryPath { get; set; }

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _session = new ModelSession(this, Workspace, ResolveRegistryPaths(RegistryPath));
        foreach (var error in _session.Errors)
            WriteError(error);
        _downloader = new ModelDownloader(this, Workspace);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var argument in InputObject is not null ? [InputObject] : (object[])Name)
        {
            try
            {
                foreach (var entry in _session!.SelectModels(argument))
                    await SaveAsync(entry, cancellationToken);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }

    private async Task SaveAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        if (!LocalModelStore.IsLocal(entry))
        {
            WriteVerbose($"{entry.Name}: the backend '{entry.Backend}' needs no files.");
            WriteObject(entry);
            return;
        }

        try
        {
            await _downloader!.FetchAsync(entry, cancellationToken);
            WriteObject(_session!.Models.WithAvailability(entry));
        }
        catch (ClemException error)
        {
            WriteError(error);
        }
    }
}
