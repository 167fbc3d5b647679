using System.Management.Automation;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>x</summary>
[Cmdlet(VerbsCommon.Get, "ClemModel")]
public sealed class GetClemModelCommand : PSCmdlet
{
    /// <inheritdoc />
    protected override void ProcessRecord() => WriteObject(Clembench.Json.JsonMap.Parse("{\"a\": [1, 2.5, \"x\"]}"));
}
