using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.HuggingFace.Safetensors;

/// <summary>
/// The head of a safetensors file. Files are untrusted: the header's length, its JSON, types, shapes and offsets are all
/// checked against the file's length before anything is believed, by the rules of the reference implementation: the
/// tensors' data follow one another without gap or overlap and end with the file.
/// Format: https://huggingface.co/docs/safetensors/index#format
/// </summary>
public sealed class SafetensorsFile
{
    // The reference implementation's own limit.
    private const long LongestHeader = 100_000_000;
    private const int MostDimensions = 8;
    private const int LongestName = 1024;
    private const string MetadataName = "__metadata__";

    private readonly Dictionary<string, SafetensorsTensor> _byName;

    private SafetensorsFile(string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Path = path;
        Tensors = tensors;
        Metadata = metadata;
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>What the file says of itself (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>A tensor by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The tensor; null where there is none.</returns>
    public SafetensorsTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a file's head.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The head.</returns>
    /// <exception cref="ClemException">The file cannot be read, or is not a sound safetensors file.</exception>
    public static async Task<SafetensorsFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous, BufferSize = 0 });
            await using (stream.ConfigureAwait(false))
                return await ReadAsync(stream, path, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException e)
        {
            throw Error(path, "it became shorter while it was read", "Truncated", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Safetensors.Unreadable", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"'{path}' cannot be read: {e.Message}", "Check the path and the permissions.", path, e);
        }
    }

    /// <summary>Reads the head of a file that is open.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The head.</returns>
    /// <exception cref="ClemException">It is not a sound safetensors file.</exception>
    /// <exception cref="EndOfStreamException">It became shorter while it was read.</exception>
    internal static async Task<SafetensorsFile> ReadAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        var length = stream.Length;
        var prefix = new byte[sizeof(ulong)];
        if (length < prefix.Length)
            throw Error(path, $"it has {length} bytes, too few for the length of a header", "Truncated");
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LongestHeader)
            throw Error(path, $"its header claims {headerLength} bytes, and no more than {LongestHeader} are read; it may be another kind of file");
        if (headerLength > (ulong)(length - prefix.Length))
            throw Error(path, $"its header claims {headerLength} bytes, and the file ends after {length}", "Truncated");
        var header = new byte[headerLength];
        await stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
        return Read(path, header, (long)headerLength + prefix.Length, length);
    }

    internal static ClemException Error(string path, string cause, string id = "Invalid", Exception? inner = null) => new(
        $"Clem.Safetensors.{id}", ErrorKind.InvalidData, $"{path}: {cause}.",
        id == "Truncated" ? "Fetch the file again: it is shorter than it says." : "Fetch the file again, or have the checkpoint saved anew.", path, inner);

    private static SafetensorsFile Read(string path, byte[] header, long dataStart, long length)
    {
        if (header is [] || header[0] != '{')
            throw Error(path, "it is not a safetensors file (its header is no JSON object)", "NotSafetensors");
        if (!Utf8.IsValid(header))
            throw Error(path, "its header is not UTF-8 text");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException e)
        {
            throw Error(path, $"its header is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", inner: e);
        }

        using (document)
        {
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var tensors = new List<SafetensorsTensor>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var name = Text(() => member.Name) ?? throw Error(path, "a tensor's name holds half of a surrogate pair");
                if (!names.Add(name))
                    throw Error(path, $"there are two tensors '{Short(name)}'");
                if (name == MetadataName)
                    ReadMetadata(path, member.Value, metadata);
                else
                    tensors.Add(ReadTensor(path, name, member.Value, dataStart, length));
            }

            return new SafetensorsFile(path, InOrder(path, tensors, dataStart, length), metadata);
        }
    }

    private static void ReadMetadata(string path, JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Error(path, $"{MetadataName} is no object");
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || Text(() => member.Name) is not { } key || Text(member.Value.GetString) is not { } text)
                throw Error(path, $"{MetadataName} has a value that is no text");
            metadata[key] = text;
        }
    }

    private static SafetensorsTensor ReadTensor(string path, string name, JsonElement value, long dataStart, long length)
    {
        var what = $"tensor '{Short(name)}'";
        if (name.Length > LongestName)
            throw Error(path, $"{what} has a name of {name.Length} characters, and no more than {LongestName} are read");
        if (value.ValueKind != JsonValueKind.Object)
            throw Error(path, $"{what} is no object");
        if (!value.TryGetMember("dtype", out var typeName) || typeName.ValueKind != JsonValueKind.String || Text(typeName.GetString) is not { } typeText)
            throw Error(path, $"{what} has no dtype");
        var type = SafetensorsType.Find(typeText) ?? throw Error(path, $"{what} has the unknown dtype '{Short(typeText)}'");
        var shape = Numbers("shape", MostDimensions);
        var offsets = Numbers("data_offsets", 2);
        if (offsets is not [var begin, var end] || begin > end)
            throw Error(path, $"{what} has data_offsets that are no pair of a beginning and an end");
        if (end > length - dataStart)
            throw Error(path, $"the data of {what} lie beyond the end of the file", "Truncated");
        long bits;
        try
        {
            // The extents without zeros too: whoever multiplies them one by one must not overflow.
            _ = shape.Aggregate(1L, (product, extent) => checked(product * Math.Max(extent, 1)));
            bits = checked(shape.Aggregate(1L, (product, extent) => checked(product * extent)) * type.Bits);
        }
        catch (OverflowException)
        {
            throw Error(path, $"{what} has the shape [{string.Join(", ", shape)}], whose product is beyond 63 bits");
        }

        if (bits % 8 != 0 || bits / 8 != end - begin)
            throw Error(path, $"{what} has the shape [{string.Join(", ", shape)}] of {type}, which is not the {end - begin} bytes that it is given");
        return new SafetensorsTensor(name, type, shape, dataStart + begin, end - begin);

        long[] Numbers(string member, int most)
        {
            if (!value.TryGetMember(member, out var list) || list.ValueKind != JsonValueKind.Array)
                throw Error(path, $"{what} has no {member}");
            if (list.GetArrayLength() > most)
                throw Error(path, $"{what} has {list.GetArrayLength()} numbers in its {member}, and no more than {most} are read");
            return
            [
                .. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0
                    ? number : throw Error(path, $"{what} has something in its {member} that is no number from 0 on")),
            ];
        }
    }

    private static SafetensorsTensor[] InOrder(string path, List<SafetensorsTensor> tensors, long dataStart, long length)
    {
        SafetensorsTensor[] ordered = [.. tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Size)];
        var end = dataStart;
        foreach (var tensor in ordered)
        {
            if (tensor.Offset != end)
                throw Error(path, tensor.Offset < end ? $"the data of tensor '{Short(tensor.Name)}' overlap another one's" : $"there is a gap before the data of tensor '{Short(tensor.Name)}'");
            end += tensor.Size;
        }

        return end == length ? ordered : throw Error(path, $"{length - end} bytes follow the last tensor");
    }

    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // JSON can spell half of a surrogate pair; it is no text.
            return null;
        }
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
