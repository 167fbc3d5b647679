using System.Text;

namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>What a byte-pair model does besides merging.</summary>
/// <param name="Unknown">
/// The token of characters that the vocabulary lacks; null: they are left out; <see cref="UnknownIsMissing"/>: an error.
/// </param>
/// <param name="ContinuingPrefix">What is put in front of every letter of a piece but the first when it is looked up.</param>
/// <param name="EndOfWordSuffix">What is put behind the last letter of a piece when it is looked up.</param>
/// <param name="FuseUnknown">Whether unknown letters that follow each other are one token.</param>
/// <param name="ByteFallback">Whether unknown letters become the tokens of their bytes, <c>&lt;0xE2&gt;</c>, where all are there.</param>
/// <param name="IgnoreMerges">Whether a piece that is a token is one, whatever the merges would make of it.</param>
internal sealed record BpeOptions(
    int? Unknown, string ContinuingPrefix, string EndOfWordSuffix, bool FuseUnknown, bool ByteFallback, bool IgnoreMerges)
{
    /// <summary>The token for unknown characters is named, and is not in the vocabulary.</summary>
    public const int UnknownIsMissing = -1;
}

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909): a piece is a row of letters, and the two neighbours whose
/// merge is the earliest become one token, again and again.
/// </summary>
internal sealed class BpeModel : ITokenModel
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly BpeOptions _options;
    private readonly int[]? _byteTokens;
    // Letters of the basic plane as they are looked up inside a word, where no prefix or suffix is asked for; -1: not there.
    private readonly int[]? _letters;

    public BpeModel(Vocabulary vocabulary, MergeTable merges, BpeOptions options)
    {
        (_vocabulary, _merges, _options) = (vocabulary, merges, options);
        _byteTokens = options.ByteFallback ? vocabulary.ByteTokens() : null;
        if (options.ContinuingPrefix.Length > 0 || options.EndOfWordSuffix.Length > 0)
            return;
        _letters = new int[0x10000];
        Array.Fill(_letters, -1);
        foreach (var (token, id) in vocabulary.Ids)
        {
            if (token.Length == 1)
                _letters[token[0]] = id;
        }
    }

    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_options.IgnoreMerges && _vocabulary.TryGetId(piece, out var whole))
        {
            ids.Add(whole);
            return;
        }
        var symbols = new SymbolBuffer(piece.Length);
        try
        {
            AddLetters(piece, ref symbols);
            symbols.Merge(_merges);
            symbols.AppendTo(ids);
        }
        finally
        {
            symbols.Dispose();
        }
    }

    private void AddLetters(ReadOnlySpan<char> piece, ref SymbolBuffer symbols)
    {
        var unknown = -1;
        for (var i = 0; i < piece.Length;)
        {
            var length = char.IsHighSurrogate(piece[i]) && i + 1 < piece.Length ? 2 : 1;
            var letter = piece.Slice(i, length);
            var isLast = i + length == piece.Length;
            if (TryFind(letter, i == 0, isLast, out var id))
            {
                if (unknown >= 0)
                    symbols.Add(unknown);
                unknown = -1;
                symbols.Add(id);
            }
            else if (!TryAddBytes(letter, i == 0, isLast, ref symbols) && _options.Unknown is { } token)
            {
                if (token == BpeOptions.UnknownIsMissing)
                    throw new UnknownTokenException(piece.ToString());
                if (unknown >= 0 && !_options.FuseUnknown)
                    symbols.Add(unknown);
                unknown = token;
            }
            i += length;
        }
        if (unknown >= 0)
            symbols.Add(unknown);
    }

    private bool TryFind(ReadOnlySpan<char> letter, bool isFirst, bool isLast, out int id)
    {
        if (_letters is not null)
        {
            if (letter.Length > 1)
                return _vocabulary.TryGetId(letter, out id);
            id = _letters[letter[0]];
            return id >= 0;
        }
        return _vocabulary.TryGetId(Decorated(letter, isFirst, isLast), out id);
    }

    private string Decorated(ReadOnlySpan<char> letter, bool isFirst, bool isLast) =>
        string.Concat(isFirst ? "" : _options.ContinuingPrefix, letter, isLast ? _options.EndOfWordSuffix : "");

    private bool TryAddBytes(ReadOnlySpan<char> letter, bool isFirst, bool isLast, ref SymbolBuffer symbols)
    {
        if (_byteTokens is null)
            return false;
        // The library takes the bytes of the letter as it was looked up, prefix and suffix included.
        var bytes = Encoding.UTF8.GetBytes(_letters is not null ? letter.ToString() : Decorated(letter, isFirst, isLast));
        foreach (var value in bytes)
        {
            if (_byteTokens[value] < 0)
                return false;
        }
        foreach (var value in bytes)
            symbols.Add(_byteTokens[value]);
        return true;
    }

    public ITokenModel Without(IReadOnlySet<int> tokens)
    {
        // Only letters and merges give tokens, and whole pieces where merges are ignored: in most vocabularies no special
        // token is any of these.
        var reachable = _merges.Merges.Any(m => tokens.Contains(m.Merged))
            || _vocabulary.Ids.Any(p => tokens.Contains(p.Value) && (_options.IgnoreMerges || _letters is null || IsLetter(p.Key) || IsByte(p.Key)));
        return !reachable ? this : new BpeModel(
            _vocabulary.Without(tokens), new MergeTable([.. _merges.Merges.Where(m => !tokens.Contains(m.Merged))]), _options);

        static bool IsLetter(string token) => token.Length == 1 || (token.Length == 2 && char.IsHighSurrogate(token[0]));

        static bool IsByte(string token) => token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal);
    }
}
