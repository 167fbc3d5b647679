using System.Text;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>The entries of all registry files that a session sees, in order of precedence.</summary>
/// <param name="Entries">The entries: the first one that a selector unifies with is the one that it selects.</param>
/// <param name="Errors">The files that could not be used, each with file, line, column and cause.</param>
public sealed record ModelRegistry(IReadOnlyList<ModelEntry> Entries, IReadOnlyList<ClemException> Errors)
{
    /// <summary>The names of registry files in a folder, in the order in which they are read.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        ["model_registry.json", "model_registry.yaml", "model_registry.yml", "hf_local_models.json", "hf_local_models.yaml", "hf_local_models.yml"];

    /// <summary>The file that entries of the user are written to.</summary>
    /// <param name="workspace">The session's folders.</param>
    /// <returns>The path; the file may not exist yet.</returns>
    public static string UserFile(Workspace workspace) => Path.Join(workspace.UserDirectory, FileNames[0]);

    /// <summary>
    /// The file that a mended entry is written to: the one that has it, because a copy in the user's file would come after one of
    /// the working directory; the user's where no file has it, or the packaged one, which is never written.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="workspace">The session's folders.</param>
    /// <returns>The path.</returns>
    public static string FileToMend(ModelEntry entry, Workspace workspace) =>
        entry.Source is { } source && Path.IsPathRooted(source) && File.Exists(source)
            && !Path.GetFullPath(source).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace.PackagedDirectory)) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? source : UserFile(workspace);

    /// <summary>Reads the explicit files, then those of the working directory, of the user, and the packaged one.</summary>
    /// <param name="workspace">The session's folders.</param>
    /// <param name="explicitFiles">Files that were named; they come first.</param>
    /// <returns>The registry. A file that cannot be used is an error; the others count.</returns>
    public static ModelRegistry Load(Workspace workspace, IEnumerable<string>? explicitFiles = null)
    {
        string[] own = [.. workspace.UserDirectories, Path.Join(workspace.PackagedDirectory, "registry")];
        var named = (explicitFiles ?? []).Select(Path.GetFullPath).ToArray();
        var chosen = named.Concat(FilesIn(own)).ToHashSet();

        var entries = new List<ModelEntry>();
        var errors = new List<ClemException>();
        foreach (var file in named.Concat(FilesIn([workspace.WorkingDirectory, .. own])).Distinct())
        {
            try
            {
                entries.AddRange(ReadFile(file).Select(entry => entry with { IsAddressTrusted = chosen.Contains(file) }));
            }
            catch (ClemException error)
            {
                errors.Add(error);
            }
        }

        // What the user's own files say about an address is said for all: so an entry that was registered counts.
        var addresses = entries.Where(entry => entry.IsAddressTrusted && entry.GetSetting("base_url") is not null)
            .Select(entry => (entry.Backend, entry.GetSetting("base_url"))).ToHashSet();
        return new ModelRegistry(
            [.. entries.Select(entry => addresses.Contains((entry.Backend, entry.GetSetting("base_url"))) ? entry with { IsAddressTrusted = true } : entry)],
            errors);
    }

    /// <summary>Finds the entry that the name of a written one means in its place.</summary>
    /// <param name="written">An entry as it stands in a file.</param>
    /// <returns>
    /// The entry that comes first; null where that is the written one, or its file is none that this registry was read from: whoever
    /// named such a file knows.
    /// </returns>
    public ModelEntry? FindHiding(ModelEntry written)
    {
        var file = Path.GetFullPath(written.Source!);
        return Entries.FirstOrDefault(entry => entry.Name == written.Name) is { } first
            && !(first.Source == file && first.Position == written.Position) && Entries.Any(entry => entry.Source == file)
            ? first : null;
    }

    private static IEnumerable<string> FilesIn(IEnumerable<string> folders) => folders
        .SelectMany(folder => FileNames.Select(name => Path.Join(folder, name))).Where(File.Exists).Select(Path.GetFullPath);

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file: JSON (comments and trailing commas allowed), or YAML. An empty one has no entries.</param>
    /// <returns>The entries.</returns>
    /// <exception cref="ClemException">The file cannot be read, or one of its entries is unusable: then none counts.</exception>
    public static IReadOnlyList<ModelEntry> ReadFile(string path)
    {
        return ReadEntries(path, Open(path));
    }

    /// <summary>Reads the content of a file.</summary>
    /// <param name="path">Where it is from.</param>
    /// <param name="content">The content.</param>
    /// <returns>The entries.</returns>
    /// <exception cref="ClemException">One of the entries is unusable: then none counts.</exception>
    internal static IReadOnlyList<ModelEntry> Parse(string path, ReadOnlySpan<byte> content) => ReadEntries(path, Open(path, content));

    private static ModelEntry[] ReadEntries(string path, (EncodedText Text, EntryDocument Document) opened)
    {
        var (text, document) = opened;
        var entries = new ModelEntry[document.Entries.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            if (document.Entries[i].Value is not JsonMap map)
                throw Unusable("Clem.Registry.InvalidEntry", path, text.Text, document.Entries[i].Start, $"entry {i + 1} is not an object");
            if (ModelEntryReader.FindProblem(map) is var (member, message))
                throw Unusable("Clem.Registry.InvalidEntry", path, text.Text, document.Locate(i, member), $"entry {i + 1}: {message}");
            entries[i] = ModelEntryReader.Read(map, path, i + 1);
        }

        return entries;
    }

    /// <summary>
    /// Selects the entries that a partial specification unifies with. The players without a model, <c>mock</c>, <c>mock-noisy</c> and
    /// <c>human</c>, have so few members that they would agree with nearly everything: as in clemcore, where they are no
    /// entries at all, they are selected by name or backend only.
    /// </summary>
    /// <param name="selector">The specification.</param>
    /// <returns>The union of the two for each, in order of precedence: the first one is the one that is played.</returns>
    public IEnumerable<ModelEntry> Select(JsonMap selector)
    {
        var name = selector.GetOrDefault<string>("model_name");
        var isExplicit = name is not null || selector.ContainsKey("backend");
        foreach (var entry in Entries)
        {
            // An entry of another name is out at once: with thousands of entries that is the common case.
            if ((name is not null && entry.Properties.GetOrDefault<string>("model_name") is { } other && name != other)
                || (!isExplicit && entry is { Name: "mock" or "mock-noisy", Backend: "mock" } or { Name: "human", Backend: "human" }))
                continue;
            if (Unification.Unify(selector, entry.Properties) is { } union && ModelEntryReader.FindProblem(union) is null)
                yield return ModelEntryReader.Read(union, entry.Source, entry.Position) with { IsAddressTrusted = entry.IsAddressTrusted || SaysAddress(selector, union) };
        }
    }

    // Whether the address that counts (the one under model_config comes first) is the selector's own.
    private static bool SaysAddress(JsonMap selector, JsonMap union) => union.GetOrDefault<JsonMap>("model_config")?.ContainsKey("base_url") is true
        ? selector.GetOrDefault<JsonMap>("model_config")?.ContainsKey("base_url") is true
        : selector.ContainsKey("base_url");

    internal static (EncodedText Text, EntryDocument Document) Open(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Registry.Unreadable", e is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"The registry '{path}' cannot be read: {(Directory.Exists(path) ? "it is a folder." : e.Message)}", "Check the path and the permissions.", path, e);
        }

        return Open(path, content);
    }

    private static (EncodedText Text, EntryDocument Document) Open(string path, ReadOnlySpan<byte> content)
    {
        EncodedText text;
        try
        {
            text = EncodedText.Decode(content);
        }
        catch (DecoderFallbackException e)
        {
            throw new ClemException(
                "Clem.Registry.Syntax", ErrorKind.InvalidData, $"{path}: the file is not UTF-8 text (byte {e.Index + 1}).", "Save it as UTF-8.", path, e);
        }

        try
        {
            return (text, EntryDocument.Parse(path, text.Text));
        }
        catch (TextSyntaxException e)
        {
            throw Unusable("Clem.Registry.Syntax", path, text.Text, e.Offset, e.Message.TrimEnd('.'), e);
        }
    }

    internal static ClemException Unusable(string id, string path, string text, int offset, string cause, Exception? inner = null) => new(
        id, ErrorKind.InvalidData, $"{path}, {TextPosition.Of(text, offset)}: {cause}.",
        "Correct the file there; until then none of its entries counts. registry/model_registry.schema.json describes the form.", path, inner);
}
