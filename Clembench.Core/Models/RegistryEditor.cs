using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Models;

/// <summary>What happened to an entry in a registry file.</summary>
public enum RegistryChange
{
    /// <summary>The file holds that entry already.</summary>
    None,

    /// <summary>The entry was added.</summary>
    Added,

    /// <summary>The entry of that name and backend was replaced.</summary>
    Replaced,

    /// <summary>The file held that entry, and it comes first now.</summary>
    Moved,
}

/// <summary>
/// Changes one entry of a registry file. The text of the rest, comments and formatting included, stays byte for byte;
/// the file is replaced as a whole.
/// </summary>
public static class RegistryEditor
{
    /// <summary>
    /// Adds an entry, or replaces the first one of that name and backend: a name may have several implementations, of
    /// which the order decides.
    /// </summary>
    /// <param name="path">The file; it is made where it does not exist.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="first">Whether the entry comes first, also one that is there already; else a new one comes last, and a replaced one keeps its place.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed.</param>
    /// <returns>The entry as it stands in the file now, and what happened.</returns>
    /// <exception cref="ClemException">The entry is unusable, or the file cannot be read or written; it is unchanged then.</exception>
    public static async Task<(ModelEntry Entry, RegistryChange Change)> WriteAsync(
        string path, ModelEntry entry, bool first, CancellationToken cancellationToken, bool force = false)
    {
        var map = ToMap(entry);
        if (ModelEntryReader.FindProblem(map) is { } problem)
        {
            throw new ClemException(
                "Clem.Registry.InvalidEntry", ErrorKind.InvalidArgument, $"The entry '{entry.Name}' cannot be registered: {problem.Message}.",
                "A minimal entry has a model_name and a backend.", entry);
        }

        using var edit = await FileEdit.BeginAsync(path, force, cancellationToken).ConfigureAwait(false);
        var (text, document) = File.Exists(path) ? ModelRegistry.Open(path) : (EncodedText.Empty, EntryDocument.Parse(path, ""));
        var index = IndexOf(document, entry.Name, entry.Backend);
        var known = index >= 0;
        var isEqual = known && PlainValue.AreEqual(document.Entries[index].Value, map);
        var moves = first && index > 0;
        if (isEqual && !moves)
            return (ModelEntryReader.Read(map, path, index + 1), RegistryChange.None);

        var expected = document.Entries.Select(one => one.Value).ToList();
        if (known)
            expected.RemoveAt(index);
        var place = first ? 0 : known ? index : expected.Count;
        expected.Insert(place, map);
        await EditAsync(
            path, text,
            () => moves ? EntryDocument.Parse(path, document.Remove(index)).Add(map, first: true) : known ? document.Replace(index, map) : document.Add(map, first),
            expected, cancellationToken).ConfigureAwait(false);
        return (ModelEntryReader.Read(map, path, place + 1), isEqual ? RegistryChange.Moved : known ? RegistryChange.Replaced : RegistryChange.Added);
    }

    /// <summary>Removes the first entry of a name and a backend.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="backend">Its backend.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ClemException">The file cannot be read or written; it is unchanged then.</exception>
    public static async Task<bool> RemoveAsync(
        string path, string name, string backend, CancellationToken cancellationToken, bool force = false)
    {
        using var edit = await FileEdit.BeginAsync(path, force, cancellationToken).ConfigureAwait(false);
        var (text, document) = ModelRegistry.Open(path);
        var index = IndexOf(document, name, backend);
        if (index < 0)
            return false;
        var expected = document.Entries.Select(one => one.Value).Where((_, place) => place != index).ToArray();
        await EditAsync(path, text, () => document.Remove(index), expected, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static int IndexOf(EntryDocument document, string name, string backend)
    {
        for (var i = 0; i < document.Entries.Count; i++)
        {
            if (document.Entries[i].Value is JsonMap map && ModelEntryReader.FindProblem(map) is null
                && ModelEntryReader.Read(map) is var entry && entry.Name == name && entry.Backend == backend)
                return i;
        }

        return -1;
    }

    // What people write can be stranger than an editor thinks, so the edited text has to hold just what it should.
    private static async Task EditAsync(
        string path, EncodedText text, Func<string> edit, IReadOnlyList<object?> expected, CancellationToken cancellationToken)
    {
        string edited;
        try
        {
            edited = edit();
            if (!Holds(path, edited, expected))
            {
                throw new TextSyntaxException(
                    "This file cannot be edited without changing other entries, which may share an anchor or a line with the one concerned.", 0);
            }
        }
        catch (TextSyntaxException e)
        {
            throw new ClemException(
                "Clem.Registry.NotEditable", ErrorKind.InvalidData, $"{path}, {TextPosition.Of(text.Text, e.Offset)}: {e.Message.TrimEnd('.')}.",
                "Nothing was written. Change the file by hand, or name another one with -Path.", path, e);
        }

        await AtomicFile.WriteAsync(path, text.Encode(edited), cancellationToken).ConfigureAwait(false);
    }

    private static bool Holds(string path, string text, IReadOnlyList<object?> expected)
    {
        try
        {
            var entries = EntryDocument.Parse(path, text).Entries;
            return entries.Count == expected.Count && entries.Zip(expected).All(pair => PlainValue.AreEqual(pair.First.Value, pair.Second));
        }
        catch (TextSyntaxException)
        {
            return false;
        }
    }

    // An entry that was read keeps its members; one made in memory has those that its properties name.
    private static JsonMap ToMap(ModelEntry entry) => new(
        new KeyValuePair<string, object?>[]
        {
            new("model_name", entry.Name), new("backend", entry.Backend), new("model_id", entry.ModelId), new("huggingface_id", entry.HuggingFaceId),
            new("context_size", (long?)entry.ContextSize), new("open_weight", entry.OpenWeight),
        }
        .Where(member => member.Value is not null && !entry.Properties.ContainsKey(member.Key))
        .Concat(entry.Properties));
}
