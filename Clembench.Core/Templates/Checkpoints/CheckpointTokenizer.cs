namespace Clembench.Templates.Checkpoints;

/// <summary>A checkpoint's tokenizer as far as it can be had here: its vocabulary, and perhaps text to numbers and back.</summary>
public sealed class CheckpointTokenizer
{
    /// <summary>What is known of the vocabulary.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>Why texts cannot be tokenised here, as a sentence; null where they can.</summary>
    public string? Missing { get; init; }

    /// <summary>Turns a text into tokens' numbers; control tokens within the spans are taken as ordinary text.</summary>
    internal Func<string, IReadOnlyList<TextSpan>, bool, CancellationToken, IReadOnlyList<int>>? Encoder { get; init; }

    /// <summary>Turns tokens' numbers into text, control tokens included.</summary>
    internal Func<IReadOnlyList<int>, string>? Decoder { get; init; }

    /// <summary>Whether texts can be tokenised.</summary>
    public bool CanEncode => Encoder is not null;

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plainSpans">Where control tokens are taken as the ordinary text that they look like.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer adds its own BOS and EOS tokens.</param>
    /// <param name="cancellationToken">Cancels the work, which may take long on long texts.</param>
    /// <returns>The tokens' numbers.</returns>
    /// <exception cref="InvalidOperationException">Texts cannot be tokenised; see <see cref="CanEncode"/>.</exception>
    public IReadOnlyList<int> Encode(
        string text, IReadOnlyList<TextSpan> plainSpans, bool addSpecialTokens = false, CancellationToken cancellationToken = default) =>
        Encoder is not null ? Encoder(text, plainSpans, addSpecialTokens, cancellationToken) : throw new InvalidOperationException(Missing);

    /// <summary>Turns tokens into text.</summary>
    /// <param name="ids">The tokens' numbers.</param>
    /// <returns>The text, control tokens included.</returns>
    /// <exception cref="InvalidOperationException">Texts cannot be tokenised; see <see cref="CanEncode"/>.</exception>
    public string Decode(IReadOnlyList<int> ids) => Decoder is not null ? Decoder(ids) : throw new InvalidOperationException(Missing);
}
