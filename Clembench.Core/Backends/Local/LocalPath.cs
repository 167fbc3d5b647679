using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>Paths that registry entries give.</summary>
public static class LocalPath
{
    private const string Key = "path";

    /// <summary>
    /// The absolute path that an entry's path means: a relative one starts at the folder of the entry's registry file, and one
    /// with <c>~</c> for its first folder at the user's home.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">The path, as the entry has it; it need not exist.</param>
    /// <returns>The absolute path.</returns>
    public static string Resolve(ModelEntry entry, string path)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Resolve(path, entry.Source is { } file && Path.IsPathRooted(file) ? Path.GetDirectoryName(file)! : Environment.CurrentDirectory);
    }

    /// <summary>An entry whose <c>path</c> was given by hand: a relative one becomes absolute.</summary>
    /// <param name="entry">The entry; one of a backend that does not run models on this machine is left as it is.</param>
    /// <param name="folder">Where the path starts, as an absolute path: the session's current folder.</param>
    /// <returns>The entry.</returns>
    public static ModelEntry Root(ModelEntry entry, string folder)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return LocalModelStore.IsLocal(entry) && entry.GetSetting(Key) is string { Length: > 0 } path && !Path.IsPathRooted(path)
            ? entry with { Properties = MakeAbsolute(entry.Properties, relative => Resolve(relative, folder)) } : entry;
    }

    /// <summary>An entry as it means the same files from another registry file: a relative <c>path</c> becomes absolute.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="registryFile">The file that the entry is to be written to.</param>
    /// <returns>The entry; itself where its path means the same from there, or it has none.</returns>
    public static ModelEntry Rebase(ModelEntry entry, string registryFile)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Source is not { } source || !Path.IsPathRooted(source) || Path.GetDirectoryName(source) == Path.GetDirectoryName(Path.GetFullPath(registryFile)))
            return entry;
        return entry with { Properties = MakeAbsolute(entry.Properties, path => Resolve(entry, path)) };
    }

    private static string Resolve(string path, string folder)
    {
        var isHome = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~" + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isHome ? Path.GetFullPath(Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[1..])) : Path.GetFullPath(path, folder);
    }

    private static JsonMap MakeAbsolute(JsonMap map, Func<string, string> resolve) => new(map.Select(member => member switch
    {
        { Key: Key, Value: string { Length: > 0 } path } when !Path.IsPathRooted(path) => KeyValuePair.Create(Key, (object?)resolve(path)),
        { Key: "model_config", Value: JsonMap config } => KeyValuePair.Create(member.Key, (object?)MakeAbsolute(config, resolve)),
        _ => member,
    }));
}
