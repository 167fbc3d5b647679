using System.Diagnostics;
using Clembench.Backends.Llama.Worker;

namespace Clembench.Tests.Backends.Llama;

/// <summary>The model's process of the tests: the real program with an engine that computes nothing.</summary>
internal static class ModelProcessCommand
{
    /// <summary>The program of the same configuration as these tests.</summary>
    internal static string ProgramPath
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(here.Parent!.Parent!.FullName, "ModelProcess", here.Name, "ModelProcess.dll");
        }
    }

    internal static WorkerCommand Of(params string[] arguments) => new("dotnet", [ProgramPath, .. arguments]);

    /// <summary>Whether a process is there; one that has ended and waits to be asked about is not.</summary>
    internal static bool IsRunning(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[1][0] is not 'Z' and not 'X';
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static async Task KillAsync(int id, string signal = "KILL")
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {id}"]);
        await kill.WaitForExitAsync();
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(5);
    }
}
