using System.Management.Automation;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester.Commands;

/// <summary>BeforeAll, BeforeEach, AfterEach and AfterAll: kept for the run.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Setup")]
public sealed class SetupCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 1)]
    public ScriptBlock Scriptblock { get; set; } = null!;

    protected override void EndProcessing()
    {
        var session = PesterSession.InDiscovery(this);
        var name = PesterCommands.NameOf(this);
        var kind = Enum.Parse<PesterSetup>(name, ignoreCase: true);
        if (session.CurrentBlock.IsRoot && kind is (PesterSetup.BeforeEach or PesterSetup.AfterEach))
            this.Throw($"'{name}' can stand only in a Describe or Context.", "PesterSetupInRoot");
        if (!session.CurrentBlock.TryAddSetup(kind, Scriptblock))
            this.Throw($"There is a second '{name}' in the same block; one block has one.", "PesterSecondSetup");
    }
}

/// <summary>BeforeDiscovery: runs at once, in the scope that it stands in.</summary>
[Cmdlet(VerbsDiagnostic.Test, "BeforeDiscovery")]
public sealed class BeforeDiscoveryCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    protected override void EndProcessing()
    {
        PesterSession.InDiscovery(this);
        if (new ScriptScopes(SessionState).Dot(ScriptBlock) is { } error) ThrowTerminatingError(error);
    }
}
