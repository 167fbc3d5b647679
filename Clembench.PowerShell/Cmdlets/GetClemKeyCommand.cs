using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists the keys that the session sees, masked.</summary>
[Cmdlet(VerbsCommon.Get, "ClemKey")]
[OutputType(typeof(KeyInfo))]
public sealed class GetClemKeyCommand : ClemCmdlet
{
    private KeyStore? _store;

    /// <summary>The backends whose keys to list; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyBackendCompleter))]
    public string[]? Backend { get; set; }

    /// <summary>Shows the keys as they are.</summary>
    [Parameter]
    public SwitchParameter Reveal { get; set; }

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _store = KeyStore.Load(Workspace);
        foreach (var error in _store.Errors)
            WriteError(error);
        foreach (var warning in _store.Warnings)
            WriteWarning(warning);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        var chosen = NamePattern.Any(Backend);
        foreach (var key in _store!.List().Where(key => chosen(key.Backend)))
            WriteObject(KeyInfo.Of(key, Reveal));
        foreach (var name in (Backend ?? []).Where(name => !new NamePattern(name).HasWildcards && _store.Get(name) is null))
        {
            WriteError(new ClemException(
                "Clem.Key.NotFound", ErrorKind.NotFound, $"There is no key for '{name}'.",
                $"Get-ClemKey lists those that there are; Set-ClemKey {name} sets one.", name));
        }

        return Task.CompletedTask;
    }
}
