using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>Paths that registry entries give.</summary>
public static class LocalPath
{
    // Always a path; or the name of a file in the repository or folder, unless it is written as a path.
    private static readonly HashSet<string> Paths = new(StringComparer.Ordinal) { "path", "room_layout_path" };
    private static readonly HashSet<string> FileNames = new(StringComparer.Ordinal) { "filename", "gguf_file" };

    /// <summary>
    /// Whether a <c>filename</c> or <c>gguf_file</c> is written as the path of a file of this machine: absolute, or with <c>./</c>,
    /// <c>../</c> or <c>~/</c> at its beginning. Else it is the name, or pattern, of a file in the entry's repository or folder.
    /// </summary>
    /// <param name="name">The value.</param>
    /// <returns>Whether it is a path.</returns>
    public static bool IsWrittenAsPath(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Path.IsPathRooted(name) || name.Split('/', Path.DirectorySeparatorChar) is [".." or "." or "~", _, ..];
    }

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

    /// <summary>An entry whose paths were given by hand: relative ones become absolute.</summary>
    /// <param name="entry">The entry; one of a backend that reads no files of the entry is left as it is.</param>
    /// <param name="folder">Where the path starts, as an absolute path: the session's current folder.</param>
    /// <returns>The entry.</returns>
    public static ModelEntry Root(ModelEntry entry, string folder)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (LocalModelStore.IsLocal(entry) || entry.Backend == "slurk") && HasRelative(entry.Properties)
            ? entry with { Properties = MakeAbsolute(entry.Properties, relative => Resolve(relative, folder)) } : entry;
    }

    /// <summary>An entry as it means the same files from another registry file: relative paths become absolute.</summary>
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

    // "packaged" is the product's own layout of a chat room.
    private static bool IsRelative(string key, string value) => value.Length > 0 && !Path.IsPathRooted(value)
        && (Paths.Contains(key) ? value != "packaged" : FileNames.Contains(key) && IsWrittenAsPath(value));

    private static bool HasRelative(JsonMap map) => map.Any(member => member switch
    {
        { Value: string text } => IsRelative(member.Key, text),
        { Key: "model_config", Value: JsonMap config } => HasRelative(config),
        _ => false,
    });

    private static JsonMap MakeAbsolute(JsonMap map, Func<string, string> resolve) => new(map.Select(member => member switch
    {
        { Value: string path } when IsRelative(member.Key, path) => KeyValuePair.Create(member.Key, (object?)resolve(path)),
        { Key: "model_config", Value: JsonMap config } => KeyValuePair.Create(member.Key, (object?)MakeAbsolute(config, resolve)),
        _ => member,
    }));
}
