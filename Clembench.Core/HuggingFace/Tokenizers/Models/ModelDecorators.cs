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
/// used without pre-tokenizer, a whole document being one piece, but hardly a token has the letter for spaces behind another.
/// </summary>
internal sealed class WordwiseModel : ITokenModel
{
    /// <summary>What SentencePiece writes a space as.</summary>
    public const char Space = '\u2581';

    private readonly ITokenModel _inner;
    private readonly bool[] _joins;

    private WordwiseModel(ITokenModel inner, bool[] joins) => (_inner, _joins) = (inner, joins);

    /// <summary>The model that goes word by word; the model itself where it cannot.</summary>
    /// <param name="inner">The model.</param>
    /// <param name="vocabulary">Its tokens.</param>
    /// <param name="merges">Its merges.</param>
    public static ITokenModel Around(ITokenModel inner, Vocabulary vocabulary, MergeTable merges)
    {
        if (vocabulary.Find(Space.ToString()) is null)
            return inner;
        // The letters that some token has right before a space: there a word may go on.
        var joins = new bool[0x10000];
        joins[Space] = true;
        foreach (var (_, _, merged) in merges.Merges)
        {
            if (!vocabulary.TryGetToken(merged, out var token))
                return inner;
            for (var i = 1; i < token.Length; i++)
            {
                if (token[i] == Space)
                    joins[token[i - 1]] = true;
            }
        }
        return new WordwiseModel(inner, joins);
    }

    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        var start = 0;
        for (var i = 1; i < piece.Length; i++)
        {
            if (piece[i] == Space && !_joins[piece[i - 1]])
            {
                _inner.Encode(piece[start..i], ids);
                start = i;
            }
        }
        _inner.Encode(piece[start..], ids);
    }

    public ITokenModel Without(IReadOnlySet<int> tokens)
    {
        var without = _inner.Without(tokens);
        return ReferenceEquals(without, _inner) ? this : new WordwiseModel(without, _joins);
    }
}
