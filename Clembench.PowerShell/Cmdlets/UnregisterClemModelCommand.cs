using System.Management.Automation;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Removes entries from a registry file; the rest of the file stays as it is.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "ClemModel", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class UnregisterClemModelCommand : ClemCmdlet
{
    /// <summary>The names of the entries; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The registry file; the user's where none is given.</summary>
    [Parameter]
    public string? Path { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = Path is null ? ModelRegistry.UserFile(Workspace) : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        foreach (var name in Name)
        {
            var pattern = new NamePattern(name);
            var entries = (File.Exists(path) ? ModelRegistry.ReadFile(path) : []).Where(entry => pattern.IsMatch(entry.Name)).ToArray();
            if (entries.Length == 0 && !pattern.HasWildcards)
            {
                WriteError(new ClemException(
                    "Clem.Model.NotFound", ErrorKind.NotFound, $"There is no entry '{name}' in {path}.",
                    "Name another file with -Path; packaged entries cannot be removed, but one of yours with the same name comes before them.", name));
            }

            foreach (var entry in entries)
            {
                if (ShouldProcess(path, $"Remove the entry '{entry.Name}'"))
                    await RegistryEditor.RemoveAsync(path, entry.Name, cancellationToken);
            }
        }
    }
}
