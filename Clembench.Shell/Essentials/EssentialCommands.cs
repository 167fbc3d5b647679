using Clembench.Shell.Essentials.Formatting;
using Clembench.Shell.Essentials.Objects;

namespace Clembench.Shell.Essentials;

/// <summary>The cmdlets and aliases that the shell adds to the engine's own. A table, because looking for attributes would cost start-up time.</summary>
internal static class EssentialCommands
{
    internal static readonly IReadOnlyList<(string Name, Type Type)> Cmdlets =
    [
        ("Format-Custom", typeof(FormatCustomCommand)),
        ("Format-List", typeof(FormatListCommand)),
        ("Format-Table", typeof(FormatTableCommand)),
        ("Format-Wide", typeof(FormatWideCommand)),
        ("Group-Object", typeof(GroupObjectCommand)),
        ("Measure-Object", typeof(MeasureObjectCommand)),
        ("Out-File", typeof(OutFileCommand)),
        ("Out-String", typeof(OutStringCommand)),
        ("Select-Object", typeof(SelectObjectCommand)),
        ("Sort-Object", typeof(SortObjectCommand)),
    ];

    /// <summary>Short names that pwsh defines on Windows only, because they are programs elsewhere; here they work on every system.</summary>
    internal static readonly IReadOnlyList<(string Name, string Definition)> Aliases =
    [
        ("cat", "Get-Content"), ("compare", "Compare-Object"), ("cp", "Copy-Item"), ("diff", "Compare-Object"), ("ls", "Get-ChildItem"),
        ("mv", "Move-Item"), ("rm", "Remove-Item"), ("sort", "Sort-Object"), ("tee", "Tee-Object"), ("write", "Write-Output"),
    ];

    /// <summary>Names that the engine gives to cmdlets which this shell does not have: they must not shadow programs.</summary>
    internal static readonly IReadOnlyList<string> AbsentAliases = [];
}
