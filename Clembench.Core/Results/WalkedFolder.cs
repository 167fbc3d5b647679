using Clembench.HuggingFace.Hub;

namespace Clembench.Results;

/// <summary>
/// A folder on the way down a tree, with the place where it really is. Results trees may be spread over disks by links, and they come from
/// strangers: a link back to a folder on the way is not followed, and links within linked folders are followed once for each place that they
/// lead to, so that no tree of links keeps a walk going for ever.
/// </summary>
internal sealed class WalkedFolder
{
    private readonly WalkedFolder? _parent;
    private readonly string _real;
    private readonly bool _isLinked;
    private readonly HashSet<string> _seen;

    private WalkedFolder(WalkedFolder? parent, string path, string real, bool isLinked, HashSet<string> seen) =>
        (_parent, Path, _real, _isLinked, _seen) = (parent, path, real, isLinked, seen);

    /// <summary>The folder's path, through whatever links the walk came.</summary>
    public string Path { get; }

    /// <summary>Where a walk begins.</summary>
    /// <param name="path">The folder; what is not there has nothing below it.</param>
    /// <returns>The folder.</returns>
    public static WalkedFolder At(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return new WalkedFolder(null, full, RealPath.Find(full) ?? full, false, new HashSet<string>(StringComparer.Ordinal));
    }

    /// <summary>Goes into a folder of this one.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The folder; null where it leads back, to what was walked through other links, or nowhere.</returns>
    public WalkedFolder? Enter(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        if (new DirectoryInfo(path).LinkTarget is null)
            return new WalkedFolder(this, path, System.IO.Path.Join(_real, name), _isLinked, _seen);
        if (RealPath.Find(path) is not { } real || !Directory.Exists(real) || LeadsBack(real) || (!_seen.Add(real) && _isLinked))
            return null;
        return new WalkedFolder(this, path, real, true, _seen);
    }

    private bool LeadsBack(string real)
    {
        for (var folder = this; folder is not null; folder = folder._parent)
        {
            if (folder._real == real || folder._real.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(real) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
