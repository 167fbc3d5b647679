using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Clembench.PowerShell.Hosting;

/// <summary>The program that shows text page by page: <c>PAGER</c>, else <c>less</c>.</summary>
internal sealed class Pager : IDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _input;
    private bool _closed;

    private Pager(Process process)
    {
        _process = process;
        _input = new StreamWriter(process.StandardInput.BaseStream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Whether its reader has left it.</summary>
    public bool IsClosed => _closed || _process.HasExited;

    /// <summary>Starts the program.</summary>
    /// <returns>The pager; null where the machine has none.</returns>
    public static Pager? TryStart()
    {
        // PAGER is a program with its options, as for man and git.
        var words = Words(Environment.GetEnvironmentVariable("PAGER") ?? "");
        var start = new ProcessStartInfo(words is [{ Length: > 0 } program, ..] ? program : "less") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var word in words.Skip(1))
            start.ArgumentList.Add(word);
        // -R lets colours through and shows other escape sequences, -F leaves at once where a page holds all, -X leaves it on screen.
        start.Environment.TryAdd("LESS", "-RFX");
        start.Environment["LESSSECURE"] = "1";
        start.Environment.TryAdd("LESSCHARSET", "utf-8");
        try
        {
            return new Pager(Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            // There is no such program; the text is put out without one.
            return null;
        }
    }

    /// <summary>
    /// A command's words: they end at spaces that are not between quotation marks, single or double. A backslash is
    /// a sign as any other, because Windows has it in paths.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <returns>The words, without the quotation marks.</returns>
    internal static List<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        char? quote = null;
        foreach (var c in command)
        {
            if (c == quote)
            {
                quote = null;
            }
            else if (quote is null && c is ('"' or '\''))
            {
                (quote, isWord) = (c, true);
            }
            else if (quote is null && char.IsWhiteSpace(c))
            {
                if (isWord)
                    words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        if (isWord)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>Adds a line. One whose reader has left takes nothing more.</summary>
    /// <param name="line">The line.</param>
    public void WriteLine(string line)
    {
        if (_closed)
            return;
        try
        {
            _input.Write(line);
            _input.Write('\n');
        }
        catch (IOException)
        {
            _closed = true;
        }
    }

    /// <summary>Says that all is written, and waits until the reader leaves.</summary>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <returns>A task.</returns>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        CloseInput();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        CloseInput();
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void CloseInput()
    {
        _closed = true;
        try
        {
            _input.Dispose();
        }
        catch (IOException)
        {
            // The reader left before the last lines were taken.
        }
    }
}
