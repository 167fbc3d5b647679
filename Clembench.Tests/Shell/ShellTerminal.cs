using System.Diagnostics;
using System.Text;

namespace Clembench.Tests.Shell;

/// <summary>Runs the built shell at a pseudo-terminal, as a person has it. The terminal is made by the program `script` of util-linux.</summary>
internal sealed class ShellTerminal : IDisposable
{
    internal const string Prompt = "PS> ";
    private const string CursorQuery = "\u001b[6n";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private int _seen;
    private int _answered;

    private ShellTerminal(string arguments)
    {
        var start = new ProcessStartInfo("script")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in new[] { "-q", "-e", "-f", "-c", $"stty cols 100 rows 30; exec dotnet '{ShellProcess.ProgramPath}' {arguments}", "/dev/null" })
            start.ArgumentList.Add(argument);
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["TERM"] = "xterm";
        start.Environment["NO_COLOR"] = "1";
        start.Environment["SHELL"] = "/bin/sh";
        _process = Process.Start(start)!;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Skips the test where no pseudo-terminal can be had.</summary>
    internal static void Demand()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The pseudo-terminal is made by util-linux's `script`, which this system does not have.");
        Skip.IfNot(File.Exists("/usr/bin/script"), "There is no /usr/bin/script to make a pseudo-terminal.");
    }

    /// <summary>A shell at its first prompt.</summary>
    internal static async Task<ShellTerminal> OpenAsync()
    {
        var terminal = new ShellTerminal("-NoLogo -NoExit -Command 'function prompt { \"PS> \" }'");
        await terminal.WaitForAsync(Prompt);
        return terminal;
    }

    /// <summary>A shell that runs one command at a terminal, and ends.</summary>
    internal static ShellTerminal Run(string command) => new($"-Command '{command}'");

    /// <summary>Types a line, and Enter.</summary>
    internal Task EnterAsync(string line) => TypeAsync(line + "\r");

    /// <summary>Presses Ctrl+C.</summary>
    internal Task InterruptAsync() => TypeAsync("\u0003");

    internal async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until a text is shown behind what earlier calls waited for; what was shown up to its end.</summary>
    internal async Task<string> WaitForAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            lock (_gate)
            {
                var all = _shown.ToString();
                var at = all.IndexOf(text, _seen, StringComparison.Ordinal);
                if (at >= 0)
                {
                    var shown = all[_seen..(at + text.Length)];
                    _seen = at + text.Length;
                    return shown;
                }

                if (_reading.IsCompleted || limit.IsCancellationRequested)
                    throw new InvalidOperationException($"'{text}' was not shown. After the last text that was, the terminal has: {all[_seen..]}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Waits until the shell has ended; its exit code (128 and the signal's number for one that a signal ended).</summary>
    internal async Task<int> FinishAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var block = new char[4096];
        int count;
        while ((count = await _process.StandardOutput.ReadAsync(block)) > 0)
        {
            var queries = 0;
            lock (_gate)
            {
                _shown.Append(block, 0, count);
                var all = _shown.ToString();
                for (int at; (at = all.IndexOf(CursorQuery, _answered, StringComparison.Ordinal)) >= 0; queries++) _answered = at + CursorQuery.Length;
            }

            // What a terminal answers to the question where its cursor is.
            for (; queries > 0; queries--) await TypeAsync("\u001b[1;1R");
        }
    }
}
