using System.Management.Automation;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// The base of all cmdlets: asynchronous hooks that run on the pipeline thread, Ctrl+C as a cancellation token, and
/// engine errors as non-terminating error records.
/// </summary>
public abstract class ClemCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelineThread _pipeline = new();
    private Workspace? _workspace;
    private bool _toldOfRegistry;

    /// <summary>The folders and variables that the session sees.</summary>
    protected Workspace Workspace => _workspace ??= Workspace.ForSession(
        SessionState.Path.CurrentFileSystemLocation.ProviderPath, ModuleLocation.Root);

    /// <summary>Called once before the first input object. May write objects.</summary>
    /// <param name="cancellationToken">Cancelled when the pipeline is stopped.</param>
    /// <returns>A task.</returns>
    protected virtual Task BeginAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called for every input object. May write objects.</summary>
    /// <param name="cancellationToken">Cancelled when the pipeline is stopped.</param>
    /// <returns>A task.</returns>
    protected virtual Task ProcessAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called once after the last input object. May write objects.</summary>
    /// <param name="cancellationToken">Cancelled when the pipeline is stopped.</param>
    /// <returns>A task.</returns>
    protected virtual Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    protected sealed override void BeginProcessing() => Run(BeginAsync);

    /// <inheritdoc />
    protected sealed override void ProcessRecord() => Run(ProcessAsync);

    /// <inheritdoc />
    protected sealed override void EndProcessing() => Run(EndAsync);

    /// <inheritdoc />
    protected sealed override void StopProcessing() => _stopping.Cancel();

    /// <summary>Writes an engine error as a non-terminating error.</summary>
    /// <param name="error">The error.</param>
    protected void WriteError(ClemException error)
    {
        // That a registry file cannot be read has been told; that its models are missing says nothing more.
        if (error.Id == ModelCatalog.MayBeInBrokenFileId && _toldOfRegistry)
        {
            WriteVerbose($"{error.Message} {error.Action}");
            return;
        }

        _toldOfRegistry |= error.Id.StartsWith("Clem.Registry.", StringComparison.Ordinal);
        WriteError(error.ToErrorRecord());
    }

    /// <summary>Ends the command with an engine error.</summary>
    /// <param name="error">The error.</param>
    protected void ThrowTerminatingError(ClemException error) => ThrowTerminatingError(error.ToErrorRecord());

    /// <summary>The files or folders that <c>-Path</c> (wildcards) or <c>-LiteralPath</c> names.</summary>
    /// <param name="paths">The paths as given; null stands for none.</param>
    /// <param name="literal">Whether the paths are taken as they are.</param>
    /// <returns>Absolute file system paths that exist; for each one that names nothing an error has been written.</returns>
    protected IReadOnlyList<string> ResolvePaths(IEnumerable<string>? paths, bool literal)
    {
        var found = new List<string>();
        foreach (var path in paths ?? [])
        {
            try
            {
                if (literal)
                {
                    var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
                    if (!Path.Exists(full))
                        throw new ItemNotFoundException();
                    found.Add(full);
                }
                else
                {
                    found.AddRange(SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _));
                }
            }
            catch (ItemNotFoundException)
            {
                WriteError(new ClemException(
                    "Clem.Path.NotFound", ErrorKind.NotFound, $"There is no file or folder '{path}'.",
                    "Check the spelling and the current folder (Get-Location).", path));
            }
        }

        return found;
    }

    /// <summary>The registry files that <c>-RegistryPath</c> names: those that wildcards match, in the order of their names, and all others as they are written.</summary>
    /// <param name="paths">The paths as given; null stands for none.</param>
    /// <returns>Absolute paths; a file that was named without wildcards need not exist. For a wildcard that matches nothing an error has been written.</returns>
    protected IReadOnlyList<string> ResolveRegistryPaths(IEnumerable<string>? paths) => [.. (paths ?? []).SelectMany(path =>
        WildcardPattern.ContainsWildcardCharacters(path) && !Path.Exists(SessionState.Path.GetUnresolvedProviderPathFromPSPath(path))
            ? ResolvePaths([path], literal: false).Order(StringComparer.Ordinal)
            : (IEnumerable<string>)[SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)])];

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _stopping.Dispose();
        _pipeline.Dispose();
    }

    private void Run(Func<CancellationToken, Task> phase)
    {
        try
        {
            _pipeline.Run(() => phase(_stopping.Token));
        }
        catch (ClemException error)
        {
            WriteError(error);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
