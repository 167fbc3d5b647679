namespace Clembench.Templates.Checkpoints;

/// <summary>What is known of a tokenizer's vocabulary: the tokens' texts and numbers, and which of them are control tokens.</summary>
public sealed class Vocabulary
{
    private readonly Func<string, int?> _find;
    private readonly Func<int, string?> _get;
    private readonly HashSet<string> _control;

    /// <summary>Describes a vocabulary.</summary>
    /// <param name="size">How many tokens there are; null where only some are known.</param>
    /// <param name="find">The number of a token's text.</param>
    /// <param name="get">The text of a token's number.</param>
    /// <param name="control">The texts of control tokens: those that are never made of ordinary text.</param>
    internal Vocabulary(int? size, Func<string, int?> find, Func<int, string?> get, IEnumerable<string> control)
    {
        Size = size;
        _find = find;
        _get = get;
        _control = new HashSet<string>(control.Where(text => text.Length > 0), StringComparer.Ordinal);
    }

    /// <summary>How many tokens there are; null where only the added ones are known (<see cref="IsComplete"/>).</summary>
    public int? Size { get; }

    /// <summary>Whether all tokens are known, not only the added ones.</summary>
    public bool IsComplete => Size is not null;

    /// <summary>The texts of control tokens.</summary>
    public IReadOnlyCollection<string> ControlTokens => _control;

    /// <summary>The number of a token.</summary>
    /// <param name="text">The token's text.</param>
    /// <returns>The number; null where there is no such token.</returns>
    public int? Find(string text) => _find(text);

    /// <summary>The text of a token.</summary>
    /// <param name="id">The token's number.</param>
    /// <returns>The text; null where there is no such token.</returns>
    public string? GetText(int id) => _get(id);

    /// <summary>Whether a text is a control token.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it is.</returns>
    public bool IsControl(string text) => _control.Contains(text);

    /// <summary>The vocabulary of a list of tokens, each of which has its place for its number.</summary>
    /// <param name="tokens">The tokens' texts.</param>
    /// <param name="control">The texts of control tokens.</param>
    /// <returns>The vocabulary.</returns>
    internal static Vocabulary FromList(IReadOnlyList<string> tokens, IEnumerable<string> control)
    {
        var ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
            ids.TryAdd(tokens[i], i);
        return new Vocabulary(tokens.Count, text => ids.TryGetValue(text, out var id) ? id : null, id => id >= 0 && id < tokens.Count ? tokens[id] : null, control);
    }

    /// <summary>The vocabulary of a checkpoint whose configuration alone is known.</summary>
    /// <param name="added">The added tokens by number.</param>
    /// <param name="control">The texts of control tokens.</param>
    /// <returns>The vocabulary, which is not complete.</returns>
    internal static Vocabulary FromAddedTokens(IReadOnlyDictionary<int, string> added, IEnumerable<string> control)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, text) in added)
            ids.TryAdd(text, id);
        return new Vocabulary(null, text => ids.TryGetValue(text, out var id) ? id : null, added.GetValueOrDefault, control);
    }
}
