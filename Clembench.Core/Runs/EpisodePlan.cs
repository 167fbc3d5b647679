using Clembench.Games;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>An episode that is to be played.</summary>
/// <param name="Models">The models: one for each role, or one for all.</param>
/// <param name="Rules">The game's rules.</param>
/// <param name="Game">The game's registry entry.</param>
/// <param name="Instance">What is played.</param>
public sealed record EpisodePlan(IReadOnlyList<ModelEntry> Models, IGame Rules, GameEntry Game, GameInstance Instance)
{
    /// <summary>Which repetition it is, from 1; null when nothing is repeated.</summary>
    public int? Repeat { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{string.Join("--", Models)}/{Instance}";
}
