namespace Clembench.Backends.Llama;

/// <summary>A token sequence to continue.</summary>
/// <param name="Tokens">The prompt: the tokens' numbers, with those that the template wrote (BOS and others).</param>
/// <param name="MaxTokens">The most tokens to generate.</param>
/// <param name="Temperature">The sampling temperature; 0 means greedy decoding.</param>
/// <param name="Seed">The seed of the sampling above temperature 0; null lets each call differ.</param>
public sealed record LlamaRequest(IReadOnlyList<int> Tokens, int MaxTokens, double Temperature = 0.0, uint? Seed = null);

/// <summary>What was generated.</summary>
/// <param name="Tokens">The generated tokens' numbers, with the end-of-generation token where it came to that.</param>
/// <param name="Text">Their text, in which control tokens are spelled out.</param>
/// <param name="Stop">Why the generation ended.</param>
public sealed record LlamaCompletion(IReadOnlyList<int> Tokens, string Text, LlamaStop Stop)
{
    /// <summary>How many tokens of the prompt had been computed before, for this conversation or another one.</summary>
    public int CachedTokens { get; init; }
}

/// <summary>Why a generation ended.</summary>
public enum LlamaStop
{
    /// <summary>The model ended its turn.</summary>
    EndOfGeneration,

    /// <summary>The limit of tokens was reached.</summary>
    MaxTokens,
}
