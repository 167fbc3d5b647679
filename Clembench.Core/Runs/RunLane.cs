namespace Clembench.Runs;

/// <summary>The episodes of one line-up, played side by side with those of the others.</summary>
/// <param name="Episodes">The episodes, made one by one.</param>
/// <param name="MostAtOnce">The most of them in flight at once: a person plays one dialogue at a time.</param>
public sealed record RunLane(IEnumerable<EpisodePlan> Episodes, int MostAtOnce = int.MaxValue);
