using System.Runtime.InteropServices;

namespace Clembench.Backends.Llama.Worker;

/// <summary>One message as it came.</summary>
/// <param name="type">Its kind.</param>
/// <param name="call">The number of the call; 0 for none.</param>
/// <param name="payload">Its content; valid until the next frame is read.</param>
internal readonly ref struct Frame(MessageType type, int call, ReadOnlySpan<byte> payload)
{
    public MessageType Type { get; } = type;

    public int Call { get; } = call;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>
/// Takes frames from a pipe. It waits on the thread that calls it, which is a thread of its own at both ends: the end of
/// the other process is noticed at once, however busy the thread pool and native code are.
/// </summary>
/// <param name="stream">The pipe's end.</param>
internal sealed class FrameReader(Stream stream)
{
    private byte[] _bytes = new byte[64 << 10];
    private int _start;
    private int _end;

    /// <summary>Passes over what a host prints before our own code runs.</summary>
    /// <returns>Whether the preamble came; else the stream has ended.</returns>
    /// <exception cref="ProtocolException">Too much came that is no preamble.</exception>
    public bool SkipToPreamble()
    {
        var skipped = 0;
        while (true)
        {
            var at = _bytes.AsSpan(_start, _end - _start).IndexOf(Protocol.Preamble);
            if (at >= 0)
            {
                _start += at + Protocol.Preamble.Length;
                return true;
            }

            var passed = Math.Max(0, _end - _start - Protocol.Preamble.Length + 1);
            _start += passed;
            if ((skipped += passed) > Protocol.LongestForeignOutput)
                throw new ProtocolException("it prints and prints, and nothing of it is a greeting");
            if (!Fill(_end - _start + 1))
                return false;
        }
    }

    /// <summary>Takes the next frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>Whether there is one; else the stream has ended between two frames.</returns>
    /// <exception cref="ProtocolException">The frame has an impossible length, or the stream ends in its midst.</exception>
    public bool TryRead(out Frame frame)
    {
        frame = default;
        if (!Fill(Protocol.HeaderSize))
        {
            return _end == _start ? false : throw new ProtocolException("the stream ends in the midst of a message");
        }

        var header = _bytes.AsSpan(_start, Protocol.HeaderSize);
        var length = MemoryMarshal.Read<int>(header);
        if (length is < 0 or > Protocol.LongestPayload)
            throw new ProtocolException($"a message of {length} bytes is announced");
        var (type, call) = ((MessageType)header[4], MemoryMarshal.Read<int>(header[5..]));
        if (!Fill(Protocol.HeaderSize + length))
            throw new ProtocolException("the stream ends in the midst of a message");
        frame = new Frame(type, call, _bytes.AsSpan(_start + Protocol.HeaderSize, length));
        _start += Protocol.HeaderSize + length;
        return true;
    }

    // Until so many bytes are there.
    private bool Fill(int count)
    {
        if (_end - _start >= count)
            return true;
        if (_bytes.Length - _start < count)
        {
            // An announced length takes room only as its bytes come: a wrong one must not take memory.
            var rest = _bytes.AsSpan(_start, _end - _start);
            rest.CopyTo(_bytes);
            (_start, _end) = (0, rest.Length);
        }

        while (_end - _start < count)
        {
            if (_end == _bytes.Length)
                Array.Resize(ref _bytes, Math.Min(_bytes.Length * 2, Protocol.LongestPayload + Protocol.HeaderSize));
            var read = stream.Read(_bytes, _end, _bytes.Length - _end);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }
}
