using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Shows where the session is.</summary>
[Cmdlet(VerbsCommon.Get, "Location", DefaultParameterSetName = "Location")]
[OutputType(typeof(PathInfo), typeof(PathInfoStack))]
public sealed class GetLocationCommand : EssentialCommand
{
    [Parameter(ParameterSetName = "Location", ValueFromPipelineByPropertyName = true)]
    public string[]? PSDrive { get; set; }

    [Parameter(ParameterSetName = "Stack")]
    public SwitchParameter Stack { get; set; }

    [Parameter(ParameterSetName = "Stack")]
    public string? StackName { get; set; }

    protected override void ProcessRecord()
    {
        if (Stack || StackName is not null) WriteObject(SessionState.Path.LocationStack(StackName ?? string.Empty));
        else if (PSDrive is null) WriteObject(SessionState.Path.CurrentLocation);
        else foreach (var drive in PSDrive) WriteObject($"{drive}:{System.IO.Path.DirectorySeparatorChar}{SessionState.Drive.Get(drive).CurrentLocation}");
    }
}

/// <summary>Goes to another location.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path")]
[OutputType(typeof(PathInfo))]
public sealed class SetLocationCommand : EssentialCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        var path = LiteralPath is null ? Path ?? "~" : WildcardPattern.Escape(LiteralPath);
        try
        {
            var reached = SessionState.Path.SetLocation(path);
            if (PassThru) WriteObject(reached);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            Error(e, "PathNotFound", ErrorCategory.ObjectNotFound, path);
        }
    }
}

/// <summary>Goes to another location, and remembers this one.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path")]
[OutputType(typeof(PathInfo))]
public sealed class PushLocationCommand : EssentialCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public string StackName { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(StackName);
        var path = LiteralPath is null ? Path : WildcardPattern.Escape(LiteralPath);
        try
        {
            if (path is not null) SessionState.Path.SetLocation(path);
            if (PassThru) WriteObject(SessionState.Path.CurrentLocation);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            SessionState.Path.PopLocation(StackName);
            Error(e, "PathNotFound", ErrorCategory.ObjectNotFound, path);
        }
    }
}

/// <summary>Goes back to the location remembered last.</summary>
[Cmdlet(VerbsCommon.Pop, "Location")]
[OutputType(typeof(PathInfo))]
public sealed class PopLocationCommand : EssentialCommand
{
    [Parameter]
    public string StackName { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        try
        {
            var reached = SessionState.Path.PopLocation(StackName);
            if (PassThru && reached is not null) WriteObject(reached);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            Error(e, "PopLocationFailed", ErrorCategory.ObjectNotFound, StackName);
        }
    }
}
