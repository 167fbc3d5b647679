namespace Clembench.HuggingFace.Tokenizers.PreTokenizers;

/// <summary>A part of a normalized text on its way to the model.</summary>
/// <param name="Source">The text that it is a part of.</param>
/// <param name="Start">Where it begins in it.</param>
/// <param name="Length">How long it is, in UTF-16 code units.</param>
/// <param name="IsFirst">Whether it begins where the whole text begins, before any added token.</param>
internal readonly record struct Piece(string Source, int Start, int Length, bool IsFirst)
{
    public static Piece Of(string text, bool isFirst) => new(text, 0, text.Length, isFirst);

    public ReadOnlySpan<char> Text => Source.AsSpan(Start, Length);

    public Piece Slice(int start, int end) => new(Source, Start + start, end - start, IsFirst && start == 0);

    public override string ToString() => Start == 0 && Length == Source.Length ? Source : Source.Substring(Start, Length);
}

/// <summary>Cuts a text into the pieces within which the model may join letters.</summary>
internal interface IPreTokenizer
{
    /// <summary>Adds the pieces of a piece that is not empty; none of them is empty.</summary>
    void Split(Piece piece, List<Piece> pieces);
}

/// <summary>One pre-tokenizer after another, each on the pieces of the one before.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public IReadOnlyList<IPreTokenizer> Steps => steps;

    public void Split(Piece piece, List<Piece> pieces)
    {
        List<Piece> current = [piece];
        foreach (var step in steps)
        {
            var next = new List<Piece>(current.Count);
            foreach (var part in current)
                step.Split(part, next);
            current = next;
        }
        pieces.AddRange(current);
    }
}
