using Clembench.Backends.Llama;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>A checkpoint's own tokenizer (<c>tokenizer.json</c>), as transformers uses it.</summary>
/// <param name="tokenizer">The tokenizer, which can encode.</param>
public sealed class CheckpointTokens(CheckpointTokenizer tokenizer) : ILocalTokens
{
    /// <inheritdoc />
    public Task<IReadOnlyList<int>> EncodeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken) =>
        Task.FromResult(tokenizer.Encode(text, plainSpans, addSpecialTokens: false, cancellationToken));

    /// <inheritdoc />
    public string Decode(LlamaCompletion completion)
    {
        ArgumentNullException.ThrowIfNull(completion);
        return tokenizer.Decode(completion.Tokens);
    }

    /// <inheritdoc />
    public string? GetText(int token) => tokenizer.Vocabulary.GetText(token);
}
