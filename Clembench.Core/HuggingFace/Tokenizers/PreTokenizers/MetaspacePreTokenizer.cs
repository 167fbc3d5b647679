namespace Clembench.HuggingFace.Tokenizers.PreTokenizers;

/// <summary>When a replacement is put in front of a text.</summary>
internal enum PrependScheme
{
    /// <summary>In front of every section.</summary>
    Always,

    /// <summary>In front of the section that the whole text begins with.</summary>
    First,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>SentencePiece's spaces: each becomes a visible letter, which begins a word.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly DelimiterSplit _words = new(
        new RuneFinder(rune => rune.Value == replacement), DelimiterBehavior.MergedWithNext, invert: false);

    /// <summary>Whether it matters to it where in the original a piece begins.</summary>
    public bool LooksForFirst => scheme == PrependScheme.First;

    public void Split(Piece piece, List<Piece> pieces)
    {
        var text = piece.ToString().Replace(' ', replacement);
        if (text[0] != replacement && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.IsFirst)))
            text = replacement + text;
        var whole = Piece.Of(text, piece.IsFirst);
        if (split)
            _words.Split(whole, pieces);
        else
            pieces.Add(whole);
    }
}
