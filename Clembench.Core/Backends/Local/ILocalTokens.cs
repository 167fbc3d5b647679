using Clembench.Backends.Llama;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>A local model's tokenizer: the loaded model's own vocabulary, or the checkpoint's <c>tokenizer.json</c>.</summary>
public interface ILocalTokens
{
    /// <summary>Turns a rendered prompt into tokens; none are added.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plainSpans">The pieces that came from messages, in which control tokens are ordinary text.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The tokens' numbers.</returns>
    Task<IReadOnlyList<int>> EncodeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken);

    /// <summary>The text of what was generated, control tokens spelled out.</summary>
    /// <param name="completion">What was generated.</param>
    /// <returns>The text.</returns>
    string Decode(LlamaCompletion completion);

    /// <summary>The text of a single token, as the vocabulary has it.</summary>
    /// <param name="token">The token's number.</param>
    /// <returns>The text; null where there is no such token.</returns>
    string? GetText(int token);
}

/// <summary>The vocabulary of the loaded model.</summary>
/// <param name="engine">The model.</param>
/// <param name="vocabulary">Its tokens' texts.</param>
public sealed class EngineTokens(ILlamaEngine engine, Vocabulary vocabulary) : ILocalTokens
{
    /// <inheritdoc />
    public Task<IReadOnlyList<int>> EncodeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken) =>
        engine.TokenizeAsync(text, plainSpans, cancellationToken);

    /// <inheritdoc />
    public string Decode(LlamaCompletion completion) => completion.Text;

    /// <inheritdoc />
    public string? GetText(int token) => vocabulary.GetText(token);
}
