using System.IO.Compression;
using System.Text.Json;
using System.Text.Unicode;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Games;

/// <summary>
/// Reads instance files: an object whose <c>experiments</c> each have a <c>name</c>, settings, and
/// <c>game_instances</c> with a <c>game_id</c> (the format of clembench's <c>in/instances.json</c>); gzipped when the
/// name ends in <c>.gz</c>.
/// </summary>
public static class InstanceFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="game">The name of the game that the instances belong to.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The instances, in the file's order.</returns>
    /// <exception cref="ClemException">The file is missing, is not JSON, or does not have the form.</exception>
    public static async Task<InstanceList> ReadAsync(string path, string game, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false), path, game);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ClemException(
                "Clem.Instance.Unreadable", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"The instance file '{path}' cannot be read: {(Directory.Exists(path) ? "it is a folder." : e.Message)}", "Check -InstancePath, or the game's folder.", path, e);
        }
    }

    /// <summary>Reads a file for a registered game, whose folder may have what the instances name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="game">The game's registry entry.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The instances, in the file's order.</returns>
    /// <exception cref="ClemException">The file is missing, is not JSON, or does not have the form.</exception>
    public static async Task<InstanceList> ReadAsync(string path, GameEntry game, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(game);
        return (await ReadAsync(path, game.Name, cancellationToken).ConfigureAwait(false)).OfGameIn(game.Path);
    }

    /// <summary>Reads the content of a file.</summary>
    /// <param name="content">The content.</param>
    /// <param name="path">Where it is from, for errors and for the instances' source.</param>
    /// <param name="game">The name of the game that the instances belong to.</param>
    /// <returns>The instances, in the file's order.</returns>
    /// <exception cref="ClemException">The content is not JSON, or does not have the form.</exception>
    public static InstanceList Parse(ReadOnlyMemory<byte> content, string path, string game)
    {
        if (!Utf8.IsValid(content.Span))
        {
            throw new ClemException(
                "Clem.Instance.Syntax", ErrorKind.InvalidData, $"{path}: the file is not UTF-8 text.", "Save it as UTF-8, or generate it again.", path);
        }

        try
        {
            return Scan(content, path, game);
        }
        catch (JsonException e)
        {
            throw new ClemException(
                "Clem.Instance.Syntax", ErrorKind.InvalidData,
                $"{path}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON.",
                "Correct the file there, or generate it again.", path, e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content;
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            using var buffer = new MemoryStream();
            await unpacked.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
            content = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
        else
        {
            content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }

        return content.Span.StartsWith("\ufeff"u8) ? content[3..] : content;
    }

    private static InstanceList Scan(ReadOnlyMemory<byte> content, string path, string game)
    {
        var options = new JsonReaderOptions
        {
            CommentHandling = JsonFormat.Lenient.CommentHandling,
            AllowTrailingCommas = JsonFormat.Lenient.AllowTrailingCommas,
        };
        var reader = new Utf8JsonReader(content.Span, options);
        var experiments = new List<InstanceExperiment>();
        var places = new List<InstancePlace>();
        var found = false;
        reader.Read();
        while (reader.TokenType == JsonTokenType.StartObject ? reader.Read() && reader.TokenType == JsonTokenType.PropertyName
            : reader.TokenType == JsonTokenType.PropertyName)
        {
            var isList = JsonNames.IsNamed(ref reader, "experiments");
            reader.Read();
            if (isList && reader.TokenType == JsonTokenType.StartArray)
            {
                found = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    experiments.Add(ScanExperiment(ref reader, experiments.Count, places, path));
            }
            else
            {
                reader.Skip();
            }

            reader.Read();
        }

        reader.Skip();
        while (reader.Read())
        {
            // Whatever follows the root is an error, which the reader reports.
        }

        return found ? new InstanceList(content, experiments, places, path, game) : throw Malformed(path, "the root has no list 'experiments'");
    }

    private static InstanceExperiment ScanExperiment(ref Utf8JsonReader reader, int index, List<InstancePlace> places, string path)
    {
        string? name = null;
        var found = false;
        var first = places.Count;
        var members = new List<KeyValuePair<string, object?>>();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Malformed(path, $"experiment {index + 1} has no 'name'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = JsonData.ToText(ref reader);
            reader.Read();
            if (member == "game_instances" && reader.TokenType == JsonTokenType.StartArray)
            {
                found = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    places.Add(ScanInstance(ref reader, index, places.Count - first, name, path));
            }
            else if (member == "game_instances")
            {
                reader.Skip();
            }
            else
            {
                using var value = JsonDocument.ParseValue(ref reader);
                members.Add(new(member, JsonData.ToPlain(value.RootElement)));
                if (member == "name")
                    name = members[^1].Value as string;
            }
        }

        if (name is not { Length: > 0 })
            throw Malformed(path, $"experiment {index + 1} has no 'name'");
        if (!found)
            throw Malformed(path, $"experiment '{name}' has no list 'game_instances'");
        var seen = new HashSet<int>();
        if (places.Skip(first).FirstOrDefault(place => !seen.Add(place.InstanceId)) is { Length: > 0 } twice)
            throw Malformed(path, $"experiment '{name}' has two instances with game_id {twice.InstanceId}");
        return new InstanceExperiment(name, new JsonMap(members));
    }

    private static InstancePlace ScanInstance(ref Utf8JsonReader reader, int experiment, int index, string? name, string path)
    {
        var start = (int)reader.TokenStartIndex;
        long? id = null;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = JsonNames.IsNamed(ref reader, "game_id");
                reader.Read();
                if (isId)
                    id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
                reader.Skip();
            }
        }

        return id is >= 0 and <= int.MaxValue
            ? new InstancePlace(experiment, (int)id, start, (int)reader.BytesConsumed - start)
            : throw Malformed(path, $"instance {index + 1} of experiment {(name is null ? $"{experiment + 1}" : $"'{name}'")} has no whole number 'game_id'");
    }

    private static ClemException Malformed(string path, string cause) => new(
        "Clem.Instance.Malformed", ErrorKind.InvalidData, $"'{path}' is not an instance file: {cause}.",
        "An instance file has the form {\"experiments\": [{\"name\": …, \"game_instances\": [{\"game_id\": 0, …}]}]}.", path);
}
