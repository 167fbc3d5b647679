using Clembench.Shell.Essentials.Data;
using Clembench.Shell.Essentials.Formatting;
using Clembench.Shell.Essentials.Items;
using Clembench.Shell.Essentials.Machine;
using Clembench.Shell.Essentials.Messages;
using Clembench.Shell.Essentials.Objects;
using Clembench.Shell.Essentials.Session;
using Clembench.Shell.Essentials.Text;

namespace Clembench.Shell.Essentials;

/// <summary>The cmdlets that the shell adds to the engine's own. A table, because looking for attributes would cost start-up time.</summary>
internal static class EssentialCommands
{
    internal static readonly IReadOnlyList<(string Name, Type Type)> Cmdlets =
    [
        ("Add-Content", typeof(AddContentCommand)),
        ("Add-Member", typeof(AddMemberCommand)),
        ("Add-Type", typeof(AddTypeCommand)),
        ("Clear-Content", typeof(ClearContentCommand)),
        ("Clear-Variable", typeof(ClearVariableCommand)),
        ("Compare-Object", typeof(CompareObjectCommand)),
        ("Convert-Path", typeof(ConvertPathCommand)),
        ("ConvertFrom-Csv", typeof(ConvertFromCsvCommand)),
        ("ConvertFrom-Json", typeof(ConvertFromJsonCommand)),
        ("ConvertFrom-SecureString", typeof(ConvertFromSecureStringCommand)),
        ("ConvertTo-Csv", typeof(ConvertToCsvCommand)),
        ("ConvertTo-Json", typeof(ConvertToJsonCommand)),
        ("ConvertTo-SecureString", typeof(ConvertToSecureStringCommand)),
        ("Copy-Item", typeof(CopyItemCommand)),
        ("Export-Csv", typeof(ExportCsvCommand)),
        ("Format-Custom", typeof(FormatCustomCommand)),
        ("Format-List", typeof(FormatListCommand)),
        ("Format-Table", typeof(FormatTableCommand)),
        ("Format-Wide", typeof(FormatWideCommand)),
        ("Get-Alias", typeof(GetAliasCommand)),
        ("Get-ChildItem", typeof(GetChildItemCommand)),
        ("Get-Content", typeof(GetContentCommand)),
        ("Get-Culture", typeof(GetCultureCommand)),
        ("Get-Date", typeof(GetDateCommand)),
        ("Get-Error", typeof(GetErrorCommand)),
        ("Get-FileHash", typeof(GetFileHashCommand)),
        ("Get-Host", typeof(GetHostCommand)),
        ("Get-Item", typeof(GetItemCommand)),
        ("Get-ItemProperty", typeof(GetItemPropertyCommand)),
        ("Get-ItemPropertyValue", typeof(GetItemPropertyValueCommand)),
        ("Get-Location", typeof(GetLocationCommand)),
        ("Get-Member", typeof(GetMemberCommand)),
        ("Get-PSDrive", typeof(GetPSDriveCommand)),
        ("Get-PSProvider", typeof(GetPSProviderCommand)),
        ("Get-Process", typeof(GetProcessCommand)),
        ("Get-Random", typeof(GetRandomCommand)),
        ("Get-Unique", typeof(GetUniqueCommand)),
        ("Get-Variable", typeof(GetVariableCommand)),
        ("Group-Object", typeof(GroupObjectCommand)),
        ("Import-Csv", typeof(ImportCsvCommand)),
        ("Import-PowerShellDataFile", typeof(ImportPowerShellDataFileCommand)),
        ("Invoke-Expression", typeof(InvokeExpressionCommand)),
        ("Join-Path", typeof(JoinPathCommand)),
        ("Join-String", typeof(JoinStringCommand)),
        ("Measure-Command", typeof(MeasureCommandCommand)),
        ("Measure-Object", typeof(MeasureObjectCommand)),
        ("Move-Item", typeof(MoveItemCommand)),
        ("New-Alias", typeof(NewAliasCommand)),
        ("New-Guid", typeof(NewGuidCommand)),
        ("New-Item", typeof(NewItemCommand)),
        ("New-Object", typeof(NewObjectCommand)),
        ("New-PSDrive", typeof(NewPSDriveCommand)),
        ("New-TemporaryFile", typeof(NewTemporaryFileCommand)),
        ("New-TimeSpan", typeof(NewTimeSpanCommand)),
        ("New-Variable", typeof(NewVariableCommand)),
        ("Out-File", typeof(OutFileCommand)),
        ("Out-String", typeof(OutStringCommand)),
        ("Pop-Location", typeof(PopLocationCommand)),
        ("Push-Location", typeof(PushLocationCommand)),
        ("Read-Host", typeof(ReadHostCommand)),
        ("Remove-Item", typeof(RemoveItemCommand)),
        ("Remove-PSDrive", typeof(RemovePSDriveCommand)),
        ("Remove-Variable", typeof(RemoveVariableCommand)),
        ("Rename-Item", typeof(RenameItemCommand)),
        ("Resolve-Path", typeof(ResolvePathCommand)),
        ("Select-Object", typeof(SelectObjectCommand)),
        ("Select-String", typeof(SelectStringCommand)),
        ("Set-Alias", typeof(SetAliasCommand)),
        ("Set-Content", typeof(SetContentCommand)),
        ("Set-Location", typeof(SetLocationCommand)),
        ("Set-Variable", typeof(SetVariableCommand)),
        ("Sort-Object", typeof(SortObjectCommand)),
        ("Split-Path", typeof(SplitPathCommand)),
        ("Start-Process", typeof(StartProcessCommand)),
        ("Start-Sleep", typeof(StartSleepCommand)),
        ("Stop-Process", typeof(StopProcessCommand)),
        ("Tee-Object", typeof(TeeObjectCommand)),
        ("Test-Json", typeof(TestJsonCommand)),
        ("Test-Path", typeof(TestPathCommand)),
        ("Write-Debug", typeof(WriteDebugCommand)),
        ("Write-Error", typeof(WriteErrorCommand)),
        ("Write-Host", typeof(WriteHostCommand)),
        ("Write-Information", typeof(WriteInformationCommand)),
        ("Write-Output", typeof(WriteOutputCommand)),
        ("Write-Progress", typeof(WriteProgressCommand)),
        ("Write-Verbose", typeof(WriteVerboseCommand)),
        ("Write-Warning", typeof(WriteWarningCommand)),
    ];

    /// <summary>The module that has the cmdlet in pwsh.</summary>
    internal static string ModuleOf(Type type)
        => type.Namespace == typeof(GetItemCommand).Namespace || typeof(ProcessCommand).IsAssignableFrom(type) || type == typeof(StartProcessCommand)
            ? "Microsoft.PowerShell.Management"
            : "Microsoft.PowerShell.Utility";
}
