using System.Management.Automation;
using Clembench.Common;
using Pipeline = System.Management.Automation.PowerShell;

namespace Clembench.PowerShell.Hosting;

/// <summary>The workspace of the session outside of cmdlets: where completions look things up.</summary>
internal static class CurrentWorkspace
{
    /// <summary>Makes it. To be called on a thread of the session.</summary>
    /// <returns>The workspace at the session's location, which is not the process's: Set-Location changes only the former.</returns>
    public static Workspace Get()
    {
        // A completer runs within a pipeline, where the runspace's own session state may not be asked.
        using var pipeline = Pipeline.Create(RunspaceMode.CurrentRunspace);
        pipeline.AddScript("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath");
        return Workspace.ForSession(pipeline.Invoke<string>()[0], ModuleLocation.Root);
    }
}
