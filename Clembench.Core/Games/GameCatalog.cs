namespace Clembench.Games;

/// <summary>The rules of all games that can be played.</summary>
/// <param name="games">The games.</param>
public sealed class GameCatalog(IEnumerable<IGame> games)
{
    private readonly Dictionary<string, IGame> _rules = games.ToDictionary(game => game.Name, StringComparer.Ordinal);

    /// <summary>The games that the product brings.</summary>
    public static GameCatalog BuiltIn { get; } = new([
        new HelloGame.HelloGame(),
        new Taboo.TabooGame(),
        new Wordle.WordleGame("wordle"),
        new Wordle.WordleGame("wordle_withclue"),
        new Wordle.WordleGame("wordle_withcritic"),
        new ReferenceGame.ReferenceGame(),
        new MultimodalReferenceGame.MultimodalReferenceGame(),
        new ImageGame.ImageGame(),
        new PrivateShared.PrivateSharedGame(),
        new Codenames.CodenamesGame(),
        new MatchItAscii.MatchItAsciiGame(),
        new GuessWhat.GuessWhatGame(),
        new TextMapWorld.TextMapWorldGame("textmapworld"),
        new TextMapWorld.TextMapWorldGame("textmapworld_graphreasoning"),
        new TextMapWorld.TextMapWorldGame("textmapworld_specificroom"),
        new AdventureGame.AdventureGame(),
    ]);

    /// <summary>All rules.</summary>
    public IReadOnlyCollection<IGame> Games => _rules.Values;

    /// <summary>Finds the rules of a game by its name.</summary>
    /// <param name="name">The game's name.</param>
    /// <returns>The rules, or null where they are not known.</returns>
    public IGame? FindRules(string name) => _rules.GetValueOrDefault(name);

    /// <summary>Finds the rules of a registered game: its own, or those of its main game.</summary>
    /// <param name="entry">The registry entry.</param>
    /// <returns>The rules, or null where they are not known.</returns>
    public IGame? FindRules(GameEntry entry) => FindRules(entry.Name) ?? FindRules(entry.MainGame);
}
