using System.IO.Compression;
using System.Text.Json;
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
    public static async Task<IReadOnlyList<GameInstance>> ReadAsync(string path, string game, CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionMode.Decompress)
                : file;
            using var document = await JsonDocument.ParseAsync(content, JsonFormat.Lenient, cancellationToken).ConfigureAwait(false);
            return Read(JsonData.ToPlain(document.RootElement), path, game);
        }
        catch (JsonException e)
        {
            throw new ClemException(
                "Clem.Instance.Syntax", ErrorKind.InvalidData,
                $"{path}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON.",
                "Correct the file there, or generate it again.", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ClemException(
                "Clem.Instance.Unreadable", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"The instance file '{path}' cannot be read: {e.Message}", "Check -InstancePath, or the game's folder.", path, e);
        }
    }

    private static List<GameInstance> Read(object? root, string path, string game)
    {
        if ((root as JsonMap)?.GetOrDefault<object?[]>("experiments") is not { } experiments)
            throw Malformed(path, "the root has no list 'experiments'");

        var instances = new List<GameInstance>();
        for (var e = 0; e < experiments.Length; e++)
        {
            if (experiments[e] is not JsonMap experiment || experiment.GetOrDefault<string>("name") is not { Length: > 0 } name)
                throw Malformed(path, $"experiment {e + 1} has no 'name'");
            if (experiment.GetOrDefault<object?[]>("game_instances") is not { } entries)
                throw Malformed(path, $"experiment '{name}' has no list 'game_instances'");

            var settings = new JsonMap(experiment.Where(member => member.Key != "game_instances"));
            var seen = new HashSet<int>();
            for (var i = 0; i < entries.Length; i++)
            {
                if (entries[i] is not JsonMap entry || !entry.TryGetValue("game_id", out var id) || id is not long number
                    || number is < 0 or > int.MaxValue)
                    throw Malformed(path, $"instance {i + 1} of experiment '{name}' has no whole number 'game_id'");
                if (!seen.Add((int)number))
                    throw Malformed(path, $"experiment '{name}' has two instances with game_id {number}");
                instances.Add(new GameInstance
                {
                    Game = game,
                    Experiment = name,
                    ExperimentIndex = e,
                    InstanceId = (int)number,
                    Properties = entry,
                    ExperimentProperties = settings,
                    Source = path,
                });
            }
        }

        return instances;
    }

    private static ClemException Malformed(string path, string cause) => new(
        "Clem.Instance.Malformed", ErrorKind.InvalidData, $"'{path}' is not an instance file: {cause}.",
        "An instance file has the form {\"experiments\": [{\"name\": …, \"game_instances\": [{\"game_id\": 0, …}]}]}.", path);
}
