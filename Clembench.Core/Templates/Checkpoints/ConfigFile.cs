using System.Text.Json;
using System.Text.Unicode;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Templates.Checkpoints;

/// <summary>Reads a checkpoint's JSON files. They are untrusted: size, encoding, syntax and shape are all checked.</summary>
internal static class ConfigFile
{
    /// <summary>The most bytes of a configuration file: the largest real ones, with thousands of added tokens, have two million.</summary>
    public const long Limit = 16 << 20;

    /// <summary>Reads a file of a checkpoint whose root is an object.</summary>
    /// <param name="files">The checkpoint.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The root; null where there is no such file.</returns>
    /// <exception cref="ClemException">The file cannot be read, is too large, or is no JSON object.</exception>
    public static async Task<ConfigValue?> ReadAsync(ICheckpointFiles files, string name, CancellationToken cancellationToken) =>
        await files.FindAsync(name, Limit, cancellationToken).ConfigureAwait(false) is { } path
            ? await ReadAsync(path, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Reads a file whose root is an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The root.</returns>
    /// <exception cref="ClemException">The file cannot be read, is too large, or is no JSON object.</exception>
    public static async Task<ConfigValue> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            var root = JsonDocument.Parse(bytes).RootElement;
            return root.ValueKind == JsonValueKind.Object ? new ConfigValue(root, path, "$") : throw new ConfigValue(root, path, "$").Wrong("an object");
        }
        catch (JsonException e)
        {
            throw new ClemException(
                "Clem.Template.InvalidConfig", ErrorKind.InvalidData,
                $"{path}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: it is no JSON ({Reason(e)}).",
                "Fetch the file again, or correct it.", path, e);
        }
    }

    // The parser quotes what it does not understand, however long that is.
    private static string Reason(JsonException error) =>
        error.Message.Split(" LineNumber:")[0].TrimEnd('.') is var reason && reason.Length <= 200 ? reason : reason[..200] + "…";

    /// <summary>Reads a file of text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The text, without a byte order mark.</returns>
    /// <exception cref="ClemException">The file cannot be read, is too large, or is not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken) =>
        System.Text.Encoding.UTF8.GetString((await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false)).Span);

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            var stream = new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length > Limit)
                    throw FolderFiles.TooLarge(path, stream.Length, Limit);
                bytes = new byte[stream.Length];
                await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ClemException(
                "Clem.Template.Unreadable", ErrorKind.Storage, $"'{path}' cannot be read: {e.Message}", "Check the permissions.", path, e);
        }

        var content = bytes.AsMemory();
        if (content.Span.StartsWith("\uFEFF"u8))
            content = content[3..];
        return Utf8.IsValid(content.Span) ? content : throw new ClemException(
            "Clem.Template.InvalidConfig", ErrorKind.InvalidData, $"{path}: it is not UTF-8 text.", "Fetch the file again, or save it as UTF-8.", path);
    }
}

/// <summary>A value in a configuration file, with its place. What is asked for has to be of the right kind or absent.</summary>
/// <param name="Element">The value; null where there is none.</param>
/// <param name="File">The file.</param>
/// <param name="Place">The value's JSON path.</param>
internal readonly record struct ConfigValue(JsonElement? Element, string File, string Place)
{
    /// <summary>Whether there is a value other than null.</summary>
    public bool HasValue => Element is { ValueKind: not JsonValueKind.Null };

    /// <summary>The kind of the value.</summary>
    public JsonValueKind Kind => Element?.ValueKind ?? JsonValueKind.Undefined;

    /// <summary>A member of an object.</summary>
    /// <param name="name">The member's name.</param>
    public ConfigValue this[string name] => new(
        Element is { ValueKind: JsonValueKind.Object } map && map.TryGetMember(name, out var member) ? member : null, File, $"{Place}.{name}");

    /// <summary>The value as a text.</summary>
    /// <returns>The text; null where there is none.</returns>
    /// <exception cref="ClemException">The value is of another kind.</exception>
    public string? Text() => !HasValue ? null : Kind == JsonValueKind.String ? (string)JsonData.ToPlain(Element!.Value)! : throw Wrong("a text");

    /// <summary>The value as a truth value.</summary>
    /// <returns>The value; null where there is none.</returns>
    /// <exception cref="ClemException">The value is of another kind.</exception>
    public bool? Flag() => !HasValue ? null : Kind is JsonValueKind.True or JsonValueKind.False ? Kind == JsonValueKind.True : throw Wrong("true or false");

    /// <summary>The value as a whole number.</summary>
    /// <returns>The number, capped to 63 bits; null where there is none.</returns>
    /// <exception cref="ClemException">The value is of another kind.</exception>
    public long? Integer()
    {
        if (!HasValue)
            return null;
        if (Kind != JsonValueKind.Number)
            throw Wrong("a number");
        // model_max_length is often 1e30: "without limit".
        return Element!.Value.TryGetInt64(out var number) ? number
            : Element.Value.TryGetDouble(out var large) && double.IsFinite(large) ? (long)Math.Clamp(large, long.MinValue, long.MaxValue)
            : throw Wrong("a number");
    }

    /// <summary>The value as a number.</summary>
    /// <returns>The number, finite; null where there is none.</returns>
    /// <exception cref="ClemException">The value is of another kind.</exception>
    public double? Number() => !HasValue ? null
        : Kind == JsonValueKind.Number && Element!.Value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong("a number");

    /// <summary>The members of an object.</summary>
    /// <returns>Names and values; none where there is no value.</returns>
    /// <exception cref="ClemException">The value is of another kind.</exception>
    public IEnumerable<(string Name, ConfigValue Value)> Members()
    {
        if (!HasValue)
            return [];
        if (Kind != JsonValueKind.Object)
            throw Wrong("an object");
        var (file, place) = (File, Place);
        var whole = this;
        return Element!.Value.EnumerateObject().Select(member => member.NameOrNull() is { } name
            ? (name, new ConfigValue(member.Value, file, $"{place}.{name}"))
            : throw whole.Wrong("an object whose names are text: one holds half of a surrogate pair"));
    }

    /// <summary>The items of a list.</summary>
    /// <returns>The items; none where there is no value.</returns>
    /// <exception cref="ClemException">The value is of another kind.</exception>
    public IEnumerable<ConfigValue> Items()
    {
        if (!HasValue)
            return [];
        if (Kind != JsonValueKind.Array)
            throw Wrong("a list");
        var (file, place) = (File, Place);
        return Element!.Value.EnumerateArray().Select((item, index) => new ConfigValue(item, file, $"{place}[{index}]"));
    }

    /// <summary>An error: the value has the wrong kind.</summary>
    /// <param name="expected">What it has to be.</param>
    /// <returns>The error.</returns>
    public ClemException Wrong(string expected) => new(
        "Clem.Template.InvalidConfig", ErrorKind.InvalidData,
        $"{File}: {Place} is {Describe(Kind)}; it has to be {expected}.", "Correct the file, or ask the model's authors to.", File);

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => "not there",
    };
}
