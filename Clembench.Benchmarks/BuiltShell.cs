using System.Diagnostics;

namespace Clembench.Benchmarks;

/// <summary>What was built beside this program: other projects' outputs, and the shell as a process of its own.</summary>
internal static class BuiltShell
{
    /// <summary>The shell's folder.</summary>
    public static string Folder { get; } = OutputOf("Clembench.Shell");

    /// <summary>The output of a project, in the configuration of this program.</summary>
    /// <param name="project">The project's name.</param>
    /// <returns>The folder.</returns>
    public static string OutputOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Join(own.Parent!.Parent!.FullName, project, own.Name);
    }

    /// <summary>How a command is run in a new process.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">A copy of the shell's folder; null for the folder itself.</param>
    /// <returns>What starts it, with its output redirected.</returns>
    public static ProcessStartInfo Run(string command, string? folder = null) =>
        new("dotnet", [Path.Join(folder ?? Folder, "Clembench.Shell.dll"), "-NoProfile", "-Command", command]) { RedirectStandardOutput = true };
}
