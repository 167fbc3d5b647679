using System.Collections.Concurrent;

namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>Remembers the tokens of short pieces: in most texts most words come again.</summary>
internal sealed class CachedModel(ITokenModel inner) : ITokenModel
{
    private const int LengthLimit = 48;
    private const int CountLimit = 100_000;
    private readonly ConcurrentDictionary<string, int[]> _known = new(StringComparer.Ordinal);
    private int _count;

    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (piece.Length > LengthLimit)
        {
            inner.Encode(piece, ids);
            return;
        }
        if (_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(piece, out var known))
        {
            ids.AddRange(known.AsSpan());
            return;
        }
        var before = ids.Count;
        inner.Encode(piece, ids);
        if (Volatile.Read(ref _count) < CountLimit && _known.TryAdd(piece.ToString(), [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[before..]]))
            Interlocked.Increment(ref _count);
    }

    public ITokenModel Without(IReadOnlySet<int> tokens)
    {
        var without = inner.Without(tokens);
        return ReferenceEquals(without, inner) ? this : new CachedModel(without);
    }
}

/// <summary>Gives a byte-level model the letters of a piece's bytes.</summary>
internal sealed class ByteLetterModel(ITokenModel inner) : ITokenModel
{
    public void Encode(ReadOnlySpan<char> piece, List<int> ids) => inner.Encode(ByteAlphabet.Write(piece), ids);

    public ITokenModel Without(IReadOnlySet<int> tokens)
    {
        var without = inner.Without(tokens);
        return ReferenceEquals(without, inner) ? this : new ByteLetterModel(without);
    }
}

/// <summary>
/// Gives a byte-pair model the words of a piece one by one, where that changes nothing: SentencePiece's vocabularies are
/// used without pre-tokenizer, a whole document being one piece, but no token has the letter for spaces behind another.
/// </summary>
internal sealed class WordwiseModel(ITokenModel inner) : ITokenModel
{
    /// <summary>What SentencePiece writes a space as.</summary>
    public const char Space = '\u2581';

    /// <summary>Whether no merge joins a space to the end of something else.</summary>
    public static bool Fits(Vocabulary vocabulary, MergeTable merges)
    {
        if (vocabulary.Find(Space.ToString()) is null)
            return false;
        foreach (var (_, _, merged) in merges.Merges)
        {
            if (!vocabulary.TryGetToken(merged, out var token) || token.AsSpan().TrimStart(Space).Contains(Space))
                return false;
        }
        return true;
    }

    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        while (piece.Length > 0)
        {
            var word = piece.IndexOfAnyExcept(Space);
            var end = word < 0 ? -1 : piece[word..].IndexOf(Space);
            var length = end < 0 ? piece.Length : word + end;
            inner.Encode(piece[..length], ids);
            piece = piece[length..];
        }
    }

    public ITokenModel Without(IReadOnlySet<int> tokens)
    {
        var without = inner.Without(tokens);
        return ReferenceEquals(without, inner) ? this : new WordwiseModel(without);
    }
}
