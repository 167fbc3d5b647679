namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>Turns a piece of text into the ids of its tokens.</summary>
internal interface ITokenModel
{
    /// <summary>Adds the ids of a piece that is not empty.</summary>
    /// <exception cref="UnknownTokenException">The piece has characters that the vocabulary lacks, and there is no token for those.</exception>
    void Encode(ReadOnlySpan<char> piece, List<int> ids);

    /// <summary>
    /// The same model without some of its tokens: no text has their ids any more. The model itself where it never gives them.
    /// </summary>
    ITokenModel Without(IReadOnlySet<int> tokens);
}

/// <summary>A text has no tokens: the vocabulary has neither its characters nor a token for unknown ones.</summary>
internal sealed class UnknownTokenException(string piece) : Exception
{
    public string Piece { get; } = piece;
}
