using Clembench.Json;

namespace Clembench.Documents;

/// <summary>An entry of a document.</summary>
/// <param name="Value">The entry as plain values.</param>
/// <param name="Start">Where it begins, in characters from the beginning of the text.</param>
internal sealed record DocumentEntry(object? Value, int Start);

/// <summary>
/// A text that is a list of entries, JSON or YAML, in which one entry can be added, replaced or removed without any
/// other character of the text being touched. The edits give the new text.
/// </summary>
internal abstract class EntryDocument(string text)
{
    /// <summary>The text.</summary>
    public string Text { get; } = text;

    /// <summary>The entries, in order; a root that is a single object is one entry.</summary>
    public abstract IReadOnlyList<DocumentEntry> Entries { get; }

    /// <summary>Reads a text in the format that a file's name tells.</summary>
    /// <param name="path">The file: <c>.yaml</c> and <c>.yml</c> are YAML, everything else is JSON.</param>
    /// <param name="text">The text.</param>
    /// <returns>The document.</returns>
    /// <exception cref="TextSyntaxException">The text is not of that format, or its root is no list.</exception>
    public static EntryDocument Parse(string path, string text) =>
        Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" ? YamlEntryDocument.Parse(text) : JsonEntryDocument.Parse(text);

    /// <summary>Where a member of an entry begins.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="member">The member's name.</param>
    /// <returns>An offset in the text; the entry's own where it has no such member.</returns>
    public abstract int Locate(int index, string member);

    /// <summary>Adds an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="first">Whether it comes first; else it comes last.</param>
    /// <returns>The new text.</returns>
    public abstract string Add(JsonMap entry, bool first);

    /// <summary>Replaces an entry.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="entry">The new entry.</param>
    /// <returns>The new text.</returns>
    public abstract string Replace(int index, JsonMap entry);

    /// <summary>Removes an entry.</summary>
    /// <param name="index">Which one.</param>
    /// <returns>The new text.</returns>
    public abstract string Remove(int index);
}
