using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// Follows links by hand, one after the other, so that none is opened before it is known where it leads: on Windows,
/// merely looking at a link to <c>\\host\share</c> sends the user's credentials to that host.
/// </summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Where a path leads, which must be within a folder.</summary>
    /// <param name="root">The folder, which may itself be reached through links.</param>
    /// <param name="path">A path below it; it need not exist.</param>
    /// <param name="outside">Makes the error of a path, given the reason; null for the error of the hub's cache.</param>
    /// <returns>The path without links.</returns>
    /// <exception cref="ClemException">A link leads out of the folder, or in circles.</exception>
    public static string Within(string root, string path, Func<string, ClemException>? outside = null)
    {
        outside ??= why => OutsideCache(path, why);
        var real = Follow(Path.GetFullPath(root), null, outside);
        return Follow(Path.GetFullPath(path), real, outside);
    }

    /// <summary>Where a path leads.</summary>
    /// <param name="path">The path; it need not exist.</param>
    /// <returns>The path without links; null where they lead in circles, or cannot be read.</returns>
    public static string? Find(string path)
    {
        try
        {
            return Follow(Path.GetFullPath(path), null, why => OutsideCache(path, why));
        }
        catch (ClemException)
        {
            return null;
        }
    }

    private static string Follow(string path, string? bounds, Func<string, ClemException> outside)
    {
        var start = Path.GetPathRoot(path)!;
        var resolved = start;
        var left = new Stack<string>(Segments(path, start));
        var links = 0;
        while (left.TryPop(out var segment))
        {
            if (segment == ".")
                continue;
            if (segment == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? start;
                continue;
            }

            var next = Path.Join(resolved, segment);
            if (LinkTarget(next) is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
                throw outside("its symbolic links lead in circles");
            var targetRoot = Path.GetPathRoot(target) ?? "";
            if (targetRoot.Length > 0)
            {
                if (bounds is not null && !string.Equals(targetRoot, start, PathComparison))
                    throw outside($"a symbolic link leads to '{HubText.OneLine(target)}'");
                resolved = Path.GetFullPath(targetRoot);
            }

            foreach (var inner in Segments(target, targetRoot))
                left.Push(inner);
        }

        if (bounds is not null && !IsWithin(bounds, resolved))
            throw outside($"a symbolic link leads to '{HubText.OneLine(resolved)}'");
        return resolved;
    }

    private static StringComparison PathComparison =>
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    // The last segment first, as a stack takes them.
    private static IEnumerable<string> Segments(string path, string root) =>
        path[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse();

    private static bool IsWithin(string folder, string path) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, PathComparison)
        || string.Equals(folder, path, PathComparison);

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw HubErrors.CacheUnreadable(path, error);
        }
    }

    private static ClemException OutsideCache(string path, string why) => new(
        "Clem.Hub.OutsideCache", ErrorKind.InvalidData, $"'{path}' is not used, because it does not lie in the cache: {why}.",
        "Remove it. To keep the cache on another disk, set HF_HUB_CACHE to the folder there.", path);
}
