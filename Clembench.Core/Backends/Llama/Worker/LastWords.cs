using System.Text;

namespace Clembench.Backends.Llama.Worker;

/// <summary>What a model's process prints: the last lines are kept, to be told when it ends.</summary>
/// <param name="onLine">Is told of every line, on a thread of its own; null where nobody listens.</param>
internal sealed class LastWords(Action<string>? onLine)
{
    private const int MostLines = 12;
    private const int LongestLine = 400;
    private readonly Queue<string> _lines = new();

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
                    line.Append(char.IsControl(character) ? ' ' : character);
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
        var text = line.ToString().TrimEnd();
        line.Clear();
        if (text.Length == 0)
            return;
        lock (_lines)
        {
            _lines.Enqueue(text);
            if (_lines.Count > MostLines)
                _lines.Dequeue();
        }

        onLine?.Invoke(text);
    }
}
