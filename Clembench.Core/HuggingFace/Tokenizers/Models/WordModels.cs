namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>A piece is a token or unknown.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, int? unknown) : ITokenModel
{
    public void Encode(ReadOnlySpan<char> piece, List<int> ids) =>
        ids.Add(vocabulary.TryGetId(piece, out var id) ? id : unknown ?? throw new UnknownTokenException(piece.ToString()));

    public ITokenModel Without(IReadOnlySet<int> tokens) => new WordLevelModel(vocabulary.Without(tokens), unknown);
}

/// <summary>A piece is cut into the longest tokens from its start; where that fails, the whole piece is unknown.</summary>
internal sealed class WordPieceModel(Vocabulary vocabulary, int? unknown, string continuationPrefix, int longestWord) : ITokenModel
{
    // No part is looked up that is longer than the longest token, so that a long word takes no more than linear time.
    private readonly int _longestToken = vocabulary.Ids.Keys.Select(t => t.Length).DefaultIfEmpty(0).Max();

    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        var before = ids.Count;
        if (CodePointCount(piece) > longestWord || !TryEncode(piece, ids))
        {
            ids.RemoveRange(before, ids.Count - before);
            ids.Add(unknown ?? throw new UnknownTokenException(piece.ToString()));
        }
    }

    private bool TryEncode(ReadOnlySpan<char> piece, List<int> ids)
    {
        Span<char> buffer = new char[_longestToken];
        for (var start = 0; start < piece.Length;)
        {
            var prefix = start == 0 ? "" : continuationPrefix;
            var end = Math.Min(piece.Length, start + Math.Max(0, _longestToken - prefix.Length));
            for (; ; end--)
            {
                if (end <= start)
                    return false;
                // Half a code point is no token.
                if (char.IsHighSurrogate(piece[end - 1]))
                    continue;
                prefix.CopyTo(buffer);
                piece[start..end].CopyTo(buffer[prefix.Length..]);
                if (vocabulary.TryGetId(buffer[..(prefix.Length + end - start)], out var id))
                {
                    ids.Add(id);
                    break;
                }
            }
            start = end;
        }
        return true;
    }

    private static int CodePointCount(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        foreach (var c in text)
            count -= char.IsLowSurrogate(c) ? 1 : 0;
        return count;
    }

    public ITokenModel Without(IReadOnlySet<int> tokens) =>
        new WordPieceModel(vocabulary.Without(tokens), unknown, continuationPrefix, longestWord);
}
