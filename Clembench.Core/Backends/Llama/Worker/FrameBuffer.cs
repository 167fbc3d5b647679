using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Clembench.Backends.Llama.Worker;

/// <summary>Frames in the making, one behind the other. Not safe for use from several threads at once.</summary>
internal sealed class FrameBuffer
{
    private const int MostKept = 1 << 20;
    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>The bytes written so far.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Forgets everything; a room that one large message made is given back.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > MostKept)
            _bytes = new byte[4096];
    }

    /// <summary>Adds one frame.</summary>
    /// <exception cref="ProtocolException">The payload is too long; nothing was added.</exception>
    public void Add<T>(MessageType type, int call, T content, Action<FrameBuffer, T> write)
    {
        var start = _length;
        try
        {
            Room(Protocol.HeaderSize).Clear();
            write(this, content);
            var length = _length - start - Protocol.HeaderSize;
            if (length > Protocol.LongestPayload)
                throw new ProtocolException($"a message of {length} bytes is longer than {Protocol.LongestPayload}");
            var header = _bytes.AsSpan(start);
            MemoryMarshal.Write(header, length);
            header[4] = (byte)type;
            MemoryMarshal.Write(header[5..], call);
        }
        catch
        {
            _length = start;
            throw;
        }
    }

    /// <summary>Adds bytes outside of any frame.</summary>
    public void AddRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    public void Write(bool value) => Room(1)[0] = value ? (byte)1 : (byte)0;

    public void Write(int value) => WriteValue(value);

    public void Write(long value) => WriteValue(value);

    public void Write(double value) => WriteValue(value);

    public void WriteOptional<T>(T? value)
        where T : unmanaged
    {
        Write(value.HasValue);
        if (value is { } known)
            WriteValue(known);
    }

    public void Write(string? text)
    {
        if (text is null)
        {
            Write(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Write(length);
        Encoding.UTF8.GetBytes(text, Room(length));
    }

    public void Write(IReadOnlyList<int> numbers)
    {
        Write(numbers.Count);
        var room = MemoryMarshal.Cast<byte, int>(Room(checked(numbers.Count * sizeof(int))));
        switch (numbers)
        {
            case int[] array:
                array.CopyTo(room);
                break;
            case List<int> list:
                CollectionsMarshal.AsSpan(list).CopyTo(room);
                break;
            default:
                for (var i = 0; i < room.Length; i++)
                    room[i] = numbers[i];
                break;
        }
    }

    private void WriteValue<T>(T value)
        where T : unmanaged => MemoryMarshal.Write(Room(Unsafe.SizeOf<T>()), value);

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            if (count > (2 * Protocol.LongestPayload) - _length)
                throw new ProtocolException($"messages of together {(long)_length + count} bytes are too long");
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
