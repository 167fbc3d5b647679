using System.Diagnostics;

namespace Clembench.Benchmarks;

/// <summary>This program, started once more for another part.</summary>
internal static class Self
{
    /// <summary>Starts a measurement, or the other side of one, in a process of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="configure">Sets what else there is to set.</param>
    /// <returns>The process.</returns>
    public static Process Start(string name, Action<ProcessStartInfo>? configure = null)
    {
        // Started as a program of its own, or through dotnet.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. program, name]);
        configure?.Invoke(start);
        return Process.Start(start)!;
    }
}
