using System.Management.Automation.Internal;
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
    private bool _isStatusShown;
    private bool _atLineStart = true;

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
            var erasure = Hide();
            Follow(text);
            _out.Write(erasure + text + Show());
            _out.Flush();
        }
    }

    internal void WriteError(string text)
    {
        lock (_gate)
        {
            WriteStatus(Hide());
            _error.Write(text);
            _error.Flush();
            if (!Console.IsErrorRedirected) Follow(text);
            WriteStatus(Show());
        }
    }

    /// <summary>
    /// Shows one line below what has been written, until it is replaced or taken away by null. Output goes above it; while a line of
    /// output is unfinished, it waits. Nothing when output is redirected.
    /// </summary>
    internal void ShowStatus(string? line)
    {
        if (!IsInteractiveOutput) return;
        lock (_gate)
        {
            if (line == _statusLine) return;
            var erasure = Hide();
            _statusLine = line;
            WriteStatus(erasure + Show());
        }
    }

    /// <summary>Tells that a program of its own has had the terminal, and left it at the start of a line.</summary>
    internal void StartOnNewLine()
    {
        lock (_gate) _atLineStart = true;
    }

    private string Hide()
    {
        if (!_isStatusShown) return string.Empty;
        _isStatusShown = false;
        return "\r\u001b[2K";
    }

    private string Show()
    {
        if (_statusLine is null || !_atLineStart) return string.Empty;
        _isStatusShown = true;
        return '\r' + _statusLine;
    }

    private void WriteStatus(string text)
    {
        if (text.Length == 0) return;
        _out.Write(text);
        _out.Flush();
    }

    // Colours and the like do not move the cursor.
    private void Follow(string text)
    {
        var rest = text[(text.LastIndexOf('\n') + 1)..];
        var isBlank = new StringDecorated(rest).ContentLength == 0;
        _atLineStart = isBlank && (_atLineStart || rest.Length < text.Length);
    }

    private static StreamWriter Writer(Stream stream, Encoding encoding) => new(stream, encoding) { AutoFlush = true };
}
