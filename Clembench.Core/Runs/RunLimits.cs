namespace Clembench.Runs;

/// <summary>When a run stops by itself: no further episode begins, and those under way are played to their end.</summary>
/// <param name="MaxEpisodes">The most episodes that are played, reused ones not counted; null for no limit.</param>
/// <param name="MaxCost">The cost, in the currency of the entries' prices, after which no episode begins; null for no limit.</param>
/// <param name="MaxTime">The time since the run's beginning after which no episode begins; null for no limit.</param>
public sealed record RunLimits(int? MaxEpisodes = null, decimal? MaxCost = null, TimeSpan? MaxTime = null);
