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
        var start = new ProcessStartInfo(Environment.ProcessPath!, Arguments(name));
        configure?.Invoke(start);
        return Process.Start(start)!;
    }

    /// <summary>What the program that runs now is given to run a part: it was started as a program of its own, or through dotnet.</summary>
    /// <param name="part">The part's name and arguments.</param>
    /// <returns>The arguments.</returns>
    public static string[] Arguments(params string[] part) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0], .. part] : part;
}
