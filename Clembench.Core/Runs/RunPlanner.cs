using Clembench.Common;
using Clembench.Games;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>Makes the list of episodes of a run.</summary>
public static class RunPlanner
{
    /// <summary>
    /// Every line-up plays every instance, as often as asked for. Line-ups alternate from episode to episode, so that
    /// a slow one is not left to the end.
    /// </summary>
    /// <param name="lineUps">The line-ups: one model for all roles, or one for each.</param>
    /// <param name="game">The game.</param>
    /// <param name="rules">The game's rules.</param>
    /// <param name="instances">The instances.</param>
    /// <param name="repeat">How often each instance is played.</param>
    /// <returns>The episodes.</returns>
    /// <exception cref="ClemException">A line-up does not fit the game's roles.</exception>
    public static IEnumerable<EpisodePlan> Plan(
        IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, GameEntry game, IGame rules, IReadOnlyList<GameInstance> instances, int repeat)
    {
        foreach (var lineUp in lineUps.Where(lineUp => lineUp.Count != 1 && lineUp.Count != game.Players))
        {
            throw new ClemException(
                "Clem.Run.LineUpMismatch", ErrorKind.InvalidArgument,
                $"{game.Name} has {game.Players} role(s) for models{(game.Roles.Count > 0 ? $" ({string.Join(", ", game.Roles)})" : "")}, and {lineUp.Count} models are given.",
                "Give -PlayerModel one model for each role, or one for all.", game);
        }

        return
            from repetition in Enumerable.Range(1, repeat)
            from instance in instances
            from lineUp in lineUps
            select new EpisodePlan(lineUp, rules, game, instance) { Repeat = repeat > 1 ? repetition : null };
    }
}
