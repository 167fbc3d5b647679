using System.Buffers.Binary;
using System.Text;
using Clembench.Common;

namespace Clembench.Gguf;

/// <summary>
/// Reads the values of a file one after the other. Every length is held against what is left of the file before anything
/// is read or allocated.
/// </summary>
/// <param name="stream">The file.</param>
/// <param name="path">Its path, for errors.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class GgufReader(Stream stream, string path, CancellationToken cancellationToken)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly long _length = stream.Length;
    private long _bufferStart;
    private int _next;
    private int _filled;
    private long _kept;

    /// <summary>Where the next value begins, in bytes.</summary>
    public long Position => _bufferStart + _next;

    /// <summary>The length of the file in bytes.</summary>
    public long Length => _length;

    /// <summary>An error about the file.</summary>
    /// <param name="cause">What is wrong, as a clause.</param>
    /// <param name="id">The error's last part.</param>
    /// <returns>The error.</returns>
    public ClemException Error(string cause, string id = "Invalid") => new(
        $"Clem.Gguf.{id}", ErrorKind.InvalidData, $"{path}: {cause}.",
        id == "Truncated" ? "Fetch the file again: it is shorter than it says." : "Fetch the file again, or convert the model anew.", path);

    /// <summary>Goes to a place.</summary>
    /// <param name="position">The place, within the file.</param>
    public void Seek(long position)
    {
        if (position >= _bufferStart && position <= _bufferStart + _filled)
        {
            _next = (int)(position - _bufferStart);
            return;
        }

        stream.Position = position;
        _bufferStart = position;
        _next = _filled = 0;
    }

    /// <summary>A scalar.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <returns>A number or a truth value.</returns>
    public object ReadScalar(GgufValueType type, string what) => type switch
    {
        GgufValueType.UInt8 => Take(1, what)[0],
        GgufValueType.Int8 => (sbyte)Take(1, what)[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, what)),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Take(2, what)),
        GgufValueType.UInt32 => ReadUInt32(what),
        GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Take(4, what)),
        GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Take(4, what)),
        GgufValueType.Bool => Take(1, what)[0] switch
        {
            0 => false,
            1 => true,
            var other => throw Error($"{what} is a truth value of {other}"),
        },
        GgufValueType.UInt64 => ReadUInt64(what),
        GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Take(8, what)),
        GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(Take(8, what)),
        _ => throw Error($"{what} has the unknown type {(uint)type}"),
    };

    /// <summary>An unsigned integer of 32 bits.</summary>
    /// <param name="what">What it is, for errors.</param>
    /// <returns>The number.</returns>
    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    /// <summary>An unsigned integer of 64 bits.</summary>
    /// <param name="what">What it is, for errors.</param>
    /// <returns>The number.</returns>
    public ulong ReadUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>A number of things that follow.</summary>
    /// <param name="what">What is counted, for errors.</param>
    /// <param name="limit">The most that is believed.</param>
    /// <param name="smallest">The fewest bytes that one of them takes.</param>
    /// <returns>The number.</returns>
    public long ReadCount(string what, long limit, int smallest)
    {
        var count = ReadUInt64(what);
        if (count > (ulong)limit)
            throw Error($"{what} is {count}, and no more than {limit} are read");
        if (count > (ulong)((_length - Position) / smallest))
            throw Error($"{what} is {count}, which is more than the rest of the file can hold", "Truncated");
        return (long)count;
    }

    /// <summary>A text that is kept.</summary>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="limit">The most bytes that are believed.</param>
    /// <returns>The text; bytes that are not UTF-8 become U+FFFD.</returns>
    public string ReadText(string what, int limit = GgufLimits.TextLength)
    {
        var length = (int)ReadCount($"the length of {what}", limit, 1);
        _kept += length;
        if (_kept > GgufLimits.KeptText)
            throw Error($"its texts have more than {GgufLimits.KeptText >> 20} MiB");
        if (length <= _buffer.Length)
            return Encoding.UTF8.GetString(Take(length, what));
        var bytes = new byte[length];
        var taken = 0;
        while (taken < length)
        {
            var part = Math.Min(_buffer.Length, length - taken);
            Take(part, what).CopyTo(bytes.AsSpan(taken));
            taken += part;
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Passes over the items of an array.</summary>
    /// <param name="array">The array.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="level">How many arrays this one lies in, itself included.</param>
    public void Skip(GgufArray array, string what, int level)
    {
        if (array.ElementType == GgufValueType.String)
        {
            for (var i = 0L; i < array.Count; i++)
            {
                var length = ReadCount($"the length of a text of {what}", GgufLimits.TextLength, 1);
                Seek(Position + length);
            }
        }
        else if (array.ElementType == GgufValueType.Array)
        {
            for (var i = 0L; i < array.Count; i++)
                Skip(ReadArray(what, level + 1), what, level + 1);
        }
        else
        {
            // ReadArray has held the product against the rest of the file.
            Seek(array.Offset + array.Count * SizeOf(array.ElementType, what));
        }
    }

    /// <summary>The head of an array: the kind and the number of its items.</summary>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="level">How many arrays this one lies in, itself included.</param>
    /// <returns>The array.</returns>
    public GgufArray ReadArray(string what, int level)
    {
        if (level > GgufLimits.Nesting)
            throw Error($"{what} has arrays nested deeper than {GgufLimits.Nesting} levels");
        var type = (GgufValueType)ReadUInt32($"the item type of {what}");
        var isTexts = type is GgufValueType.String or GgufValueType.Array;
        var count = ReadCount(
            $"the number of items of {what}", isTexts ? GgufLimits.Items : long.MaxValue, type switch
            {
                GgufValueType.String => 8,
                GgufValueType.Array => 12,
                _ => SizeOf(type, what),
            });
        return new GgufArray(type, count, Position);
    }

    private int SizeOf(GgufValueType type, string what) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => throw Error($"{what} has items of the unknown type {(uint)type}"),
    };

    // The next bytes, at most a buffer of them; they are good until the next call.
    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > _length - Position)
            throw Error($"it ends in the middle of {what} (after {_length} bytes)", "Truncated");
        if (_filled - _next < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _bufferStart += _next;
            _buffer.AsSpan(_next.._filled).CopyTo(_buffer);
            _filled -= _next;
            _next = 0;
            var read = stream.ReadAtLeast(_buffer.AsSpan(_filled), count - _filled, throwOnEndOfStream: false);
            _filled += read;
            if (_filled < count)
                throw Error($"it became shorter while it was read", "Truncated");
        }

        var taken = _buffer.AsSpan(_next, count);
        _next += count;
        return taken;
    }
}
