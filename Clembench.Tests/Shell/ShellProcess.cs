using System.Diagnostics;
using System.Text;

namespace Clembench.Tests.Shell;

/// <summary>Runs the built shell as a user does, with its streams redirected.</summary>
internal sealed class ShellProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ShellProcess(IEnumerable<string> arguments, string? input, string? program = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(program ?? ProgramPath);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
        if (input is not null) _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    /// <summary>The shell of the same configuration as these tests.</summary>
    internal static string ProgramPath
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(here.Parent!.Parent!.FullName, "Clembench.Shell", here.Name, "Clembench.Shell.dll");
        }
    }

    internal static ShellProcess Start(params string[] arguments) => new(arguments, null);

    internal static async Task<ShellResult> RunAsync(string[] arguments, string? input = null, TimeSpan? limit = null, string? program = null)
    {
        using var shell = new ShellProcess(arguments, input, program);
        return await shell.FinishAsync(limit);
    }

    internal static Task<ShellResult> CommandAsync(string text) => RunAsync(["-NoProfile", "-Command", text]);

    /// <summary>The shell's number among the processes.</summary>
    internal int Id => _process.Id;

    /// <summary>Whether the shell has ended by itself or was ended.</summary>
    internal bool HasExited => _process.HasExited;

    /// <summary>Ends the shell at once, as a crash of the machine would.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends the signal that Ctrl+C sends.</summary>
    internal async Task InterruptAsync()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -INT {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    internal async Task<ShellResult> FinishAsync(TimeSpan? most = null)
    {
        using var limit = new CancellationTokenSource(most ?? Limit);
        await _process.WaitForExitAsync(limit.Token);
        return new ShellResult(_process.ExitCode, (await _output).ReplaceLineEndings("\n"), (await _error).ReplaceLineEndings("\n"));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

/// <summary>What a run of the shell left.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error);
