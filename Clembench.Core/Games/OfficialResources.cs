namespace Clembench.Games;

/// <summary>Files that clembench's games read beside their instances: <c>resources/</c> in the game's folder.</summary>
internal static class OfficialResources
{
    /// <summary>
    /// The text of a resource of an instance's game: <c>resources/…</c> in a folder above the instance file, as a clembench
    /// checkout has it, or <c>resources/&lt;game&gt;/…</c>, where resources of several games lie together.
    /// </summary>
    /// <param name="instance">The instance.</param>
    /// <param name="path">The file's path below <c>resources/</c>.</param>
    /// <returns>The text as it is in the file; null where there is none.</returns>
    public static string? FindText(GameInstance instance, string path)
    {
        var folder = Path.GetDirectoryName(instance.Source);
        for (var levels = 0; levels < 3 && !string.IsNullOrEmpty(folder); levels++, folder = Path.GetDirectoryName(folder))
        {
            string[] places = [Path.Join(folder, "resources", path), Path.Join(folder, "resources", instance.Game, path)];
            if (Array.Find(places, File.Exists) is { } file)
                return File.ReadAllText(file);
        }

        return null;
    }
}
