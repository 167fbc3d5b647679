using System.Management.Automation;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Removes entries from a registry file, all those of a name unless a backend is named too; the rest of the file stays
/// as it is.
/// </summary>
[Cmdlet(VerbsLifecycle.Unregister, "ClemModel", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(void))]
public sealed class UnregisterClemModelCommand : ClemCmdlet
{
    /// <summary>The names of the entries; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Only entries of these backends; wildcards are allowed. Entries from the pipeline name theirs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackendNameCompleter))]
    public string[]? Backend { get; set; }

    /// <summary>The registry files, with wildcards; the user's where none is given.</summary>
    [Parameter(ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>The registry files, by paths that are taken as they are.</summary>
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
            : [ModelRegistry.UserFile(Workspace)];
        foreach (var file in files)
        {
            foreach (var name in Name)
                await RemoveAsync(file, name, cancellationToken);
        }
    }

    private async Task RemoveAsync(string path, string name, CancellationToken cancellationToken)
    {
        var pattern = new NamePattern(name);
        var backend = NamePattern.Any(Backend);
        var entries = (File.Exists(path) ? ModelRegistry.ReadFile(path) : [])
            .Where(entry => pattern.IsMatch(entry.Name) && backend(entry.Backend)).ToArray();
        if (entries.Length == 0 && !pattern.HasWildcards)
        {
            WriteError(new ClemException(
                "Clem.Model.NotFound", ErrorKind.NotFound,
                $"There is no entry '{name}'{(Backend is null ? "" : $" of the backend {string.Join(" or ", Backend)}")} in {path}.",
                "Name another file with -Path; packaged entries cannot be removed, but one of yours with the same name comes before them.", name));
        }

        foreach (var entry in entries)
        {
            if (ShouldProcess(path, $"Remove the entry '{entry.Name}' of the backend '{entry.Backend}'"))
                await RegistryEditor.RemoveAsync(path, entry.Name, entry.Backend, cancellationToken, Force);
        }
    }
}
