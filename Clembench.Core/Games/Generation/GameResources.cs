using System.Text.Json;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Games.Generation;

/// <summary>The texts and word lists of a game: the files in <c>resources/</c> in its folder.</summary>
/// <param name="gameFolder">The game's folder.</param>
public sealed class GameResources(string gameFolder)
{
    /// <summary>A text file without the line feed at its end.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>The text, with line feeds alone.</returns>
    /// <exception cref="ClemException">The file cannot be read.</exception>
    public string ReadText(string name)
    {
        var path = Path.Join(gameFolder, "resources", name);
        try
        {
            return File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Game.ResourceMissing", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"The game in '{gameFolder}' has no readable 'resources/{name}', which its generator needs: {e.Message}",
                "Take the packaged game, or one that has its resources beside it.", path, e);
        }
    }

    /// <summary>A JSON file whose root is an object.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>The object.</returns>
    /// <exception cref="ClemException">The file cannot be read, or is not JSON.</exception>
    public JsonMap ReadJson(string name)
    {
        try
        {
            return JsonMap.Parse(ReadText(name));
        }
        catch (JsonException e)
        {
            throw new ClemException(
                "Clem.Game.ResourceSyntax", ErrorKind.InvalidData,
                $"'{Path.Join(gameFolder, "resources", name)}', line {e.LineNumber + 1}: not valid JSON.", "Correct the file there.", name, e);
        }
    }

    /// <summary>The lines of a text file that have something on them; <c>#</c> begins a comment.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>The lines without outer white space.</returns>
    /// <exception cref="ClemException">The file cannot be read.</exception>
    public IReadOnlyList<string> ReadLines(string name) =>
        [.. ReadText(name).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    /// <summary>The lines of a file of the form <c>key: item, item</c>.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Each key with its items, in the file's order.</returns>
    /// <exception cref="ClemException">The file cannot be read.</exception>
    public IReadOnlyList<(string Key, IReadOnlyList<string> Items)> ReadTable(string name) =>
        [.. ReadLines(name).Select(line => line.Split(':', 2)).Select(parts => (
            parts[0].Trim(),
            (IReadOnlyList<string>)[.. parts.ElementAtOrDefault(1)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []]))];
}
