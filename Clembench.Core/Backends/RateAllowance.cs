namespace Clembench.Backends;

/// <summary>What a service said beside an answer about how much it still takes.</summary>
/// <param name="CallsLeft">How many calls like the one that was answered fit into what is left of the period, in requests and in tokens.</param>
/// <param name="ResetsIn">When the service takes its full rate again, at the latest.</param>
public readonly record struct RateAllowance(long CallsLeft, TimeSpan ResetsIn);
