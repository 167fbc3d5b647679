using System.Buffers.Binary;
using System.Text;

namespace Clembench.Tests.Gguf;

/// <summary>Makes GGUF files, sound ones and others: every number can be written as it should not be.</summary>
internal sealed class GgufWriter
{
    private readonly List<byte> _entries = [];
    private readonly List<byte> _tensors = [];
    private ulong _entryCount;
    private ulong _tensorCount;

    public uint Version { get; init; } = 3;

    public uint Alignment { get; init; } = 32;

    /// <summary>The number of metadata entries that the head claims; null for the true one.</summary>
    public ulong? ClaimedEntries { get; init; }

    /// <summary>The number of tensors that the head claims; null for the true one.</summary>
    public ulong? ClaimedTensors { get; init; }

    public int DataLength { get; init; }

    /// <summary>The tensors' data; null for zeros.</summary>
    public byte[]? Data { get; set; }

    public GgufWriter Text(string key, string value) => Entry(key, 8, Bytes(value));

    public GgufWriter UInt32(string key, uint value) => Entry(key, 4, Number(value));

    public GgufWriter Float32(string key, float value) => Entry(key, 6, Number(BitConverter.SingleToUInt32Bits(value)));

    public GgufWriter Flag(string key, bool value) => Entry(key, 7, [value ? (byte)1 : (byte)0]);

    public GgufWriter Texts(string key, params IReadOnlyList<string> values) =>
        Entry(key, 9, [.. Number(8u), .. Number((ulong)values.Count), .. values.SelectMany(Bytes)]);

    public GgufWriter Integers(string key, params IReadOnlyList<int> values) =>
        Entry(key, 9, [.. Number(5u), .. Number((ulong)values.Count), .. values.SelectMany(value => Number(unchecked((uint)value)))]);

    /// <summary>An entry whose value is given byte by byte.</summary>
    public GgufWriter Entry(string key, uint type, byte[] value)
    {
        _entries.AddRange(Bytes(key));
        _entries.AddRange(Number(type));
        _entries.AddRange(value);
        _entryCount++;
        return this;
    }

    public GgufWriter Tensor(string name, uint type, ulong offset, params ReadOnlySpan<ulong> dimensions) =>
        Tensor(name, type, offset, (uint)dimensions.Length, dimensions);

    public GgufWriter Tensor(string name, uint type, ulong offset, uint claimedDimensions, ReadOnlySpan<ulong> dimensions)
    {
        _tensors.AddRange(Bytes(name));
        _tensors.AddRange(Number(claimedDimensions));
        foreach (var dimension in dimensions)
            _tensors.AddRange(Number(dimension));
        _tensors.AddRange(Number(type));
        _tensors.AddRange(Number(offset));
        _tensorCount++;
        return this;
    }

    public byte[] ToBytes()
    {
        byte[] head =
        [
            .. "GGUF"u8, .. Number(Version), .. Number(ClaimedTensors ?? _tensorCount), .. Number(ClaimedEntries ?? _entryCount),
            .. _entries, .. _tensors,
        ];
        var dataOffset = (head.Length + (int)Alignment - 1) / (int)Alignment * (int)Alignment;
        return DataLength == 0 && _tensorCount == 0 ? head : [.. head, .. new byte[dataOffset - head.Length], .. Data ?? new byte[DataLength]];
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Number(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Number((ulong)bytes.Length), .. bytes];
    }
}
