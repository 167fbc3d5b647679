using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers.PreTokenizers;

/// <summary>
/// The first half of GPT-2's byte-level pre-tokenizer: a space in front where one is asked for, and the split at its own
/// regular expression. The second half, which writes each byte as a letter, is <see cref="ByteLetters"/>.
/// </summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    // The regular expression of GPT-2's encoder.
    private static readonly Lazy<DelimiterSplit> Words = new(() => new DelimiterSplit(
        new PatternFinder(TokenPattern.Parse(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")),
        DelimiterBehavior.Isolated, invert: false));

    public void Split(Piece piece, List<Piece> pieces)
    {
        if (addPrefixSpace && piece.Text[0] != ' ')
            piece = Piece.Of(" " + piece.ToString(), piece.IsFirst);
        if (useRegex)
            Words.Value.Split(piece, pieces);
        else
            pieces.Add(piece);
    }
}

/// <summary>Writes each byte of a piece's UTF-8 as a letter of the byte alphabet.</summary>
internal sealed class ByteLetters : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> pieces) => pieces.Add(Piece.Of(ByteAlphabet.Write(piece.Text), piece.IsFirst));
}
