using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>Paths that registry entries give.</summary>
public static class LocalPath
{
    private const string Key = "path";

    /// <summary>The absolute path that an entry's path means: a relative one starts at the folder of the entry's registry file.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">The path, as the entry has it; it need not exist.</param>
    /// <returns>The absolute path.</returns>
    public static string Resolve(ModelEntry entry, string path)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Source is { } file && Path.IsPathRooted(file) ? Path.GetFullPath(path, Path.GetDirectoryName(file)!) : Path.GetFullPath(path);
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
        return entry with { Properties = Rebase(entry, entry.Properties) };
    }

    private static JsonMap Rebase(ModelEntry entry, JsonMap map) => new(map.Select(member => member switch
    {
        { Key: Key, Value: string { Length: > 0 } path } when !Path.IsPathRooted(path) => KeyValuePair.Create(Key, (object?)Resolve(entry, path)),
        { Key: "model_config", Value: JsonMap config } => KeyValuePair.Create(member.Key, (object?)Rebase(entry, config)),
        _ => member,
    }));
}
