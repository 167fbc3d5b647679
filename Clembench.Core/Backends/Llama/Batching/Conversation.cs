namespace Clembench.Backends.Llama.Batching;

/// <summary>One request on its way through the batches. Its fields are the pump thread's, but for the flag of cancellation.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class Conversation(LlamaRequest request, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<Generated> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Sampler _sampler = new(request.Temperature, request.Seed ?? unchecked((ulong)Random.Shared.NextInt64()));

    /// <summary>The prompt's tokens.</summary>
    public int[] Prompt { get; } = [.. request.Tokens];

    /// <summary>The generated tokens.</summary>
    public List<int> Answer { get; } = [];

    /// <summary>Its place in the cache; null while it waits.</summary>
    public CacheSequence? Sequence { get; set; }

    /// <summary>How many tokens of the prompt were computed before.</summary>
    public int CachedTokens { get; set; }

    /// <summary>The most cells that it will take.</summary>
    public int MostCells => Prompt.Length + request.MaxTokens;

    /// <summary>Where in the current batch its last token is; -1 where what follows is not wanted yet.</summary>
    public int OutputIndex { get; set; } = -1;

    /// <summary>Whether its prompt is computed.</summary>
    public bool IsGenerating => Answer.Count > 0;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>What comes of it.</summary>
    public Task<Generated> Result => _result.Task;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The model's numbers.</param>
    /// <returns>The token; -1 where the numbers are none.</returns>
    public int Choose(ReadOnlySpan<float> logits) => _sampler.Choose(logits);

    /// <summary>Whether the answer has as many tokens as it may.</summary>
    public bool IsFull => Answer.Count >= request.MaxTokens;

    /// <summary>Ends it with what was generated.</summary>
    /// <param name="stop">Why it ends.</param>
    public void Complete(LlamaStop stop) => _result.TrySetResult(new Generated([.. Answer], stop, CachedTokens));

    /// <summary>Ends it with an error.</summary>
    /// <param name="error">The error.</param>
    public void Fail(Exception error) => _result.TrySetException(error);

    /// <summary>Ends it because nobody waits any more.</summary>
    public void Cancel() => _result.TrySetCanceled(cancellationToken);
}

/// <summary>What was generated.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Stop">Why it ended.</param>
/// <param name="CachedTokens">How many tokens of the prompt were computed before.</param>
internal sealed record Generated(int[] Tokens, LlamaStop Stop, int CachedTokens);
