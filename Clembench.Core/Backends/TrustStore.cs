using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Backends;

/// <summary>
/// The backend files that the user trusts, by absolute path and SHA-256 of the content, in
/// <c>trusted_backends.json</c> of the user's folder.
/// </summary>
/// <param name="directory">The user's folder.</param>
internal sealed class TrustStore(string directory)
{
    private static readonly StringComparer Paths = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly string _path = Path.Join(directory, "trusted_backends.json");

    /// <summary>Reads what is trusted.</summary>
    /// <returns>Hashes by path.</returns>
    /// <exception cref="ClemException">The file cannot be read or has the wrong form.</exception>
    public IReadOnlyDictionary<string, string> Read()
    {
        var trusted = new Dictionary<string, string>(Paths);
        if (!File.Exists(_path))
            return trusted;
        try
        {
            using var document = JsonDocument.Parse(EncodedText.Decode(File.ReadAllBytes(_path)).Text, JsonFormat.Lenient);
            foreach (var entry in document.RootElement.EnumerateArray())
                trusted[entry.GetProperty("path").GetString()!] = entry.GetProperty("sha256").GetString()!;
            return trusted;
        }
        catch (Exception error) when (error is JsonException or DecoderFallbackException or InvalidOperationException or KeyNotFoundException or ArgumentNullException)
        {
            throw new ClemException(
                "Clem.Backend.BadTrustFile", ErrorKind.InvalidData,
                $"The list of trusted backends '{_path}' is not an array of objects with path and sha256: {error.Message}",
                "Correct the file, or delete it and register the backends again.", _path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Adds a file in the state in which it was read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Stops before the list is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The list cannot be read or written.</exception>
    public async Task AddAsync(BackendFile file, CancellationToken cancellationToken)
    {
        using var edit = await FileEdit.BeginAsync(_path, force: false, cancellationToken).ConfigureAwait(false);
        var trusted = new Dictionary<string, string>(Read(), Paths) { [file.Path] = file.Sha256 };
        var list = trusted.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new JsonMap([new("path", entry.Key), new("sha256", entry.Value)]));
        await AtomicFile.WriteAsync(_path, JsonFormat.ToFile(list), cancellationToken).ConfigureAwait(false);
    }

    private ClemException Unreadable(Exception error) => new(
        "Clem.Backend.TrustFileStorage", ErrorKind.Storage, $"The list of trusted backends '{_path}' cannot be read: {error.Message}",
        "Check the permissions of the user's folder.", _path, error);
}
