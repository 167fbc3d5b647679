using Clembench.Common;
using Clembench.Games;
using Clembench.Models;
using Clembench.Runs;

namespace Clembench.PowerShell.Hosting;

/// <summary>Finds out what is played of a game.</summary>
internal static class GamePlanner
{
    /// <summary>Reads a game's instances and chooses among them.</summary>
    /// <param name="game">The game.</param>
    /// <param name="instancePath">An instance file in place of the game's own, as an absolute path; null for that.</param>
    /// <param name="experiments">Only these experiments, with wildcards; null for all.</param>
    /// <param name="ids">Only these instances; null for all.</param>
    /// <param name="lineUps">Who plays.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The game and its instances.</returns>
    /// <exception cref="ClemException">The game has no rules here, its file cannot be read, nothing is left, or the line-ups do not fit.</exception>
    public static async Task<GameSelection> SelectAsync(
        GameEntry game, string? instancePath, string[]? experiments, IReadOnlyCollection<int>? ids, IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, CancellationToken cancellationToken)
    {
        var rules = GameCatalog.BuiltIn.FindRules(game) ?? throw new ClemException(
            "Clem.Game.NoRules", ErrorKind.NotAvailable, $"The game '{game.Name}' ({game.Source}) is registered, but its rules are not part of this version.",
            "Get-ClemGame lists the registered games.", game);
        var instances = await InstanceFile.ReadAsync(instancePath ?? game.InstancePath, game, cancellationToken);
        var experiment = NamePattern.Any(experiments);
        var chosen = instances.Where((name, id) => experiment(name) && (ids is null || ids.Contains(id)));
        if (chosen.Count == 0)
        {
            throw new ClemException(
                "Clem.Instance.NotFound", ErrorKind.NotFound, $"{game.Name} has none of the experiments and instances that are asked for.",
                $"Its experiments are: {string.Join(", ", instances.Experiments)}. Get-ClemInstance {game.Name} lists the instances.", game);
        }

        var selection = new GameSelection(game, rules, chosen);
        selection.Check(lineUps);
        return selection;
    }

    /// <summary>The games that are left out because a model does not see the images that they show.</summary>
    /// <param name="lineUps">Who plays.</param>
    /// <param name="games">What is played.</param>
    /// <returns>An error for each game and reason, which names the models.</returns>
    public static IEnumerable<ClemException> Unseen(IReadOnlyList<IReadOnlyList<ModelEntry>> lineUps, IReadOnlyList<GameSelection> games) =>
        from game in games
        from lineUp in lineUps
        let why = game.WhyUnseen(lineUp)
        where why is not null
        group string.Join("--", lineUp) by (game.Game, Why: why) into unseen
        select new ClemException(
            "Clem.Run.ImagesNotSupported", ErrorKind.NotAvailable,
            $"{unseen.Key.Game} shows images and is not played with {string.Join(", ", unseen)}: {unseen.Key.Why}",
            "Play it with models that see images, or leave it out: Get-ClemGame | Where-Object Image -EQ none.", unseen.Key.Game);
}
