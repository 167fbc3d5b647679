using System.Text;

namespace Clembench.Shell.Hosting;

/// <summary>Standard input, output and error: what they are connected to, and one lock around what is written.</summary>
internal sealed class Terminal
{
    private const int RedirectedWidth = 120;
    private readonly Lock _gate = new();
    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private string? _statusLine;

    internal Terminal()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _out = IsOutputRedirected ? Writer(Console.OpenStandardOutput(), utf8) : Console.Out;
        _error = Console.IsErrorRedirected ? Writer(Console.OpenStandardError(), utf8) : Console.Error;
        Console.SetOut(_out);
        Console.SetError(_error);
    }

    internal static bool IsOutputRedirected => Console.IsOutputRedirected;

    internal static bool IsInputRedirected => Console.IsInputRedirected;

    /// <summary>Whether a person can be shown colours and redrawn lines.</summary>
    internal static bool IsInteractiveOutput => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Colours only on a terminal, and not where NO_COLOR asks for none.</summary>
    internal static bool HasColour => IsInteractiveOutput && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    internal static int Width
    {
        get
        {
            if (IsOutputRedirected) return RedirectedWidth;
            var width = Console.WindowWidth;
            return width > 0 ? width : RedirectedWidth;
        }
    }

    internal static int Height => IsOutputRedirected || Console.WindowHeight <= 0 ? 40 : Console.WindowHeight;

    internal void Write(string text)
    {
        lock (_gate)
        {
            EraseStatusLine();
            _out.Write(text);
            _out.Flush();
        }
    }

    internal void WriteError(string text)
    {
        lock (_gate)
        {
            EraseStatusLine();
            _error.Write(text);
            _error.Flush();
        }
    }

    /// <summary>Shows one line that the next output, or the next status, replaces. Nothing when output is redirected.</summary>
    internal void ShowStatus(string? line)
    {
        if (!IsInteractiveOutput) return;
        lock (_gate)
        {
            if (line == _statusLine) return;
            EraseStatusLine();
            if (line is null) return;
            _out.Write('\r' + line);
            _out.Flush();
            _statusLine = line;
        }
    }

    private void EraseStatusLine()
    {
        if (_statusLine is null) return;
        _out.Write("\r\u001b[2K");
        _statusLine = null;
    }

    private static StreamWriter Writer(Stream stream, Encoding encoding) => new(stream, encoding) { AutoFlush = true };
}
