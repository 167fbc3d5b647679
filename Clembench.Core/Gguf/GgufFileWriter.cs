using System.Buffers.Binary;
using System.Text;
using Clembench.Common;

namespace Clembench.Gguf;

/// <summary>Writes the data of one tensor.</summary>
/// <param name="output">Where they go; exactly the tensor's size.</param>
/// <param name="cancellationToken">Stops the writing.</param>
/// <returns>A task.</returns>
internal delegate Task GgufTensorData(Stream output, CancellationToken cancellationToken);

/// <summary>
/// Writes a GGUF file (version 3, little endian): first what it says, then the tensors one after the other, so that no more
/// than a piece of one is ever in memory. Format: <c>docs/gguf.md</c> of ggml.
/// </summary>
internal sealed class GgufFileWriter
{
    private const int Alignment = 32;

    private readonly List<(string Key, GgufValueType Type, byte[] Value)> _entries = [];
    private readonly List<(string Name, uint Type, long[] Dimensions, long Size, GgufTensorData Data)> _tensors = [];

    /// <summary>The bytes of all tensors.</summary>
    public long TensorSize => _tensors.Sum(tensor => tensor.Size);

    /// <summary>Adds a text.</summary>
    public void Add(string key, string value) => Entry(key, GgufValueType.String, Bytes(value));

    /// <summary>Adds a whole number of 32 bits without sign.</summary>
    public void Add(string key, uint value) => Entry(key, GgufValueType.UInt32, Bytes(value));

    /// <summary>Adds a number.</summary>
    public void Add(string key, float value) => Entry(key, GgufValueType.Float32, Bytes(BitConverter.SingleToUInt32Bits(value)));

    /// <summary>Adds a truth value.</summary>
    public void Add(string key, bool value) => Entry(key, GgufValueType.Bool, [value ? (byte)1 : (byte)0]);

    /// <summary>Adds a list of texts.</summary>
    public void Add(string key, IReadOnlyCollection<string> values) => Array(key, GgufValueType.String, values, Bytes);

    /// <summary>Adds a list of whole numbers of 32 bits.</summary>
    public void Add(string key, IReadOnlyCollection<int> values) => Array(key, GgufValueType.Int32, values, value => Bytes(unchecked((uint)value)));

    /// <summary>Adds a list of numbers.</summary>
    public void Add(string key, IReadOnlyCollection<float> values) =>
        Array(key, GgufValueType.Float32, values, value => Bytes(BitConverter.SingleToUInt32Bits(value)));

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The number of its element type.</param>
    /// <param name="dimensions">Its extents, the fastest-varying first.</param>
    /// <param name="data">Writes its data.</param>
    public void AddTensor(string name, uint type, IReadOnlyList<long> dimensions, GgufTensorData data)
    {
        var stored = GgufTensorType.Find(type) ?? throw new ArgumentException($"There is no type {type}.", nameof(type));
        var size = dimensions.Aggregate(1L, (product, extent) => checked(product * extent)) / stored.BlockLength * stored.BlockSize;
        _tensors.Add((name, type, [.. dimensions], size, data));
    }

    /// <summary>Writes the file under a temporary name beside it, and renames it when all is written.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="progress">Is told the bytes of tensors that are written, after each tensor; null for nobody.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is left then.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written.</exception>
    public async Task WriteAsync(string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(path);
        var temporary = Path.Join(Path.GetDirectoryName(target), $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                BufferSize = 1 << 20,
            });
            await using (stream.ConfigureAwait(false))
                await WriteAsync(stream, progress, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Gguf.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {e.Message}",
                "Check the folder's permissions and the free space.", path, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task WriteAsync(Stream stream, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await WriteHeadAsync(stream, cancellationToken).ConfigureAwait(false);
        var written = 0L;
        foreach (var (name, _, _, size, data) in _tensors)
        {
            var start = stream.Position;
            await data(stream, cancellationToken).ConfigureAwait(false);
            if (stream.Position - start != size)
                throw new InvalidOperationException($"The tensor '{name}' has {size} bytes, and {stream.Position - start} were written.");
            await PadAsync(stream, cancellationToken).ConfigureAwait(false);
            written += size;
            progress?.Report(written);
        }
    }

    private async Task WriteHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new MemoryStream();
        head.Write("GGUF"u8);
        head.Write(Bytes(3u));
        head.Write(Bytes((ulong)_tensors.Count));
        head.Write(Bytes((ulong)_entries.Count));
        foreach (var (key, type, value) in _entries)
        {
            head.Write(Bytes(key));
            head.Write(Bytes((uint)type));
            head.Write(value);
        }

        var offset = 0L;
        foreach (var (name, type, dimensions, size, _) in _tensors)
        {
            head.Write(Bytes(name));
            head.Write(Bytes((uint)dimensions.Length));
            foreach (var extent in dimensions)
                head.Write(Bytes((ulong)extent));
            head.Write(Bytes(type));
            head.Write(Bytes((ulong)offset));
            offset += (size + Alignment - 1) / Alignment * Alignment;
        }

        await stream.WriteAsync(head.GetBuffer().AsMemory(0, (int)head.Length), cancellationToken).ConfigureAwait(false);
        await PadAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static async Task PadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var over = (int)(stream.Position % Alignment);
        if (over > 0)
            await stream.WriteAsync(new byte[Alignment - over], cancellationToken).ConfigureAwait(false);
    }

    private void Entry(string key, GgufValueType type, byte[] value)
    {
        if (_entries.Exists(entry => entry.Key == key))
            throw new ArgumentException($"'{key}' is there already.", nameof(key));
        _entries.Add((key, type, value));
    }

    private void Array<T>(string key, GgufValueType type, IReadOnlyCollection<T> values, Func<T, byte[]> bytes)
    {
        var list = new MemoryStream();
        list.Write(Bytes((uint)type));
        list.Write(Bytes((ulong)values.Count));
        foreach (var value in values)
            list.Write(bytes(value));
        Entry(key, GgufValueType.Array, list.ToArray());
    }

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        var bytes = new byte[sizeof(ulong) + count];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)count);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(sizeof(ulong)));
        return bytes;
    }
}
