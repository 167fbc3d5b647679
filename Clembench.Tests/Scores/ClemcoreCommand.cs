using System.Diagnostics;

namespace Clembench.Tests.Scores;

/// <summary>Commands of Python clemcore from a checkout, with the Python of <c>CLEMBENCH_PYTHON</c> (else <c>python3</c>).</summary>
internal static class ClemcoreCommand
{
    /// <summary>How a command is run.</summary>
    /// <param name="clemcore">The checkout.</param>
    /// <param name="folder">The working directory, in which its log comes to lie.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>What starts it, with its output redirected.</returns>
    public static ProcessStartInfo Of(string clemcore, string folder, params string[] arguments)
    {
        var python = Environment.GetEnvironmentVariable("CLEMBENCH_PYTHON") is { Length: > 0 } named ? named : "python3";
        var paths = Environment.GetEnvironmentVariable("PYTHONPATH") is { Length: > 0 } more ? clemcore + Path.PathSeparator + more : clemcore;
        return new ProcessStartInfo(python, ["-m", "clemcore.cli", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONPATH"] = paths, ["LC_ALL"] = "C.UTF-8" },
        };
    }
}
