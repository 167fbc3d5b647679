namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>
/// Puts the tokens into a tokenizer that <c>tokenizer_config.json</c> names and <c>tokenizer.json</c> lacks, as transformers
/// does when it makes a fast tokenizer.
/// </summary>
internal static class FurtherTokens
{
    // Marks of turns are short; the finder keeps each of them whole.
    private const int LongestToken = 1000;

    /// <summary>Adds tokens.</summary>
    /// <param name="parts">The tokenizer.</param>
    /// <param name="tokens">The tokens; a negative number is for the next that is free.</param>
    /// <returns>The tokenizer with those that it lacked.</returns>
    public static TokenizerParts AddTo(TokenizerParts parts, IReadOnlyList<AddedToken> tokens)
    {
        var known = parts.AddedTokens.Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        AddedToken[] lacking = [.. tokens.Where(token => token.Content.Length is > 0 and <= LongestToken && known.Add(token.Content))];
        if (lacking.Length == 0)
            return parts;
        var next = parts.AddedTokens.Concat(lacking).Select(token => token.Id).Append(parts.Vocabulary.Count - 1).Max();
        return parts with
        {
            AddedTokens =
            [
                .. parts.AddedTokens,
                .. lacking.Select(token => token with { Id = parts.Vocabulary.Find(token.Content) ?? (token.Id >= 0 ? token.Id : ++next) }),
            ],
        };
    }
}
