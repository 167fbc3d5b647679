using System.Management.Automation;

namespace Clembench.Tests.Pester.Commands;

/// <summary>Runs an action of the runner in the session, on its thread and in its global scope.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PesterPhase")]
public sealed class InvokePesterPhaseCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public Action<SessionState> Action { get; set; } = null!;

    protected override void EndProcessing() => Action(SessionState);
}
