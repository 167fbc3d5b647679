using Clembench.Common;
using Clembench.Games;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>A game and what is played of it.</summary>
/// <param name="Game">The game's registry entry.</param>
/// <param name="Rules">The game's rules.</param>
/// <param name="Instances">What is played.</param>
public sealed record GameSelection(GameEntry Game, IGame Rules, InstanceList Instances)
{
    /// <summary>Checks that the game and its experiments can be recorded, and that line-ups fit the game's roles.</summary>
    /// <param name="lineUps">The line-ups: one model for all roles, or one for each.</param>
    /// <exception cref="ClemException">A name cannot be that of a folder, or a line-up has another number of models.</exception>
    public void Check(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps)
    {
        FileNames.Check(Game.Name, "game");
        foreach (var experiment in Instances.Experiments)
            FileNames.Check(experiment, "experiment");
        foreach (var lineUp in lineUps.Where(lineUp => lineUp.Count != 1 && lineUp.Count != Game.Players))
        {
            throw new ClemException(
                "Clem.Run.LineUpMismatch", ErrorKind.InvalidArgument,
                $"{Game.Name} has {Game.Players} role(s) for models{(Game.Roles.Count > 0 ? $" ({string.Join(", ", Game.Roles)})" : "")}, and {lineUp.Count} models are given.",
                "Give -PlayerModel one model for each role, or one for all.", Game);
        }
    }
}
