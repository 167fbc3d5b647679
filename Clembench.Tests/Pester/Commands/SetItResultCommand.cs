using System.Management.Automation;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester.Commands;

/// <summary>Set-ItResult: ends the running test as skipped or inconclusive.</summary>
[Cmdlet(VerbsCommon.Set, "ItResult")]
public sealed class SetItResultCommand : PSCmdlet
{
    /// <summary>The outcomes by the ids of the errors that stand for them.</summary>
    internal static readonly IReadOnlyDictionary<string, PesterOutcome> Outcomes = new Dictionary<string, PesterOutcome>
    {
        ["PesterTestSkipped"] = PesterOutcome.Skipped,
        ["PesterTestInconclusive"] = PesterOutcome.Inconclusive,
    };

    [Parameter(Mandatory = true, ParameterSetName = "Inconclusive")]
    public SwitchParameter Inconclusive { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Skipped")]
    public SwitchParameter Skipped { get; set; }

    [Parameter]
    public string Because { get; set; } = string.Empty;

    protected override void EndProcessing()
    {
        var id = "PesterTest" + ParameterSetName;
        var because = Because.Trim().Length == 0 ? string.Empty : $", because {Because.Trim()}";
        this.Throw($"is {Outcomes[id].ToString().ToLowerInvariant()}{because}", id);
    }
}
