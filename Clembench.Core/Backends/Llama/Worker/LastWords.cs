using System.Text;
using Clembench.Backends.Llama.Native;

namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// What a model's process prints to standard error: llama.cpp's log with its levels, and whatever native code prints past
/// it. The last lines are kept, to be told when the process ends; of the log only warnings and errors.
/// </summary>
/// <param name="onLine">Is told of every line, on a thread of its own; null where nobody listens.</param>
internal sealed class LastWords(Action<LlamaLogLevel, string>? onLine)
{
    // What no text has at its beginning: the record separator. The level's digit and the text follow.
    private const char LogMark = '\u001E';
    private const int MostLines = 12;
    private const int LongestLine = 400;
    private readonly Queue<string> _lines = new();

    /// <summary>A line of the log as the process prints it.</summary>
    public static string Format(LlamaLogLevel level, string text) => $"{LogMark}{(int)level}{text}";

    /// <summary>Listens on the calling thread until the stream ends.</summary>
    public void Listen(Stream stream)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false, bufferSize: 4096);
        var line = new StringBuilder();
        var characters = new char[1024];
        int count;
        while ((count = Read(reader, characters)) > 0)
        {
            foreach (var character in characters.AsSpan(0, count))
            {
                if (character == '\n')
                    Take(line);
                else if (character != '\r' && line.Length < LongestLine)
                    line.Append(character);
            }
        }

        Take(line);
    }

    /// <summary>The last lines.</summary>
    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }

    private static int Read(StreamReader reader, char[] characters)
    {
        try
        {
            return reader.Read(characters);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe was closed on our side: nobody wants to know any more.
            return 0;
        }
    }

    private void Take(StringBuilder line)
    {
        var level = LlamaLogLevel.Warning;
        if (line.Length > 1 && line[0] == LogMark && line[1] is >= '0' and <= '3')
        {
            level = (LlamaLogLevel)(line[1] - '0');
            line.Remove(0, 2);
        }

        for (var i = 0; i < line.Length; i++)
            line[i] = char.IsControl(line[i]) ? ' ' : line[i];
        var text = line.ToString().TrimEnd();
        line.Clear();
        if (text.Length == 0)
            return;
        if (level >= LlamaLogLevel.Warning)
            Keep(text);
        onLine?.Invoke(level, text);
    }

    private void Keep(string text)
    {
        lock (_lines)
        {
            _lines.Enqueue(text);
            if (_lines.Count > MostLines)
                _lines.Dequeue();
        }
    }
}
