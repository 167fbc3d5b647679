namespace Clembench.Games.AdventureGame;

/// <summary>
/// A term of the Planning Domain Definition Language (McDermott et al., 1998): a word, or a list of terms in
/// parentheses. Words are in lower case, because the language does not tell them from upper case.
/// </summary>
internal sealed class PddlNode
{
    private const int MaxDepth = 64;

    private PddlNode(string? word, IReadOnlyList<PddlNode> items)
    {
        Word = word;
        Items = items;
    }

    /// <summary>The word; null for a list.</summary>
    public string? Word { get; }

    /// <summary>The list's terms; none for a word.</summary>
    public IReadOnlyList<PddlNode> Items { get; }

    /// <summary>The word that a list begins with, such as <c>and</c>.</summary>
    public string? Head => Items.Count > 0 ? Items[0].Word : null;

    /// <summary>Reads a text that is one list; null where it is not.</summary>
    public static PddlNode? Parse(string text)
    {
        var tokens = text.ToLowerInvariant().Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var at = 0;
        return Read(0) is { Word: null } list && at == tokens.Length ? list : null;

        PddlNode? Read(int depth)
        {
            if (at == tokens.Length || depth > MaxDepth || tokens[at] == ")")
                return null;
            var token = tokens[at++];
            if (token != "(")
                return new(token, []);
            var items = new List<PddlNode>();
            while (at < tokens.Length && tokens[at] != ")")
            {
                if (Read(depth + 1) is not { } item)
                    return null;
                items.Add(item);
            }

            return at++ < tokens.Length ? new(null, items) : null;
        }
    }

    /// <summary>The term after a keyword of the list, such as that after <c>:effect</c>; null where there is none.</summary>
    public PddlNode? After(string keyword)
    {
        for (var i = 0; i + 1 < Items.Count; i++)
        {
            if (Items[i].Word == keyword)
                return Items[i + 1];
        }

        return null;
    }

    /// <summary>The list as names with their types: <c>?a ?b - room ?c - player</c>.</summary>
    public IEnumerable<(string Name, string Type)> ReadTyped()
    {
        var names = new List<string>();
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i].Word != "-")
            {
                names.Add(Items[i].Word ?? "");
                continue;
            }

            var type = ++i < Items.Count ? Items[i].Word ?? "" : "";
            foreach (var name in names)
                yield return (name, type);
            names.Clear();
        }
    }
}
