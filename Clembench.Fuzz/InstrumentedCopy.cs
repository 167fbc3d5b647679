using System.Diagnostics;
using SharpFuzz;

namespace Clembench.Fuzz;

/// <summary>
/// A copy of this program whose <c>Clembench.Core</c> notes which branches are taken (SharpFuzz puts that in), and the process that runs
/// it. The build's own assembly stays as it is.
/// </summary>
internal static class InstrumentedCopy
{
    /// <summary>The argument by which the copy knows that it is one.</summary>
    public const string Mark = "--instrumented";

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var copy = Directory.CreateTempSubdirectory("clembench-fuzz-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
            {
                var target = Path.Join(copy, Path.GetRelativePath(AppContext.BaseDirectory, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            Fuzzer.Instrument(Path.Join(copy, "Clembench.Core.dll"), static type => type.StartsWith("Clembench.", StringComparison.Ordinal), Options.Value);
            var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
                start.ArgumentList.Add(Path.Join(copy, "Clembench.Fuzz.dll"));
            else
                start.FileName = Path.Join(copy, Path.GetFileName(Environment.ProcessPath!));
            foreach (var argument in (string[])[.. args, Mark])
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            // Ctrl+C reaches both; the copy reports what it has so far, and then this one ends too.
            Console.CancelKeyPress += static (_, e) => e.Cancel = true;
            await process.WaitForExitAsync().ConfigureAwait(false);
            return process.ExitCode;
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }
}
