using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Clembench.Shell.Hosting;

/// <summary>Reads what a person types at a prompt; refuses in a session that has nobody to ask.</summary>
internal sealed class ConsoleInput(Terminal terminal, bool nonInteractive)
{
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
        return Console.In.ReadLine()
            ?? throw new HostException($"The shell asks for '{what}', but standard input has ended. Give the value as a parameter instead.");
    }

    internal SecureString ReadSecureLine(string what)
    {
        DemandInput(what);
        var secret = new SecureString();
        if (Terminal.IsInputRedirected)
        {
            foreach (var c in ReadLine(what)) secret.AppendChar(c);
            secret.MakeReadOnly();
            return secret;
        }

        ReadMasked(c => secret.AppendChar(c), () => secret.RemoveAt(secret.Length - 1), () => secret.Length);
        secret.MakeReadOnly();
        return secret;
    }

    private void ReadMasked(Action<char> add, Action removeLast, Func<int> length)
    {
        var before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                if (key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control })
                {
                    terminal.Write(Environment.NewLine);
                    throw new PipelineStoppedException();
                }

                if (key.Key == ConsoleKey.Enter) break;
                if (key.Key == ConsoleKey.Backspace)
                {
                    if (length() == 0) continue;
                    removeLast();
                    terminal.Write("\b \b");
                }
                else if (!char.IsControl(key.KeyChar))
                {
                    add(key.KeyChar);
                    terminal.Write("*");
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }

        terminal.Write(Environment.NewLine);
    }
}
