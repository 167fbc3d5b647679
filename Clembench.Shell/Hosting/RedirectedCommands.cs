using System.Management.Automation.Language;
using System.Text;

namespace Clembench.Shell.Hosting;

/// <summary>Reads commands from redirected input, and runs each as soon as it is complete.</summary>
internal sealed class RedirectedCommands(ShellHost host, PipelineRunner runner, TextReader reader)
{
    internal int Run()
    {
        var pending = new StringBuilder();
        var succeeded = true;
        while (host.ExitCode is null && reader.ReadLine() is { } line)
        {
            pending.AppendLine(line);
            if (CommandText.IsIncomplete(pending.ToString())) continue;
            succeeded = Execute(pending, succeeded);
        }

        if (host.ExitCode is null && pending.Length > 0) succeeded = Execute(pending, succeeded);
        return host.ExitCode ?? (succeeded ? 0 : 1);
    }

    private bool Execute(StringBuilder pending, bool before)
    {
        var text = pending.ToString();
        pending.Clear();
        if (string.IsNullOrWhiteSpace(text)) return before;
        return runner.RunText(text) && (host.ExitCode is not null || runner.LastStatementSucceeded);
    }
}

/// <summary>Questions about a piece of script.</summary>
internal static class CommandText
{
    /// <summary>Whether the parser needs more lines, as after an open brace or a trailing pipe.</summary>
    internal static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors.Any(e => e.IncompleteInput);
    }
}
