using Clembench.Common;

namespace Clembench.Gguf;

/// <summary>
/// The head of a GGUF file: its metadata and the places of its tensors, read without native code. Files are untrusted
/// input: counts, lengths, dimensions, alignment and offsets are all checked against the file's length, so that a file
/// which passes can be handed to a native loader.
/// Format: <c>docs/gguf.md</c> of ggml, versions 2 and 3, little endian.
/// </summary>
public sealed class GgufFile
{
    private const uint Magic = 0x46554747;
    private const int DefaultAlignment = 32;

    private GgufFile(string path, long length, int version, IReadOnlyDictionary<string, object> metadata)
    {
        Path = path;
        Length = length;
        Version = version;
        Metadata = metadata;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The metadata: texts, numbers, truth values, and <see cref="GgufArray"/> for arrays.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; }

    /// <summary>The bytes that tensors are aligned to; a power of two.</summary>
    public int Alignment { get; private init; } = DefaultAlignment;

    /// <summary>Where the tensors' data begin, in bytes.</summary>
    public long DataOffset { get; private init; }

    /// <summary>The tensors, in the file's order.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; private init; } = [];

    /// <summary>Reads a file's head.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The head.</returns>
    /// <exception cref="ClemException">The file cannot be read, or is not a sound GGUF file.</exception>
    public static Task<GgufFile> ReadAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => Open(path, reader => Read(reader, path), cancellationToken), cancellationToken);

    /// <summary>Reads the head of a file that is open.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The head.</returns>
    /// <exception cref="ClemException">It is not a sound GGUF file.</exception>
    internal static GgufFile Read(Stream stream, string path, CancellationToken cancellationToken) =>
        Read(new GgufReader(stream, path, cancellationToken), path);

    /// <summary>A text of the metadata.</summary>
    /// <param name="key">Its key, such as <c>tokenizer.chat_template</c>.</param>
    /// <returns>The text; null where there is none, or it is of another kind.</returns>
    public string? GetText(string key) => Metadata.GetValueOrDefault(key) as string;

    /// <summary>A whole number of the metadata, whatever its size.</summary>
    /// <param name="key">Its key, such as <c>tokenizer.ggml.eos_token_id</c>.</param>
    /// <returns>The number; null where there is none, it is of another kind, or beyond 63 bits.</returns>
    public long? GetInteger(string key) => Metadata.GetValueOrDefault(key) switch
    {
        byte value => value,
        sbyte value => value,
        ushort value => value,
        short value => value,
        uint value => value,
        int value => value,
        ulong value when value <= long.MaxValue => (long)value,
        long value => value,
        _ => null,
    };

    /// <summary>A truth value of the metadata.</summary>
    /// <param name="key">Its key, such as <c>tokenizer.ggml.add_bos_token</c>.</param>
    /// <returns>The value; null where there is none, or it is of another kind.</returns>
    public bool? GetFlag(string key) => Metadata.GetValueOrDefault(key) as bool?;

    /// <summary>An array of the metadata.</summary>
    /// <param name="key">Its key, such as <c>tokenizer.ggml.tokens</c>.</param>
    /// <returns>The array; null where there is none, or the value is of another kind.</returns>
    public GgufArray? GetArray(string key) => Metadata.GetValueOrDefault(key) as GgufArray;

    /// <summary>Reads an array of texts.</summary>
    /// <param name="key">The array's key.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The texts; none where there is no such array.</returns>
    /// <exception cref="ClemException">The file cannot be read, or has changed.</exception>
    public Task<IReadOnlyList<string>> ReadTextsAsync(string key, CancellationToken cancellationToken) =>
        ReadItemsAsync(key, type => type == GgufValueType.String, (reader, _) => reader.ReadText($"an item of {key}"), cancellationToken);

    /// <summary>Reads an array of whole numbers.</summary>
    /// <param name="key">The array's key.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The numbers; none where there is no such array.</returns>
    /// <exception cref="ClemException">The file cannot be read, or has changed.</exception>
    public Task<IReadOnlyList<long>> ReadIntegersAsync(string key, CancellationToken cancellationToken) => ReadItemsAsync(
        key, type => type is not (GgufValueType.String or GgufValueType.Array or GgufValueType.Float32 or GgufValueType.Float64 or GgufValueType.Bool),
        (reader, type) => reader.ReadScalar(type, $"an item of {key}") switch
        {
            ulong item => item <= long.MaxValue ? (long)item : throw reader.Error($"an item of {key} is {item}"),
            var item => Convert.ToInt64(item, System.Globalization.CultureInfo.InvariantCulture),
        },
        cancellationToken);

    private Task<IReadOnlyList<T>> ReadItemsAsync<T>(
        string key, Func<GgufValueType, bool> isRight, Func<GgufReader, GgufValueType, T> read, CancellationToken cancellationToken)
    {
        if (GetArray(key) is not { } array || !isRight(array.ElementType))
            return Task.FromResult<IReadOnlyList<T>>([]);
        return Task.Run<IReadOnlyList<T>>(() => Open(Path, reader =>
        {
            if (reader.Length != Length)
                throw reader.Error("it has changed since it was opened");
            if (array.Count > GgufLimits.Items)
                throw reader.Error($"{key} has {array.Count} items, and no more than {GgufLimits.Items} are read");
            reader.Seek(array.Offset);
            var items = new T[array.Count];
            for (var i = 0; i < items.Length; i++)
                items[i] = read(reader, array.ElementType);
            return items;
        }, cancellationToken), cancellationToken);
    }

    private static T Open<T>(string path, Func<GgufReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.RandomAccess });
            return read(new GgufReader(stream, path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Gguf.Unreadable", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"'{path}' cannot be read: {e.Message}", "Check the path and the permissions.", path, e);
        }
    }

    private static GgufFile Read(GgufReader reader, string path)
    {
        if (reader.Length < sizeof(uint) || reader.ReadUInt32("its first four bytes") != Magic)
            throw reader.Error("it is not a GGUF file (it does not begin with the letters GGUF)", "NotGguf");
        var version = reader.ReadUInt32("the version");
        if (version is not (2 or 3))
        {
            throw reader.Error(
                (version & 0xffff) == 0 && version != 0 ? "it is a GGUF file of a big-endian machine; little endian is read"
                : $"it has version {version} of the format; 2 and 3 are read", "Version");
        }

        var tensorCount = reader.ReadCount("the number of tensors", GgufLimits.Tensors, smallest: 8 + 4 + 8 + 4 + 8);
        var metadata = ReadMetadata(reader, reader.ReadCount("the number of metadata entries", GgufLimits.Entries, smallest: 8 + 4 + 1));
        var alignment = ReadAlignment(reader, metadata);
        var (dataOffset, tensors) = ReadTensors(reader, tensorCount, alignment);
        return new GgufFile(path, reader.Length, (int)version, metadata) { Alignment = alignment, DataOffset = dataOffset, Tensors = tensors };
    }

    private static Dictionary<string, object> ReadMetadata(GgufReader reader, long count)
    {
        var metadata = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            var key = reader.ReadText($"the key of metadata entry {i + 1}", GgufLimits.KeyLength);
            var what = $"the metadata entry '{(key.Length <= 80 ? key : key[..80] + "…")}'";
            var type = (GgufValueType)reader.ReadUInt32($"the type of {what}");
            object value;
            if (type == GgufValueType.Array)
            {
                var array = reader.ReadArray(what, level: 1);
                reader.Skip(array, what, level: 1);
                value = array;
            }
            else
            {
                value = type == GgufValueType.String ? reader.ReadText(what) : reader.ReadScalar(type, what);
            }

            if (!metadata.TryAdd(key, value))
                throw reader.Error($"{what} is there twice");
        }

        return metadata;
    }

    private static int ReadAlignment(GgufReader reader, Dictionary<string, object> metadata)
    {
        if (!metadata.TryGetValue("general.alignment", out var value))
            return DefaultAlignment;
        return value is uint alignment and > 0 and <= GgufLimits.Alignment && uint.IsPow2(alignment)
            ? (int)alignment
            : throw reader.Error($"general.alignment is {(value is GgufArray ? "an array" : value)}; it has to be a power of two up to {GgufLimits.Alignment}, of 32 bits");
    }

    private static (long DataOffset, IReadOnlyList<GgufTensor> Tensors) ReadTensors(GgufReader reader, long count, int alignment)
    {
        var raw = new List<(string Name, long[] Dimensions, uint Type, ulong Offset)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            var name = reader.ReadText($"the name of tensor {i + 1}", GgufLimits.NameLength);
            if (!names.Add(name))
                throw reader.Error($"there are two tensors '{name}'");
            var dimensionCount = reader.ReadUInt32($"the number of dimensions of tensor '{name}'");
            if (dimensionCount is 0 or > GgufLimits.Dimensions)
                throw reader.Error($"tensor '{name}' has {dimensionCount} dimensions; there can be 1 to {GgufLimits.Dimensions}");
            var dimensions = new long[dimensionCount];
            for (var d = 0; d < dimensions.Length; d++)
            {
                var extent = reader.ReadUInt64($"a dimension of tensor '{name}'");
                dimensions[d] = extent is > 0 and <= long.MaxValue ? (long)extent : throw reader.Error($"tensor '{name}' has a dimension of {extent}");
            }

            raw.Add((name, dimensions, reader.ReadUInt32($"the type of tensor '{name}'"), reader.ReadUInt64($"the offset of tensor '{name}'")));
        }

        var dataOffset = (reader.Position + alignment - 1) / alignment * alignment;
        return (dataOffset, [.. raw.Select(tensor => Locate(reader, tensor.Name, tensor.Dimensions, tensor.Type, tensor.Offset, dataOffset, alignment))]);
    }

    private static GgufTensor Locate(GgufReader reader, string name, long[] dimensions, uint typeId, ulong offset, long dataOffset, int alignment)
    {
        if (offset % (ulong)alignment != 0)
            throw reader.Error($"tensor '{name}' begins at {offset}, which is not a multiple of the alignment {alignment}");
        var type = GgufTensorType.Find(typeId);
        var size = type is null ? null : (long?)SizeOf(reader, name, dimensions, type);
        var room = reader.Length - dataOffset;
        if (room < 0 || offset > (ulong)room || (size ?? 1) > room - (long)offset)
            throw reader.Error($"the data of tensor '{name}' lie beyond the end of the file", "Truncated");
        return new GgufTensor(name, dimensions, typeId, type?.Name, dataOffset + (long)offset, size);
    }

    private static long SizeOf(GgufReader reader, string name, long[] dimensions, GgufTensorType type)
    {
        if (dimensions[0] % type.BlockLength != 0)
            throw reader.Error($"tensor '{name}' has rows of {dimensions[0]} elements, which are no whole blocks of {type.Name}");
        try
        {
            // The product of the dimensions themselves is checked too: native code computes it before it divides.
            var elements = dimensions.Aggregate(1L, (product, extent) => checked(product * extent));
            return checked(elements / type.BlockLength * type.BlockSize);
        }
        catch (OverflowException)
        {
            throw reader.Error($"tensor '{name}' has the dimensions {string.Join(" × ", dimensions)}, whose product is beyond 63 bits");
        }
    }
}
