using System.Buffers;
using System.Text;

namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>
/// SentencePiece's unigram model: of all ways to cut a piece into tokens, the one whose scores (log probabilities) add up to
/// the most (Kudo 2018, arXiv:1804.10959; the Viterbi search of unigram_model.cc, EncodeOptimized).
/// </summary>
internal sealed class UnigramModel : ITokenModel
{
    // What an unknown character costs beyond the least likely token (kUnkPenalty).
    private const double UnknownPenalty = 10.0;
    private readonly IReadOnlyList<(string Token, double Score)> _pieces;
    private readonly Vocabulary _vocabulary;
    private readonly int? _unknown;
    private readonly int[]? _byteTokens;
    private readonly double _unknownScore;
    private readonly CharTrie _trie;
    private readonly bool _byteFallback;

    public UnigramModel(IReadOnlyList<(string Token, double Score)> pieces, Vocabulary vocabulary, int? unknown, bool byteFallback)
        : this(pieces, vocabulary, unknown, byteFallback, pieces.Select(p => p.Score).DefaultIfEmpty(0).Min() - UnknownPenalty, null)
    {
    }

    private UnigramModel(
        IReadOnlyList<(string Token, double Score)> pieces, Vocabulary vocabulary, int? unknown, bool byteFallback, double unknownScore,
        IReadOnlySet<int>? excluded)
    {
        (_pieces, _vocabulary, _unknown, _byteFallback, _unknownScore) = (pieces, vocabulary, unknown, byteFallback, unknownScore);
        _byteTokens = byteFallback ? vocabulary.ByteTokens() : null;
        _trie = new CharTrie();
        foreach (var (token, id) in vocabulary.Ids)
        {
            if (token.Length > 0 && excluded?.Contains(id) != true)
                _trie.Add(token, id);
        }
    }

    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        var size = piece.Length;
        var scores = ArrayPool<double>.Shared.Rent(size + 1);
        var starts = ArrayPool<int>.Shared.Rent(size + 1);
        var tokens = ArrayPool<int>.Shared.Rent(size + 1);
        try
        {
            scores.AsSpan(0, size + 1).Clear();
            starts.AsSpan(0, size + 1).Fill(-1);
            Search(piece, scores, starts, tokens);
            Collect(piece, starts, tokens, ids);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(scores);
            ArrayPool<int>.Shared.Return(starts);
            ArrayPool<int>.Shared.Return(tokens);
        }
    }

    private void Search(ReadOnlySpan<char> piece, double[] scores, int[] starts, int[] tokens)
    {
        for (var start = 0; start < piece.Length;)
        {
            var length = char.IsHighSurrogate(piece[start]) && start + 1 < piece.Length ? 2 : 1;
            var hasSingle = false;
            var node = CharTrie.Start;
            for (var end = start; end < piece.Length;)
            {
                node = _trie.Next(node, piece[end++]);
                if (node == 0)
                    break;
                var token = _trie.Value(node);
                if (token < 0)
                    continue;
                Offer(end, scores[start] + _pieces[token].Score, token);
                hasSingle |= end - start == length;
            }
            if (!hasSingle)
                Offer(start + length, scores[start] + _unknownScore, _unknown ?? throw new UnknownTokenException(piece.ToString()));
            start += length;

            void Offer(int end, double score, int token)
            {
                if (starts[end] < 0 || score > scores[end])
                    (scores[end], starts[end], tokens[end]) = (score, start, token);
            }
        }
    }

    /// <summary>Goes back from the end of the best path; unknown characters that follow each other are one token.</summary>
    private void Collect(ReadOnlySpan<char> piece, int[] starts, int[] tokens, List<int> ids)
    {
        var path = new List<(int Start, int End, int Token)>();
        for (var end = piece.Length; end > 0; end = starts[end])
        {
            if (tokens[end] == _unknown && path.Count > 0 && path[^1].Token == _unknown)
                path[^1] = (starts[end], path[^1].End, tokens[end]);
            else
                path.Add((starts[end], end, tokens[end]));
        }
        for (var i = path.Count - 1; i >= 0; i--)
        {
            var (start, end, token) = path[i];
            if (token == _unknown)
                AddUnknown(piece[start..end], ids);
            else
                ids.Add(token);
        }
    }

    private void AddUnknown(ReadOnlySpan<char> text, List<int> ids)
    {
        // Several unknown characters may together be a token; the library looks them up once more.
        if (_vocabulary.TryGetId(text, out var known))
        {
            ids.Add(known);
            return;
        }
        if (_byteTokens is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(text.ToArray());
            if (bytes.All(value => _byteTokens[value] >= 0))
            {
                foreach (var value in bytes)
                    ids.Add(_byteTokens[value]);
                return;
            }
        }
        ids.Add(_unknown!.Value);
    }

    public ITokenModel Without(IReadOnlySet<int> tokens) => new UnigramModel(
        _pieces, _vocabulary.Without(tokens), _unknown, _byteFallback, _unknownScore, tokens);
}
