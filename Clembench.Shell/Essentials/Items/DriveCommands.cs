using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Shows the drives of the session.</summary>
[Cmdlet(VerbsCommon.Get, "PSDrive", DefaultParameterSetName = "Name")]
[OutputType(typeof(PSDriveInfo))]
public sealed class GetPSDriveCommand : EssentialCommand
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? PSProvider { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var found = SessionState.Drive.GetAll().Where(d => pattern.IsMatch(d.Name) && (PSProvider is null || PSProvider.Contains(d.Provider.Name, StringComparer.OrdinalIgnoreCase)))
                .OrderBy(d => d.Name, StringComparer.OrdinalIgnoreCase).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                Error(new System.Management.Automation.DriveNotFoundException($"Cannot find drive. A drive with the name '{name}' does not exist."), "GetLocationNoMatchingDrive", ErrorCategory.ObjectNotFound, name);
        }
    }
}

/// <summary>Shows the providers that drives come from.</summary>
[Cmdlet(VerbsCommon.Get, "PSProvider")]
[OutputType(typeof(ProviderInfo))]
public sealed class GetPSProviderCommand : EssentialCommand
{
    [Parameter(Position = 0)]
    public string[] PSProvider { get; set; } = ["*"];

    protected override void ProcessRecord()
        => WriteObject(SessionState.Provider.GetAll().Where(p => Array.Exists(PSProvider, n => WildcardPattern.Get(n, WildcardOptions.IgnoreCase).IsMatch(p.Name))), enumerateCollection: true);
}

/// <summary>Makes a drive.</summary>
[Cmdlet(VerbsCommon.New, "PSDrive", SupportsShouldProcess = true)]
[OutputType(typeof(PSDriveInfo))]
public sealed class NewPSDriveCommand : EssentialCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string PSProvider { get; set; } = string.Empty;

    [Parameter(Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Root { get; set; } = string.Empty;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Description { get; set; } = string.Empty;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    protected override void ProcessRecord()
    {
        try
        {
            var provider = SessionState.Provider.GetOne(PSProvider);
            if (!ShouldProcess($"Name: {Name} Provider: {provider.Name} Root: {Root}", "New drive")) return;
            WriteObject(SessionState.Drive.New(new PSDriveInfo(Name, provider, Root, Description, null), Scope));
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            Error(e, "NewDriveFailed", ErrorCategory.InvalidOperation, Name);
        }
    }
}

/// <summary>Removes a drive; what it showed stays.</summary>
[Cmdlet(VerbsCommon.Remove, "PSDrive", SupportsShouldProcess = true)]
public sealed class RemovePSDriveCommand : EssentialCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public string? Scope { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                if (ShouldProcess($"Name: {name}", "Remove Drive")) SessionState.Drive.Remove(name, Force, Scope);
            }
            catch (RuntimeException e) when (e is not PipelineStoppedException)
            {
                Error(e, "DriveNotFound", ErrorCategory.ObjectNotFound, name);
            }
        }
    }
}
