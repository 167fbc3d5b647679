using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands about processes share.</summary>
public abstract class ProcessCommand : EssentialCommand
{
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    /// <summary>The processes with a name; wildcards are allowed.</summary>
    protected IReadOnlyList<Process> ByName(string name)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        var found = Process.GetProcesses().Where(p => pattern.IsMatch(p.ProcessName)).OrderBy(p => p.ProcessName, StringComparer.OrdinalIgnoreCase).ToArray();
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            Error(
                new Microsoft.PowerShell.Commands.ProcessCommandException($"Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again."),
                "NoProcessFoundForGivenName", ErrorCategory.ObjectNotFound, name);
        }

        return found;
    }

    /// <summary>The process with a number.</summary>
    protected IReadOnlyList<Process> ById(int id)
    {
        try
        {
            return [Process.GetProcessById(id)];
        }
        catch (ArgumentException)
        {
            Error(
                new Microsoft.PowerShell.Commands.ProcessCommandException($"Cannot find a process with the process identifier {id}."),
                "NoProcessFoundForGivenId", ErrorCategory.ObjectNotFound, id);
            return [];
        }
    }
}

/// <summary>Shows processes.</summary>
[Cmdlet(VerbsCommon.Get, "Process", DefaultParameterSetName = "Name")]
[OutputType(typeof(Process))]
public sealed class GetProcessCommand : ProcessCommand
{
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[] Name { get; set; } = ["*"];

    [Parameter(Mandatory = true, ParameterSetName = "Id", ValueFromPipelineByPropertyName = true)]
    [Alias("PID")]
    public int[] Id { get; set; } = [];

    protected override void ProcessRecord() => WriteObject(
        ParameterSetName switch { "Id" => Id.SelectMany(ById), "InputObject" => InputObject, _ => Name.SelectMany(ByName) }, enumerateCollection: true);
}

/// <summary>Ends processes.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Process", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StopProcessCommand : ProcessCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Id", ValueFromPipelineByPropertyName = true)]
    public int[] Id { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var process in ParameterSetName switch { "Id" => Id.SelectMany(ById), "InputObject" => InputObject, _ => Name.SelectMany(ByName) })
        {
            if (!ShouldProcess($"{process.ProcessName} ({process.Id})")) continue;
            try
            {
                process.Kill();
                if (PassThru) WriteObject(process);
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException)
            {
                Error(e, "CouldNotStopProcess", ErrorCategory.CloseError, process);
            }
        }
    }
}

/// <summary>Starts a program in a process of its own.</summary>
[Cmdlet(VerbsLifecycle.Start, "Process", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StartProcessCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("PSPath", "Path")]
    public string FilePath { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    [Alias("Args")]
    public string[] ArgumentList { get; set; } = [];

    [Parameter]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public SwitchParameter NoNewWindow { get; set; }

    protected override void BeginProcessing()
    {
        if (!ShouldProcess(FilePath, "Start-Process")) return;
        var program = InvokeCommand.GetCommand(FilePath, CommandTypes.Application)?.Source
            ?? SessionState.Path.GetUnresolvedProviderPathFromPSPath(FilePath);
        var start = new ProcessStartInfo(program)
        {
            // Joined as they are, quotes and all: the caller writes one command line, as in the real cmdlet.
            Arguments = string.Join(' ', ArgumentList),
            WorkingDirectory = WorkingDirectory is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : SessionState.Path.GetUnresolvedProviderPathFromPSPath(WorkingDirectory),
            UseShellExecute = false,
        };
        try
        {
            var process = Process.Start(start)!;
            if (PassThru) WriteObject(process);
            while (Wait && !Stopping && !process.WaitForExit(100))
            {
            }
        }
        catch (Win32Exception e)
        {
            Fail($"This command cannot be run due to the error: {e.Message}", "InvalidOperationException", ErrorCategory.InvalidOperation, FilePath);
        }
    }
}
