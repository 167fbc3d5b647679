using System.Runtime.InteropServices;

namespace Clembench.Backends.Llama.Batching;

/// <summary>One request on its way through the batches. Its fields are the pump thread's, but for the flag of cancellation.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class Conversation(LlamaRequest request, CancellationToken cancellationToken)
{
    // Room for so much of an answer is kept free from the beginning: games ask for less. Whatever becomes longer (a model that
    // thinks aloud may fill the context) takes what is there when it comes to that.
    private const int ForeseenTokens = 512;
    private const int TokensAhead = 64;

    private readonly TaskCompletionSource<Generated> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Sampler _sampler = new(request.Temperature, request.Seed ?? unchecked((ulong)Random.Shared.NextInt64()));
    private readonly List<int> _tokens = [.. request.Tokens];

    /// <summary>The prompt's tokens, and behind them those that were generated.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Its place in the cache; null while it waits.</summary>
    public CacheSequence? Sequence { get; set; }

    /// <summary>How many tokens were computed when the step began: what a step that failed is taken back to.</summary>
    public int Computed { get; set; }

    /// <summary>How many tokens of the prompt were computed before; null until it begins.</summary>
    public int? CachedTokens { get; set; }

    /// <summary>The cells that are kept free for it, with those that it has.</summary>
    public int ReservedCells => request.Tokens.Count + Math.Min(request.MaxTokens, Math.Max(ForeseenTokens, AnswerLength + TokensAhead));

    /// <summary>Where in the current batch its last token is; -1 where what follows is not wanted yet.</summary>
    public int OutputIndex { get; set; } = -1;

    /// <summary>Whether its next token alone is to be computed; else a part of its prompt is.</summary>
    public bool IsGenerating => AnswerLength > 0 && Sequence!.Length == _tokens.Count - 1;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>What comes of it.</summary>
    public Task<Generated> Result => _result.Task;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The model's numbers.</param>
    /// <returns>The token; -1 where the numbers are none.</returns>
    public int Choose(ReadOnlySpan<float> logits) => _sampler.Choose(logits);

    /// <summary>Adds a token to the answer.</summary>
    /// <param name="token">The token.</param>
    public void Add(int token) => _tokens.Add(token);

    /// <summary>Whether the answer has as many tokens as it may.</summary>
    public bool IsFull => AnswerLength >= request.MaxTokens;

    private int AnswerLength => _tokens.Count - request.Tokens.Count;

    /// <summary>Ends it with what was generated.</summary>
    /// <param name="stop">Why it ends.</param>
    public void Complete(LlamaStop stop) => _result.TrySetResult(new Generated([.. _tokens.Skip(request.Tokens.Count)], stop, CachedTokens ?? 0));

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
