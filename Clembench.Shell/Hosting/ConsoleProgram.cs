using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace Clembench.Shell.Hosting;

/// <summary>The program: reads the command line, opens a session, runs what was asked, and gives the exit code.</summary>
public static class ConsoleProgram
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int BadCommandLine = 64;
    private const int InitializationFailed = 70;
    private const int Interrupted = 130;

    /// <summary>Runs the shell with a command line; the process's exit code.</summary>
    public static int Run(IReadOnlyList<string> args)
    {
        // The engine would report its use to its makers; this shell reports nothing to anybody. It must be set before the engine starts.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        // Pipelines run on threads of their own.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = SessionCulture.For(CultureInfo.CurrentCulture);
        var terminal = new Terminal();
        var arguments = ShellArguments.Parse(args);
        if (arguments.Problem is not null) return Refuse(terminal, arguments.Problem);
        if (arguments.Help)
        {
            terminal.Write(ShellArguments.HelpText + Environment.NewLine);
            return Success;
        }

        if (arguments.Version)
        {
            terminal.Write($"Clembench.Shell {typeof(ConsoleProgram).Assembly.GetName().Version!.ToString(3)} (PowerShell engine {PSVersion()}){Environment.NewLine}");
            return Success;
        }

        if (arguments.WorkingDirectory is not null)
        {
            if (!Directory.Exists(arguments.WorkingDirectory)) return Refuse(terminal, $"There is no folder '{arguments.WorkingDirectory}'.");
            Environment.CurrentDirectory = arguments.WorkingDirectory;
        }

        if (arguments.File is not null and not "-" && !File.Exists(arguments.File))
            return Refuse(terminal, $"The argument '{arguments.File}' is not recognized as the name of a script file. Check the path, or use -Help.");

        return Start(terminal, arguments);
    }

    private static int Start(Terminal terminal, ShellArguments arguments)
    {
        if (!Terminal.HasColour) PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        var host = new ShellHost(terminal, arguments.NonInteractive);
        Runspace runspace;
        try
        {
            runspace = ShellEngine.OpenRunspace(host: host);
        }
        catch (Exception e) when (e is RuntimeException or InvalidRunspaceStateException or IOException)
        {
            terminal.WriteError($"The session could not be opened: {e.Message}{Environment.NewLine}");
            return InitializationFailed;
        }

        using (runspace)
        {
            Runspace.DefaultRunspace = runspace;
            var runner = new PipelineRunner(runspace);
            ((ShellHostUI)host.UI).Attach(runner);
            using var interrupts = new InterruptHandler(runner);
            try
            {
                return Execute(terminal, host, runner, runspace, interrupts, arguments);
            }
            finally
            {
                ((ShellHostUI)host.UI).EndProgress();
            }
        }
    }

    private static int Execute(
        Terminal terminal, ShellHost host, PipelineRunner runner, Runspace runspace, InterruptHandler interrupts, ShellArguments arguments)
    {
        var readsCommands = arguments is { Command: null, File: null } || arguments.Command == "-" || arguments.File == "-";
        if (!readsCommands)
        {
            var code = arguments.File is not null
                ? RunFile(host, runner, runspace, arguments)
                : RunCommand(host, runner, arguments.Command!);
            if (!arguments.NoExit || host.ExitCode is not null) return code;
        }

        if (Terminal.IsInputRedirected || arguments.Command == "-" || arguments.File == "-")
            return new RedirectedCommands(host, runner, Console.In).Run();
        if (!arguments.NoLogo && readsCommands)
            terminal.Write($"Clembench on the PowerShell engine {PSVersion()}. `Get-Command -Module Clembench` lists its commands; `exit` leaves.{Environment.NewLine}");
        interrupts.KeepAlive();
        return new InteractivePrompt(host, runner, runspace, terminal).Run();
    }

    private static int RunCommand(ShellHost host, PipelineRunner runner, string text)
    {
        var completed = runner.RunText(text, InputFor(Parser.ParseInput(text, out _, out _)));
        if (host.ExitCode is { } code) return code;
        if (runner.WasStopped) return Interrupted;
        return completed && runner.LastStatementSucceeded ? Success : Failure;
    }

    private static int RunFile(ShellHost host, PipelineRunner runner, Runspace runspace, ShellArguments arguments)
    {
        var path = Path.GetFullPath(arguments.File!);
        // As a command only *.ps1 is a script; any other name (a script with a #! line) is read and run as text.
        var command = path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
            ? new Command(path, isScript: false, useLocalScope: false)
            : new Command(File.ReadAllText(path), isScript: true, useLocalScope: false);
        foreach (var parameter in arguments.ScriptArguments) command.Parameters.Add(parameter);
        if (!arguments.NoExit) EngineInternals.LetScriptExitEndSession(runspace);
        var completed = runner.RunCommand(command, InputFor(Parser.ParseFile(path, out _, out _)));
        if (host.ExitCode is { } code) return code;
        if (runner.WasStopped) return Interrupted;
        return completed && runner.LastStatementSucceeded ? Success : Failure;
    }

    // Standard input is read only for a script that uses $input: else it stays for the programs that the script starts.
    private static IEnumerable<string>? InputFor(Ast script)
    {
        if (!Terminal.IsInputRedirected) return null;
        var usesInput = script.Find(
            a => a is VariableExpressionAst v && v.VariablePath.UserPath.Equals("input", StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: false) is not null;
        return usesInput ? Lines(Console.In) : null;
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static int Refuse(Terminal terminal, string problem)
    {
        terminal.WriteError(problem + Environment.NewLine);
        return BadCommandLine;
    }

    private static string PSVersion() => typeof(PSObject).Assembly.GetName().Version!.ToString(2);
}
