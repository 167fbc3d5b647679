using System.Management.Automation;
using Clembench.Models;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Gives the one entry that a partial specification selects: the first that unifies with it.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "ClemModel")]
[OutputType(typeof(ModelEntry))]
public sealed class ResolveClemModelCommand : ClemCmdlet
{
    private ModelSession? _session;

    /// <summary>A name, a hashtable, or JSON.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object Spec { get; set; } = "";

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
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        WriteObject(_session!.Resolve(ModelSession.ToSpecification(Spec)));
        return Task.CompletedTask;
    }
}
