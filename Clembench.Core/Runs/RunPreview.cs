namespace Clembench.Runs;

/// <summary>What a run would do with one experiment of a game.</summary>
/// <param name="Model">The line-up.</param>
/// <param name="Game">The game.</param>
/// <param name="Experiment">The experiment.</param>
/// <param name="Episodes">The number of episodes.</param>
/// <param name="Complete">How many of them are complete and would be reused.</param>
public sealed record RunPreview(string Model, string Game, string Experiment, int Episodes, int Complete);
