using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Backends;

/// <summary>A <c>key.json</c>: for each backend an object with <c>api_key</c> and settings.</summary>
/// <param name="Path">The file.</param>
/// <param name="Backends">What the file holds for each backend, by its present name.</param>
/// <param name="Members">The file's own members.</param>
internal sealed record KeyFile(string Path, IReadOnlyDictionary<string, JsonMap> Backends, JsonMap Members)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // Names under which older files hold a backend's key.
    private static readonly Dictionary<string, string> OldNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["generic_openai_compatible"] = "openai_compatible",
        ["azure_gpt"] = "azure",
    };

    /// <summary>What to tell a person about the file's permissions; null where nobody else can read it.</summary>
    public string? Warning => !OperatingSystem.IsWindows() && File.Exists(Path) && (File.GetUnixFileMode(Path) & OthersRead) != 0
        ? $"Other users of this machine can read the keys in '{Path}'. Keep them out with: chmod 600 '{Path}'"
        : null;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; one that does not exist or is empty holds nothing.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="ClemException">It cannot be read or is not of the form; the message does not quote it.</exception>
    public static KeyFile Read(string path)
    {
        try
        {
            return Parse(path, File.Exists(path) ? File.ReadAllBytes(path) : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Key.Unreadable", ErrorKind.Storage, $"The key file '{path}' cannot be read: {e.Message}", "Check its permissions.", path, e);
        }
    }

    /// <summary>Reads the content of a file.</summary>
    /// <param name="path">Where it is from.</param>
    /// <param name="bytes">The content.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="ClemException">It is not of the form; the message does not quote it.</exception>
    public static KeyFile Parse(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var content = EncodedText.Decode(bytes).Text;
            if (content.AsSpan().IsWhiteSpace())
                return new KeyFile(path, new Dictionary<string, JsonMap>(), JsonMap.Empty);
            using var document = JsonDocument.Parse(content, JsonFormat.Lenient);
            var members = JsonData.ToPlain(document.RootElement) as JsonMap ?? throw Malformed(path, "the root is not an object");
            var backends = new Dictionary<string, JsonMap>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, value) in members)
            {
                var map = value as JsonMap ?? throw Malformed(path, $"the member '{name}' is not an object");
                if (map.TryGetValue("api_key", out var key) && key is not (string or null))
                    throw Malformed(path, $"'api_key' of '{name}' is not a text");
                if (HasInfinity(map))
                    throw Malformed(path, $"a number of '{name}' is beyond all that can be written again");
                backends.TryAdd(OldNames.GetValueOrDefault(name, name), map);
            }

            return new KeyFile(path, backends, members);
        }
        catch (JsonException e)
        {
            // Without the parser's own error, whose message may quote a piece of the file.
            throw new ClemException(
                "Clem.Key.Syntax", ErrorKind.InvalidData, $"{path}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON.",
                "Correct the file there. Its form is {\"<backend>\": {\"api_key\": \"…\"}}.", path);
        }
        catch (DecoderFallbackException e)
        {
            throw new ClemException(
                "Clem.Key.Syntax", ErrorKind.InvalidData, $"{path}: the file is not UTF-8 text (byte {e.Index + 1}).", "Save it as UTF-8.", path);
        }
    }

    /// <summary>Writes the file with other members for one backend; only its owner can read it.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="value">Its members; null removes the backend.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written; it is unchanged.</exception>
    public Task WriteAsync(string backend, JsonMap? value, CancellationToken cancellationToken)
    {
        bool IsBackend(string name) => string.Equals(OldNames.GetValueOrDefault(name, name), backend, StringComparison.OrdinalIgnoreCase);
        var members = Members.Where(member => !IsBackend(member.Key)).ToList();
        if (value is not null)
        {
            // It keeps its place in the file.
            var place = Members.Keys.ToList().FindIndex(IsBackend);
            members.Insert(place < 0 ? members.Count : Math.Min(place, members.Count), new(backend, value));
        }

        return AtomicFile.WriteAsync(Path, JsonFormat.ToFile(new JsonMap(members)), OwnerOnly, cancellationToken);
    }

    // JSON has no form for what such a number becomes; a file that is written with it could not be read.
    private static bool HasInfinity(object? value) => value switch
    {
        double number => !double.IsFinite(number),
        JsonMap map => map.Values.Any(HasInfinity),
        object?[] list => Array.Exists(list, HasInfinity),
        _ => false,
    };

    private static ClemException Malformed(string path, string cause) => new(
        "Clem.Key.Malformed", ErrorKind.InvalidData, $"{path}: {cause}.", "The form of the file is {\"<backend>\": {\"api_key\": \"…\"}}.", path);
}
