using Clembench.Common;

namespace Clembench.Runs;

/// <summary>What killed processes left beside the episodes of a line-up: lock files that nobody holds, and files that were never renamed.</summary>
internal static class LeftOvers
{
    // A file that is being written is renamed within moments.
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    /// <summary>Clears them away from the line-up's folder and from its experiments' folders of one game.</summary>
    /// <param name="modelFolder">The line-up's folder.</param>
    /// <param name="game">The game.</param>
    public static void Clear(string modelFolder, string game)
    {
        try
        {
            var games = Directory.EnumerateDirectories(modelFolder, "epoch_*").Append(modelFolder).Select(folder => Path.Join(folder, game)).Where(Directory.Exists);
            foreach (var folder in games.SelectMany(Directory.EnumerateDirectories).Append(modelFolder))
            {
                foreach (var path in Directory.GetFiles(folder, ".*.lock"))
                    LockFile.TryTake(path)?.Dispose();
                foreach (var path in Directory.GetFiles(folder, ".*.tmp").Where(path => File.GetLastWriteTimeUtc(path) < DateTime.UtcNow - Abandoned))
                    File.Delete(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They are in nobody's way: a tree that can only be read is as good with them.
        }
    }
}
