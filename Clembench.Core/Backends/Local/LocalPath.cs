using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>Paths that registry entries give.</summary>
public static class LocalPath
{
    /// <summary>The absolute path that an entry's path means: a relative one starts at the folder of the entry's registry file.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">The path, as the entry has it; it need not exist.</param>
    /// <returns>The absolute path.</returns>
    public static string Resolve(ModelEntry entry, string path)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Source is { } file && Path.IsPathRooted(file) ? Path.GetFullPath(path, Path.GetDirectoryName(file)!) : Path.GetFullPath(path);
    }
}
