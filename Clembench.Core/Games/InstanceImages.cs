using Clembench.Backends;
using Clembench.Common;
using Clembench.HuggingFace.Hub;

namespace Clembench.Games;

/// <summary>
/// The images that instances name: addresses, or paths in the game's folder. Instance files come from strangers, and
/// what they name is sent to a service: so no path, and no link on its way, leads out of the folder.
/// </summary>
public static class InstanceImages
{
    private const string InstanceFolder = "in";

    /// <summary>Finds an image that an instance names.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="reference">
    /// A URL, a data URI, or a path: from the folder of the instance file or the game's folder, or one that goes through a
    /// folder with the game's name, as clembench's have it (<c>../clembench/GAME/resources/0.png</c>), of which the part
    /// behind that name counts.
    /// </param>
    /// <returns>The image.</returns>
    /// <exception cref="ClemException">The path leads out of the folders, or there is no such file.</exception>
    public static ChatImage Find(GameInstance instance, string reference)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var folders = FoldersOf(instance);
        return new ChatImage(reference, Locate(reference, instance.Game, folders) ?? throw new ClemException(
            "Clem.Instance.ImageMissing", ErrorKind.NotFound,
            $"{instance} names the image '{reference}', which is in none of its folders: {(folders.Count == 0 ? "none is known" : string.Join(", ", folders.Select(folder => $"'{folder}'")))}.",
            "Put the image there, or play the instance file where it lies beside its images.", instance));
    }

    /// <summary>Where an image is that an instance or a record of a game names.</summary>
    /// <param name="reference">A URL, a data URI or a path (see <see cref="Find"/>).</param>
    /// <param name="game">The game's name.</param>
    /// <param name="folders">The folders to look in: those of the game and of its instance file.</param>
    /// <returns>The URL or data URI as it is; the file's path; null where there is no such file.</returns>
    /// <exception cref="ClemException">The path leads out of the folders.</exception>
    public static string? Locate(string reference, string game, IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(folders);
        if (ChatImage.IsAddress(reference))
            return reference;
        var paths = PathsOf(reference, game);
        if (paths.Count == 0)
            throw Outside(reference, game, "it begins or ends elsewhere");
        foreach (var (folder, path) in folders.SelectMany(folder => paths.Select(path => (folder, path))))
        {
            // Where the path leads is known before anything there is looked at.
            var file = RealPath.Within(folder, Path.Join(folder, path), why => Outside(reference, game, why));
            if (File.Exists(file))
                return file;
        }

        return null;
    }

    private static List<string> FoldersOf(GameInstance instance)
    {
        var folders = new List<string>();
        if (Path.GetDirectoryName(instance.Source) is { Length: > 0 } folder)
        {
            folders.Add(folder);
            if (Path.GetFileName(folder) == InstanceFolder && Path.GetDirectoryName(folder) is { Length: > 0 } above)
                folders.Add(above);
        }

        if (instance.GameFolder is { Length: > 0 } game && !folders.Contains(game))
            folders.Add(game);
        return folders;
    }

    // The path as it is, and what stands behind the game's name: each where it stays in the folder that it begins in.
    private static List<string> PathsOf(string reference, string game)
    {
        var segments = reference.Split('/', '\\');
        var isRooted = segments[0].Length == 0 || segments[0].Contains(':', StringComparison.Ordinal);
        string?[] paths =
        [
            isRooted ? null : Normalize(segments),
            Array.LastIndexOf(segments, game, segments.Length - 1) is >= 0 and var name ? Normalize(segments.AsSpan(name + 1)) : null,
        ];
        return [.. paths.OfType<string>().Distinct()];
    }

    // By the rules of any system: a colon means a drive or a stream on Windows.
    private static string? Normalize(ReadOnlySpan<string> segments)
    {
        var path = new List<string>();
        foreach (var segment in segments)
        {
            if (segment.AsSpan().ContainsAny(':', '\0'))
                return null;
            if (segment is "" or ".")
                continue;
            if (segment != "..")
                path.Add(segment);
            else if (path.Count > 0)
                path.RemoveAt(path.Count - 1);
            else
                return null;
        }

        return path.Count == 0 ? null : Path.Join([.. path]);
    }

    private static ClemException Outside(string reference, string game, string why) => new(
        "Clem.Instance.ImageOutside", ErrorKind.InvalidData,
        $"The image '{reference}' of {game} is not read, because its path leads out of the game's folder: {why}.",
        "Put the image into the game's folder, and name it by its path from there.", reference);
}
