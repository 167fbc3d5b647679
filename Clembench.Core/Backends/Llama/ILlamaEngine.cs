using Clembench.Templates;

namespace Clembench.Backends.Llama;

/// <summary>
/// One GGUF model, loaded, that continues many token sequences at once. May be called from many threads: whoever
/// implements it joins concurrent calls into batches. In this process or in another one, the callers do not see it.
/// </summary>
public interface ILlamaEngine : IAsyncDisposable
{
    /// <summary>What the loaded model is.</summary>
    LlamaModelInfo Info { get; }

    /// <summary>Turns a rendered prompt into tokens with the model's own vocabulary; no BOS token is added.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plainSpans">The pieces in which control tokens are ordinary text: what came from messages.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The tokens' numbers.</returns>
    /// <exception cref="Common.ClemException">The engine has ended.</exception>
    Task<IReadOnlyList<int>> TokenizeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken);

    /// <summary>Continues a token sequence until an end-of-generation token or the limit.</summary>
    /// <param name="request">What to continue, and how.</param>
    /// <param name="cancellationToken">Stops the generation and frees its place in the batch.</param>
    /// <returns>The generated tokens.</returns>
    /// <exception cref="ContextExceededException">The prompt and the answer's limit do not fit into the context; nothing was generated.</exception>
    /// <exception cref="Common.ClemException">The engine has ended, or the model cannot be evaluated.</exception>
    Task<LlamaCompletion> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken);
}

/// <summary>What an engine that computes in this process tells to whoever watches over it.</summary>
public interface ILlamaVitals
{
    /// <summary>A number that grows as long as something is computed. May be read from any thread, at any time.</summary>
    long Steps { get; }

    /// <summary>Ends when the engine cannot compute any more though nobody released it, with the reason.</summary>
    Task<Common.ClemException> Failed { get; }
}
