namespace Clembench.Backends;

/// <summary>How a model is to generate.</summary>
/// <param name="Temperature">The sampling temperature; 0 means greedy decoding.</param>
/// <param name="MaxTokens">The most tokens that one response may have.</param>
public sealed record GenerationOptions(double Temperature = 0.0, int MaxTokens = 300);
