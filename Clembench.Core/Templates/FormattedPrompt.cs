namespace Clembench.Templates;

/// <summary>What a local model is sent for a conversation.</summary>
/// <param name="Text">The text: the conversation with the chat template applied.</param>
public sealed record FormattedPrompt(string Text)
{
    /// <summary>The tokens' numbers; null where the text was not tokenised.</summary>
    public IReadOnlyList<int>? TokenIds { get; init; }

    /// <summary>The tokens' texts as the vocabulary has them; null where the text was not tokenised.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>The number of tokens; null where the text was not tokenised.</summary>
    public int? TokenCount => TokenIds?.Count;

    /// <summary>The pieces of the text that came from messages. Control tokens in them are ordinary text.</summary>
    public IReadOnlyList<TextSpan> InputSpans { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => Text;
}
