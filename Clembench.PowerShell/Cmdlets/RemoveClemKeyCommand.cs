using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Removes a backend's key and settings from key.json.</summary>
[Cmdlet(VerbsCommon.Remove, "ClemKey", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveClemKeyCommand : ClemCmdlet
{
    /// <summary>The backends whose keys to remove.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KeyBackendCompleter))]
    public string[] Backend { get; set; } = [];

    /// <summary>The key file; the user's where none is given.</summary>
    [Parameter]
    public string? Path { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = Path is null ? KeyStore.UserFile(Workspace) : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        foreach (var backend in Backend)
        {
            if (ShouldProcess(path, $"Remove the key of the backend '{backend}'") && !await KeyStore.RemoveAsync(path, backend, cancellationToken))
            {
                WriteError(new ClemException(
                    "Clem.Key.NotFound", ErrorKind.NotFound, $"There is no key for '{backend}' in {path}.",
                    "Get-ClemKey shows where each key comes from; name another file with -Path.", backend));
            }
        }
    }
}
