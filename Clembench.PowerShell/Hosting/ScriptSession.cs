using System.Management.Automation.Runspaces;

namespace Clembench.PowerShell.Hosting;

/// <summary>The sessions that scripts of users run in: fresh ones, with the commands that this process's host brings.</summary>
internal static class ScriptSession
{
    /// <summary>Describes such a session. To be called on the pipeline thread.</summary>
    /// <returns>A session state to make runspaces from.</returns>
    public static InitialSessionState Describe()
    {
        var session = InitialSessionState.CreateDefault2();

        // A host on the embedded engine adds the commands that pwsh loads from its own modules; what the user has
        // defined or imported since is not taken over, so that a script does the same in every session.
        foreach (var entry in Runspace.DefaultRunspace?.InitialSessionState?.Commands.OfType<SessionStateCmdletEntry>() ?? [])
        {
            if (session.Commands[entry.Name].Count == 0)
                session.Commands.Add((SessionStateCommandEntry)entry.Clone());
        }

        return session;
    }
}
