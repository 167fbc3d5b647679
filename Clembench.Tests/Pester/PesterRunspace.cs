using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Clembench.Shell.Hosting;
using Clembench.Tests.Pester.Commands;
using Clembench.Tests.Support;
using Microsoft.PowerShell;

namespace Clembench.Tests.Pester;

/// <summary>Makes the sessions that test files run in: the shell's engine and the commands of Pester, without the module, which a file imports itself.</summary>
internal static class PesterRunspace
{
    /// <summary>The manifest of the built module.</summary>
    public static string ManifestPath { get; } = Path.Join(Repository.Root, "out", "Clembench", "Clembench.psd1");

    /// <summary>An open session that stands in the repository's root.</summary>
    public static Runspace Open(PesterSession session)
    {
        var state = ShellEngine.CreateInitialSessionState(new ShellEngineOptions { ModuleManifestPath = ManifestPath, ImportModule = false });
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = ExecutionPolicy.Bypass;
        state.ThreadOptions = PSThreadOptions.ReuseThread;
        state.Variables.Add(new SessionStateVariableEntry(
            PesterSession.VariableName, session, "The state of the test runner.", ScopedItemOptions.Constant | ScopedItemOptions.AllScope));
        foreach (var (name, type) in PesterCommands.All)
        {
            // The engine finds no cmdlet without a dash in its name; an alias may have any.
            var cmdlet = PesterCommands.CmdletName(name);
            state.Commands.Add(new SessionStateCmdletEntry(cmdlet, type, null));
            if (cmdlet != name) state.Commands.Add(new SessionStateAliasEntry(name, cmdlet, string.Empty, ScopedItemOptions.AllScope));
        }

        var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(Repository.Root);
        return runspace;
    }
}
