using Clembench.Common;
using Clembench.Games;

namespace Clembench.PowerShell.Hosting;

/// <summary>Selects games by name. The registries are read, and their errors reported, once.</summary>
/// <param name="workspace">Where registries are looked up.</param>
/// <param name="report">Is given the errors: registries that cannot be used, names that select nothing.</param>
internal sealed class GameSelector(Workspace workspace, Action<ClemException> report)
{
    private IReadOnlyList<GameEntry>? _games;

    /// <summary>The games whose name matches, in order of precedence.</summary>
    /// <param name="names">Names or wildcard patterns; null for all games.</param>
    /// <returns>Each game once.</returns>
    public IReadOnlyList<GameEntry> Select(IReadOnlyCollection<string>? names)
    {
        var games = _games ??= Read();
        if (names is null)
            return games;

        var selected = new List<GameEntry>();
        foreach (var name in names)
        {
            var pattern = new NamePattern(name);
            var matching = games.Where(game => pattern.IsMatch(game.Name)).Except(selected).ToArray();
            selected.AddRange(matching);
            if (matching.Length == 0 && !pattern.HasWildcards && !selected.Exists(game => pattern.IsMatch(game.Name)))
            {
                report(new ClemException(
                    "Clem.Game.NotFound", ErrorKind.NotFound, $"There is no game '{name}'.",
                    "Get-ClemGame lists the games.", name));
            }
        }

        return selected;
    }

    private IReadOnlyList<GameEntry> Read()
    {
        var (games, errors) = GameRegistry.Read(workspace);
        foreach (var error in errors)
            report(error);
        return games;
    }
}
