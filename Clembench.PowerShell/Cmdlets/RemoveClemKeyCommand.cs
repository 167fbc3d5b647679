using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Removes a backend's key and settings from key.json.</summary>
[Cmdlet(VerbsCommon.Remove, "ClemKey", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(void))]
public sealed class RemoveClemKeyCommand : ClemCmdlet
{
    /// <summary>The backends whose keys to remove.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KeyBackendCompleter))]
    public string[] Backend { get; set; } = [];

    /// <summary>The key files, with wildcards; the user's where none is given.</summary>
    [Parameter(ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>The key files, by paths that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>Changes a file also if it is marked as read-only; the mark stays.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var files = LiteralPath is not null ? ResolvePaths(LiteralPath, literal: true)
            : Path is not null ? ResolvePaths(Path, literal: false)
            : [KeyStore.UserFile(Workspace)];
        foreach (var file in files)
        {
            foreach (var backend in Backend)
                await RemoveAsync(file, backend, cancellationToken);
        }
    }

    private async Task RemoveAsync(string path, string backend, CancellationToken cancellationToken)
    {
        if (ShouldProcess(path, $"Remove the key of the backend '{backend}'") && !await KeyStore.RemoveAsync(path, backend, cancellationToken, Force))
        {
            WriteError(new ClemException(
                "Clem.Key.NotFound", ErrorKind.NotFound, $"There is no key for '{backend}' in {path}.",
                "Get-ClemKey shows where each key comes from; name another file with -Path.", backend));
        }
    }
}
