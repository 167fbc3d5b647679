using Clembench.Common;
using Clembench.HuggingFace.Hub;

namespace Clembench.Games;

/// <summary>Files that clembench's games read beside their instances: <c>resources/</c> in the game's folder.</summary>
internal static class OfficialResources
{
    private const string FolderName = "resources";

    // The instance file lies in the game's folder, or in one within it.
    private const int Levels = 3;

    /// <summary>
    /// Where a resource of an instance's game is: <c>resources/…</c> in a folder above the instance file, as a clembench
    /// checkout has it, or <c>resources/&lt;game&gt;/…</c>, where resources of several games lie together.
    /// </summary>
    /// <param name="instance">The instance.</param>
    /// <param name="path">The file's path below <c>resources/</c>.</param>
    /// <returns>The file; where there is none, the place where a checkout would have it.</returns>
    public static string Find(GameInstance instance, string path)
    {
        var folder = Path.GetDirectoryName(instance.Source);
        for (var levels = 0; levels < Levels && !string.IsNullOrEmpty(folder); levels++, folder = Path.GetDirectoryName(folder))
        {
            var resources = Path.Join(folder, FolderName);
            string[] places = FileNames.IsUsable(instance.Game) ? [Path.Join(resources, path), Path.Join(resources, instance.Game, path)] : [Path.Join(resources, path)];
            if (Array.Find(places, File.Exists) is { } file)
                return Within(resources, file);
        }

        return Path.GetFullPath(Path.Join(Path.GetDirectoryName(instance.Source), "..", FolderName, path));
    }

    /// <summary>A resource of a game, which no link leads out of its folder: what is in it is sent to models.</summary>
    /// <param name="resources">The folder, which may itself be a link.</param>
    /// <param name="file">The file in it.</param>
    /// <returns>Where the file is.</returns>
    /// <exception cref="ClemException">A link leads out of the folder.</exception>
    public static string Within(string resources, string file) => RealPath.Within(resources, file, why => new ClemException(
        "Clem.Game.ResourceOutside", ErrorKind.InvalidData, $"'{file}' is not read, because it does not lie in its game's folder: {why}.",
        "Put the file itself there.", file));

    /// <summary>The text of a resource of an instance's game.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="path">The file's path below <c>resources/</c>.</param>
    /// <returns>The text as it is in the file; null where there is none.</returns>
    public static string? FindText(GameInstance instance, string path) => Find(instance, path) is var file && File.Exists(file) ? File.ReadAllText(file) : null;
}
