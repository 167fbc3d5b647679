using System.Collections.Concurrent;
using System.Management.Automation;

namespace Clembench.PowerShell.Hosting;

/// <summary>What threads of the engine have to say until the pipeline thread, which alone may write, has its turn.</summary>
internal sealed class EngineMessages
{
    // Where nobody reads -Verbose for a while (a slow consumer), old messages make room. Warnings are kept.
    private const int MostKept = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Number, string Text)> _warnings = new();
    private readonly Queue<(long Number, string Text, Stream Stream)> _others = new();
    private readonly ConcurrentDictionary<string, bool> _warned = new();
    private long _count;

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
            Warn(text);
    }

    /// <summary>Warns. May be called on any thread.</summary>
    /// <param name="text">The warning.</param>
    public void Warn(string text) => Add(text, Stream.Warning);

    /// <summary>Writes what is waiting. Called on the pipeline thread.</summary>
    /// <param name="cmdlet">The cmdlet to write with.</param>
    public void Write(Cmdlet cmdlet)
    {
        while (TryTake(out var text, out var stream))
        {
            if (stream == Stream.Warning)
                cmdlet.WriteWarning(text);
            else if (stream == Stream.Verbose)
                cmdlet.WriteVerbose(text);
            else
                cmdlet.WriteDebug(text);
        }
    }

    private void Add(string text, Stream stream)
    {
        lock (_lock)
        {
            if (stream == Stream.Warning)
            {
                _warnings.Enqueue((_count++, text));
                return;
            }

            _others.Enqueue((_count++, text, stream));
            if (_others.Count > MostKept)
                _others.Dequeue();
        }
    }

    // In the order in which they were said.
    private bool TryTake(out string text, out Stream stream)
    {
        lock (_lock)
        {
            var hasOther = _others.TryPeek(out var other);
            if (_warnings.TryPeek(out var warning) && (!hasOther || warning.Number < other.Number))
            {
                _warnings.Dequeue();
                (text, stream) = (warning.Text, Stream.Warning);
                return true;
            }

            if (hasOther)
                _others.Dequeue();
            (text, stream) = (other.Text ?? "", other.Stream);
            return hasOther;
        }
    }
}
