using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists the backends that the session sees, in the order in which a name is looked up.</summary>
[Cmdlet(VerbsCommon.Get, "ClemBackend")]
[OutputType(typeof(BackendInfo))]
public sealed class GetClemBackendCommand : ClemCmdlet
{
    private BackendCatalog? _catalog;

    /// <summary>Names to list, with wildcards; all where none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackendNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _catalog = Session.CreateBackendCatalog(Workspace);
        foreach (var warning in _catalog.Warnings)
            WriteWarning(warning);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        var backends = _catalog!.List();
        foreach (var name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var found = backends.Where(backend => pattern.IsMatch(backend.Name)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(new ClemException(
                    "Clem.Backend.UnknownBackend", ErrorKind.NotFound, $"There is no backend '{name}'.",
                    "Run Get-ClemBackend to see all, or register one of your own (Register-ClemBackend).", name));
            }
        }

        return Task.CompletedTask;
    }
}
