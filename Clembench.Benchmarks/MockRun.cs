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
    /// <param name="shard">The part of them that is played; null for all.</param>
    /// <returns>How many of them were complete already.</returns>
    public static async Task<int> PlayAsync(string folder, int episodes, Shard? shard = null)
    {
        var mock = new ModelEntry { Name = "mock", Backend = "mock" };
        var game = new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" };
        var rules = GameCatalog.BuiltIn.FindRules(game)!;
        var settings = JsonMap.Parse("""{"name": "greet_en", "language": "en"}""");
        var ids = Ids(episodes, shard);
        var plans = ids.Select(id => new EpisodePlan([mock], rules, game, new GameInstance
        {
            Game = "hellogame",
            Experiment = "greet_en",
            InstanceId = id,
            ExperimentProperties = settings,
            Properties = new JsonMap([new("game_id", (long)id), new("prompt", "Greet this person, and make clear that they are welcome."), new("target_name", "Ada")]),
        }));
        var run = new GameRun(
            new RunSettings { ResultsPath = folder, Shard = shard ?? new Shard(1, 1) }, (entry, token) => new MockBackend().LoadModelAsync(entry, null, token), new ResultsReader(GameCatalog.BuiltIn));
        var reused = 0;
        await foreach (var episode in run.PlayAsync(new RunPlan(ids.Length, [new RunLane(plans)]), null, default))
            reused += episode.Reused ? 1 : 0;
        return reused;
    }

    /// <summary>The instances of a part.</summary>
    /// <param name="episodes">How many episodes there are.</param>
    /// <param name="shard">The part; null for all.</param>
    /// <returns>Their numbers.</returns>
    public static int[] Ids(int episodes, Shard? shard) =>
        [.. Enumerable.Range(0, episodes).Where(id => shard is not { } part || part.Contains($"mock/hellogame/greet_en/{id}/"))];
}
