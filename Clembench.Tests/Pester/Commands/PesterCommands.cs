using System.Management.Automation;
using Clembench.Tests.Pester.Should;

namespace Clembench.Tests.Pester.Commands;

/// <summary>The commands that a test file finds in its session.</summary>
internal static class PesterCommands
{
    /// <summary>The runner's own command, which takes its C# code to the session's thread.</summary>
    public const string PhaseName = "Invoke-______PesterPhase";

    private const string Prefix = "Pester-";

    private static readonly string[] Refused =
    [
        "Mock", "InModuleScope", "Assert-MockCalled", "Assert-VerifiableMock", "New-MockObject", "Add-ShouldOperator", "Get-ShouldOperator",
        "Invoke-Pester", "New-PesterConfiguration", "New-PesterContainer", "New-Fixture",
        "Export-NUnitReport", "ConvertTo-NUnitReport", "Export-JUnitReport", "ConvertTo-JUnitReport", "ConvertTo-Pester4Result",
    ];

    /// <summary>All commands by name.</summary>
    public static IEnumerable<(string Name, Type Type)> All =>
    [
        (PhaseName, typeof(InvokePesterPhaseCommand)),
        ("Describe", typeof(BlockCommand)),
        ("Context", typeof(BlockCommand)),
        ("It", typeof(ItCommand)),
        ("BeforeDiscovery", typeof(BeforeDiscoveryCommand)),
        .. Enum.GetNames<Model.PesterSetup>().Select(name => (name, typeof(SetupCommand))),
        ("Set-ItResult", typeof(SetItResultCommand)),
        ("Should", typeof(ShouldCommand)),
        .. Refused.Select(name => (name, typeof(RefusedCommand))),
    ];

    /// <summary>The cmdlet that stands behind a command.</summary>
    public static string CmdletName(string name) => name.Contains('-', StringComparison.Ordinal) ? name : Prefix + name;

    /// <summary>The name under which a test file knows the running command.</summary>
    public static string NameOf(PSCmdlet command)
    {
        var name = command.MyInvocation.MyCommand.Name;
        return name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
    }
}
