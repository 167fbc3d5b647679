using Clembench.Backends;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.Benchmarks;

/// <summary>hellogame with mock, as often as is wanted: a tree of results to measure with.</summary>
internal static class MockRun
{
    /// <summary>Plays, with all records.</summary>
    /// <param name="folder">The results folder.</param>
    /// <param name="episodes">How many episodes.</param>
    public static async Task PlayAsync(string folder, int episodes)
    {
        var mock = new ModelEntry { Name = "mock", Backend = "mock" };
        var game = new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" };
        var rules = GameCatalog.BuiltIn.FindRules(game)!;
        var settings = JsonMap.Parse("""{"name": "greet_en", "language": "en"}""");
        var plans = Enumerable.Range(0, episodes).Select(id => new EpisodePlan([mock], rules, game, new GameInstance
        {
            Game = "hellogame",
            Experiment = "greet_en",
            InstanceId = id,
            ExperimentProperties = settings,
            Properties = new JsonMap([new("game_id", (long)id), new("prompt", "Greet this person, and make clear that they are welcome."), new("target_name", "Ada")]),
        }));
        var run = new GameRun(
            new RunSettings { ResultsPath = folder }, (entry, token) => new MockBackend().LoadModelAsync(entry, null, token), new ResultsReader(GameCatalog.BuiltIn));
        await foreach (var _ in run.PlayAsync(new RunPlan(episodes, [new RunLane(plans)]), null, default))
        {
        }
    }
}
