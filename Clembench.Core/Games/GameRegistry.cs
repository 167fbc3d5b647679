using System.Text;
using System.Text.Json;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Games;

/// <summary>
/// Finds games: those that a <c>game_registry.json</c> or a <c>clemgame.json</c> in the working directory or the
/// folders below it names, then those in the folder that the environment variable <c>CLEMBENCH_HOME</c> names (a
/// checkout of clembench), then the packaged ones. Of games with the same name the first one counts.
/// </summary>
public static class GameRegistry
{
    // Deep enough for a checkout beside other projects; result trees and package folders are not searched.
    private const int SearchDepth = 3;
    private static readonly string[] NotSearched = ["results", "node_modules", "bin", "obj", "artifacts"];

    /// <summary>Reads all registries.</summary>
    /// <param name="workspace">Where to look.</param>
    /// <returns>The games in order of precedence, and the errors of files that could not be used.</returns>
    public static (IReadOnlyList<GameEntry> Games, IReadOnlyList<ClemException> Errors) Read(Workspace workspace)
    {
        var games = new List<GameEntry>();
        var errors = new List<ClemException>();
        var places = new List<(string Folder, int Depth)> { (workspace.WorkingDirectory, SearchDepth) };
        if (workspace.GetVariable("CLEMBENCH_HOME") is { Length: > 0 } checkout && Directory.Exists(checkout))
            places.Add((checkout, 1));
        places.Add((Path.Join(workspace.PackagedDirectory, "games"), 1));

        foreach (var file in places.SelectMany(place => FindFiles(place.Folder, place.Depth)).Distinct())
        {
            try
            {
                games.AddRange(ReadFile(file).Where(game => games.TrueForAll(known => known.Name != game.Name)));
            }
            catch (ClemException error)
            {
                errors.Add(error);
            }
        }

        return (games, errors);
    }

    private static IEnumerable<string> FindFiles(string folder, int depth)
    {
        foreach (var name in (string[])["game_registry.json", "clemgame.json"])
        {
            var file = Path.Join(folder, name);
            if (File.Exists(file))
                yield return file;
        }

        if (depth == 0)
            yield break;
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        if (!Directory.Exists(folder))
            yield break;
        foreach (var child in Directory.EnumerateDirectories(folder, "*", options).Order(StringComparer.Ordinal))
        {
            if (NotSearched.Contains(Path.GetFileName(child)))
                continue;
            foreach (var file in FindFiles(child, depth - 1))
                yield return file;
        }
    }

    private static GameEntry[] ReadFile(string file)
    {
        try
        {
            return Parse(file, File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.GameRegistry.Unreadable", ErrorKind.Storage, $"'{file}' cannot be read: {e.Message}", "Check its permissions.", file, e);
        }
    }

    /// <summary>Reads the content of a registry.</summary>
    /// <param name="file">Where it is from.</param>
    /// <param name="content">The content.</param>
    /// <returns>The games.</returns>
    /// <exception cref="ClemException">The content does not have the form.</exception>
    internal static GameEntry[] Parse(string file, ReadOnlySpan<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(EncodedText.Decode(content).Text, JsonFormat.Lenient);
            var entries = JsonData.ToPlain(document.RootElement) switch
            {
                JsonMap single => [single],
                object?[] list => list,
                _ => throw Malformed(file, "the root is neither a game nor a list of games"),
            };
            return [.. entries.Select((entry, index) => ToEntry(entry, index, file))];
        }
        catch (JsonException e)
        {
            throw new ClemException(
                "Clem.GameRegistry.Syntax", ErrorKind.InvalidData,
                $"{file}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON.", "Correct the file there.", file, e);
        }
        catch (DecoderFallbackException e)
        {
            throw new ClemException(
                "Clem.GameRegistry.Syntax", ErrorKind.InvalidData, $"{file}: the file is not UTF-8 text (byte {e.Index + 1}).", "Save it as UTF-8.", file, e);
        }
    }

    private static GameEntry ToEntry(object? value, int index, string file)
    {
        if (value is not JsonMap map || map.GetOrDefault<string>("game_name") is not { Length: > 0 } name)
            throw Malformed(file, $"entry {index + 1} has no 'game_name'");

        var folder = Path.GetDirectoryName(file)!;
        var path = map.GetOrDefault<string>("game_path");
        if (path?.Contains('\0', StringComparison.Ordinal) is true)
            throw Malformed(file, $"entry {index + 1} has a 'game_path' that is no path");
        return new GameEntry
        {
            Name = name,
            Description = map.GetOrDefault<string>("description") ?? "",
            MainGame = map.GetOrDefault<string>("main_game") ?? name,
            Players = Players(map),
            Image = map.GetOrDefault<string>("image") ?? "none",
            Languages = Texts(map, "languages"),
            Benchmark = Texts(map, "benchmark"),
            Roles = Texts(map, "roles"),
            Path = path is null ? folder : Path.GetFullPath(path, folder),
            Instances = FileNames.Check(map.GetOrDefault<string>("instances") ?? "instances", "instance file"),
            Source = file,
            Properties = map,
        };
    }

    private static int Players(JsonMap map) =>
        map.TryGetValue("players", out var players) && players is long count and > 0 and < 100 ? (int)count
        : (players as string ?? map.GetOrDefault<string>("player")) switch { "two" => 2, "multi" => 2, _ => 1 };

    private static string[] Texts(JsonMap map, string key) =>
        map.TryGetValue(key, out var value)
            ? value switch { object?[] list => [.. list.OfType<string>()], string text => [text], _ => [] }
            : [];

    private static ClemException Malformed(string file, string cause) => new(
        "Clem.GameRegistry.Malformed", ErrorKind.InvalidData, $"{file}: {cause}.",
        "An entry has at least the form {\"game_name\": …, \"game_path\": …, \"players\": 1}.", file);
}
