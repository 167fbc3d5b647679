using System.Management.Automation;

namespace Clembench.Tests.Pester.Commands;

/// <summary>Stands for a command of Pester that the runner does not have, so that its use says so.</summary>
[Cmdlet(VerbsDiagnostic.Test, "RefusedCommand")]
public sealed class RefusedCommand : PSCmdlet
{
    [Parameter(ValueFromRemainingArguments = true)]
    public object?[] Rest { get; set; } = [];

    protected override void BeginProcessing() => this.Refuse($"'{PesterCommands.NameOf(this)}'");
}
