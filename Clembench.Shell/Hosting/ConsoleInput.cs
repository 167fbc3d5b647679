using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace Clembench.Shell.Hosting;

/// <summary>Reads what a person types at a prompt; refuses in a session that has nobody to ask.</summary>
internal sealed class ConsoleInput(Terminal terminal, bool nonInteractive)
{
    /// <summary>What runs the command that asks: Ctrl+C stops it.</summary>
    internal PipelineRunner? Runner { get; set; }

    /// <summary>Fails with clear words where nobody can answer.</summary>
    internal void DemandInput(string what)
    {
        if (nonInteractive)
            throw new HostException($"The shell asks for '{what}', but it runs with -NonInteractive. Give the value as a parameter instead.");
    }

    internal string ReadLine(string what)
    {
        DemandInput(what);
        terminal.ShowStatus(null);
        if (Terminal.IsInputRedirected) return Console.In.ReadLine() ?? throw InputEnded(what);
        var line = new StringBuilder();
        ReadKeys(what, c => line.Append(c), () => line.Remove(line.Length - 1, 1), () => line.Length, echo: c => c.ToString());
        return line.ToString();
    }

    internal SecureString ReadSecureLine(string what)
    {
        DemandInput(what);
        var secret = new SecureString();
        if (Terminal.IsInputRedirected)
        {
            foreach (var c in ReadLine(what)) secret.AppendChar(c);
        }
        else
        {
            terminal.ShowStatus(null);
            ReadKeys(what, secret.AppendChar, () => secret.RemoveAt(secret.Length - 1), () => secret.Length, echo: _ => "*");
        }

        secret.MakeReadOnly();
        return secret;
    }

    // Key by key: a line that the runtime reads is not left on Ctrl+C, and would take what is typed next as the answer.
    private void ReadKeys(string what, Action<char> add, Action removeLast, Func<int> length, Func<char, string> echo)
    {
        var before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                // From before Ctrl+C was a key.
                if (Runner is { IsStopping: true }) throw Stopped();
                var key = Console.ReadKey(intercept: true);
                var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
                if (key.Key == ConsoleKey.C && control)
                {
                    Runner?.Stop();
                    throw Stopped();
                }

                if (key.Key == ConsoleKey.D && control && length() == 0) throw InputEnded(what);
                if (key.Key == ConsoleKey.Enter) break;
                if (key.Key == ConsoleKey.Backspace)
                {
                    if (length() == 0) continue;
                    removeLast();
                    Echo("\b \b");
                }
                else if (!char.IsControl(key.KeyChar))
                {
                    add(key.KeyChar);
                    Echo(echo(key.KeyChar));
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }

        Echo(Environment.NewLine);
    }

    private PipelineStoppedException Stopped()
    {
        Echo("^C" + Environment.NewLine);
        return new PipelineStoppedException();
    }

    // What is typed is no output: it stays out of a file that standard output goes to.
    private void Echo(string text)
    {
        if (!Terminal.IsOutputRedirected) terminal.Write(text);
        else if (!Console.IsErrorRedirected) terminal.WriteError(text);
    }

    private static HostException InputEnded(string what)
        => new($"The shell asks for '{what}', but standard input has ended. Give the value as a parameter instead.");
}
