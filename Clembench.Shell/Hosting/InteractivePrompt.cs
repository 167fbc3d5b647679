using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Clembench.Shell.Hosting;

/// <summary>The prompt: reads a command, runs it, and again, until <c>exit</c> or the end of input.</summary>
internal sealed class InteractivePrompt(ShellHost host, PipelineRunner runner, Runspace runspace, Terminal terminal)
{
    private readonly LineEditor _editor = new(terminal, new TabCompletion(runspace));

    internal int Run()
    {
        while (host.ExitCode is null)
        {
            var text = ReadCommand();
            if (text is null)
            {
                terminal.Write(Environment.NewLine);
                return 0;
            }

            if (string.IsNullOrWhiteSpace(text)) continue;
            _editor.Remember(text);
            runner.RunText(text);
            ((ShellHostUI)host.UI).EndProgress();
        }

        return host.ExitCode.Value;
    }

    // Null at the end of input; an empty text after Ctrl+C.
    private string? ReadCommand()
    {
        var line = _editor.Read(PromptText());
        if (line is null || line.Length == 0) return line;
        var text = line;
        while (CommandText.IsIncomplete(text))
        {
            line = _editor.Read(">> ");
            if (line is null) return string.Empty;
            // An empty line ends the continuation, so that an unclosed brace does not trap anybody.
            if (line.Length == 0) break;
            text += "\n" + line;
        }

        return text;
    }

    private string PromptText()
    {
        try
        {
            var text = string.Concat(runner.Evaluate("prompt").Select(o => o?.ToString()));
            return text.Length == 0 ? "PS> " : text;
        }
        catch (RuntimeException)
        {
            // A broken prompt function must not lock a person out of the prompt.
            return "PS> ";
        }
    }
}
