using Clembench.Common;
using Clembench.Json;

namespace Clembench.Games.Generation;

/// <summary>Makes instances of a registered game from a seed.</summary>
public static class InstanceGeneration
{
    /// <summary>Generates an instance file, and the files that belong to it.</summary>
    /// <param name="catalog">The rules of games.</param>
    /// <param name="game">The game.</param>
    /// <param name="seed">The seed; the same one gives the same file.</param>
    /// <param name="chosen">Which experiments to keep, by their names; null for all. The choice changes nothing in them.</param>
    /// <returns>The contents of the files.</returns>
    /// <exception cref="ClemException">The game has no generator, or lacks a text or word list; or none of its experiments is chosen.</exception>
    public static GeneratedInstances Generate(GameCatalog catalog, GameEntry game, int seed, Func<string, bool>? chosen = null)
    {
        if (catalog.FindRules(game) is not IInstanceGenerator generator)
        {
            throw new ClemException(
                "Clem.Game.NoGenerator", ErrorKind.InvalidData, $"The game '{game.Name}' has no generator of instances.",
                $"Games with one: {string.Join(", ", catalog.Games.Where(rules => rules is IInstanceGenerator).Select(rules => rules.Name))}.", game);
        }

        var experiments = generator.GenerateInstances(new GameResources(game.Path), new SeededRandom(seed));
        var kept = experiments.Where(experiment => chosen?.Invoke(experiment.Name) ?? true).ToArray();
        if (kept.Length == 0)
        {
            throw new ClemException(
                "Clem.Instance.NotFound", ErrorKind.NotFound, $"The generator of {game.Name} makes no such experiment; nothing is written.",
                $"It makes: {string.Join(", ", experiments.Select(experiment => experiment.Name))}.", game);
        }

        return new GeneratedInstances(
            JsonFormat.ToFile(ExperimentDraft.ToFile(kept, seed)),
            [.. kept.SelectMany(experiment => experiment.Files).DistinctBy(file => file.Path)]);
    }
}
