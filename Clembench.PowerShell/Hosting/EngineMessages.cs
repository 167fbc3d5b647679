using System.Collections.Concurrent;
using System.Management.Automation;

namespace Clembench.PowerShell.Hosting;

/// <summary>What threads of the engine have to say until the pipeline thread, which alone may write, has its turn.</summary>
internal sealed class EngineMessages
{
    // Where nobody reads -Verbose for a while (a slow consumer), old messages make room.
    private const int MostKept = 1000;

    private readonly ConcurrentQueue<(string Text, Stream Stream)> _waiting = new();
    private readonly ConcurrentDictionary<string, bool> _warned = new();

    private enum Stream
    {
        Debug,
        Verbose,
        Warning,
    }

    /// <summary>Says something for -Verbose. May be called on any thread.</summary>
    /// <param name="text">The message.</param>
    public void Verbose(string text) => Add(text, Stream.Verbose);

    /// <summary>Says something for -Debug. May be called on any thread.</summary>
    /// <param name="text">The message.</param>
    public void Debug(string text) => Add(text, Stream.Debug);

    /// <summary>Warns, once for each text. May be called on any thread.</summary>
    /// <param name="text">The warning.</param>
    public void WarnOnce(string text)
    {
        if (_warned.TryAdd(text, true))
            Add(text, Stream.Warning);
    }

    /// <summary>Writes what is waiting. Called on the pipeline thread.</summary>
    /// <param name="cmdlet">The cmdlet to write with.</param>
    public void Write(Cmdlet cmdlet)
    {
        while (_waiting.TryDequeue(out var message))
        {
            if (message.Stream == Stream.Warning)
                cmdlet.WriteWarning(message.Text);
            else if (message.Stream == Stream.Verbose)
                cmdlet.WriteVerbose(message.Text);
            else
                cmdlet.WriteDebug(message.Text);
        }
    }

    private void Add(string text, Stream stream)
    {
        _waiting.Enqueue((text, stream));
        while (_waiting.Count > MostKept && _waiting.TryPeek(out var oldest) && oldest.Stream != Stream.Warning)
            _waiting.TryDequeue(out _);
    }
}
