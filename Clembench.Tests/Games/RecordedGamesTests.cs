using Clembench.Games;
using Clembench.Games.Codenames;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Tests.Support;
using Xunit.Abstractions;

namespace Clembench.Tests.Games;

/// <summary>
/// Every game whose rules are known, against all episodes that Python clemcore recorded of it: scored again, and played
/// again with the recorded responses.
/// </summary>
public sealed class RecordedGamesTests(RecordedGamesTests.Trees trees, ITestOutputHelper output) : IClassFixture<RecordedGamesTests.Trees>
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var game in GameCatalog.BuiltIn.Games)
            {
                cases.Add(game.Name, "clemcore-3.3");
                cases.Add(game.Name, "clemcore-3.7");
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Every_recorded_episode_scores_as_recorded(string game, string archive)
    {
        var rules = GameCatalog.BuiltIn.FindRules(game)!;
        var count = 0;
        foreach (var (folder, interactions, instance) in await trees.ReadAsync(archive, game))
        {
            if (await RecordedScoresAsync(folder) is not { } recorded)
                continue;
            ShouldHave(rules.Score(interactions, rules.IsScoredByDialogueAlone ? WithoutProperties(instance) : instance), recorded, folder);
            count++;
        }

        output.WriteLine($"{archive} {game}: {count} episodes scored as recorded");
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Recorded_responses_give_the_recorded_episode(string game, string archive)
    {
        var rules = GameCatalog.BuiltIn.FindRules(game)!;
        var count = 0;
        foreach (var (folder, recorded, instance) in await trees.ReadAsync(archive, game))
        {
            var models = recorded.Players.Where(player => player.Model != "programmatic").Select(player => player.Name).ToHashSet();
            var responses = recorded.Events.Where(e => e is { Type: "get message", Label: not "pseudo" } && models.Contains(e.From)).Select(e => (string)e.Content!);

            var played = await PlayedEpisode.WithResponsesAsync(WithRecordedChance(rules, recorded), instance, responses);

            string.Join('\n', played.Interactions.Events.Select(Essence)).ShouldBe(string.Join('\n', recorded.Events.Select(Essence)), folder);
            played.Interactions.Players.Select(player => (player.Name, player.Role)).ShouldBe(recorded.Players.Select(player => (player.Name, player.Role)), folder);
            foreach (var (key, value) in recorded.Keys)
                JsonData.ToJson(played.Interactions.Keys[key]).ShouldBe(JsonData.ToJson(value), $"{key} of {folder}");
            if (await RecordedScoresAsync(folder) is { } scores)
                ShouldHave(played.Scores, scores, folder);
            count++;
        }

        output.WriteLine($"{archive} {game}: {count} episodes played as recorded");
    }

    [SkippableTheory]
    [InlineData("clemcore-3.3", 2_097, 2_067)]
    [InlineData("clemcore-3.7", 399, 389)]
    public async Task No_recorded_episode_is_left_out(string archive, int episodes, int scored)
    {
        var read = new List<string>();
        foreach (var game in GameCatalog.BuiltIn.Games)
            read.AddRange((await trees.ReadAsync(archive, game.Name)).Select(episode => episode.Folder));

        read.Count.ShouldBe(episodes);
        read.Distinct().Count().ShouldBe(episodes);
        read.Count(folder => File.Exists(Path.Join(folder, "scores.json"))).ShouldBe(scored);
    }

    private static GameInstance WithoutProperties(GameInstance instance) =>
        instance with { Properties = JsonMap.Empty, ExperimentProperties = JsonMap.Empty };

    // What the game itself drew by lot in the recorded episode, it draws again.
    private static IGame WithRecordedChance(IGame rules, Interactions recorded)
    {
        if (rules is not CodenamesGame)
            return rules;
        var revealed = new Queue<string>(recorded.Events.Where(e => e.Type == "opponent revealed").Select(e => (string)((JsonMap)e.Content!)["word"]!));
        return new CodenamesGame((_, _) => revealed.Dequeue());
    }

    private static string Essence(InteractionEvent e) =>
        $"{e.Turn} {e.From} > {e.To} [{e.Label}] {e.Type}: {JsonData.ToJson(e.Content)}";

    private static async Task<EpisodeScores?> RecordedScoresAsync(string folder)
    {
        var file = Path.Join(folder, "scores.json");
        return File.Exists(file) ? ScoresFile.Read(PythonJson.Parse(await File.ReadAllBytesAsync(file))) : null;
    }

    // Ours may have metrics beside the recorded ones, never others in their place.
    private static void ShouldHave(EpisodeScores scores, EpisodeScores recorded, string folder)
    {
        Select(scores.Episode, recorded.Episode).ShouldBe(JsonData.ToJson(recorded.Episode), folder);
        scores.Turns.Keys.ShouldBe(recorded.Turns.Keys, folder);
        scores.RepeatsHead.ShouldBe(recorded.RepeatsHead, folder);
        foreach (var (turn, metrics) in recorded.Turns)
            Select(scores.Turns[turn], metrics).ShouldBe(JsonData.ToJson(metrics), $"turn {turn} of {folder}");
    }

    private static string Select(JsonMap scores, JsonMap recorded) => JsonData.ToJson(new JsonMap(scores.Where(score => recorded.ContainsKey(score.Key))));

    /// <summary>The recorded trees, each unpacked once.</summary>
    public sealed class Trees : IDisposable
    {
        private readonly Dictionary<string, TemporaryFolder> _folders = [];

        internal async Task<IReadOnlyList<(string Folder, Interactions Interactions, GameInstance Instance)>> ReadAsync(string archive, string game)
        {
            if (!_folders.TryGetValue(archive, out var tree))
                _folders.Add(archive, tree = ReferenceData.Unpack(archive));
            var episodes = new List<(string, Interactions, GameInstance)>();
            foreach (var model in Directory.EnumerateDirectories(tree.Path).Order(StringComparer.Ordinal))
            {
                var folder = Path.Join(model, game);
                foreach (var episode in Directory.Exists(folder) ? ResultsReader.FindEpisodeFolders(folder) : [])
                {
                    var interactions = await ResultsReader.ReadInteractionsAsync(episode, default);
                    var instance = await ResultsReader.ReadInstanceAsync(episode, interactions.Meta, default);
                    episodes.Add((episode, interactions, instance with { Source = LayOut(game) }));
                }
            }

            return episodes;
        }

        // Where the instance would lie in a checkout: games with texts of their own look for them from there.
        private string? LayOut(string game)
        {
            if (!Directory.Exists(ReferenceData.Get("resources/" + game, optional: true)))
                return null;
            if (!_folders.TryGetValue(game, out var folder))
            {
                _folders.Add(game, folder = new TemporaryFolder());
                Directory.CreateSymbolicLink(folder.File("resources"), ReferenceData.Get("resources/" + game));
            }

            return Path.Join(folder.Path, "in", "instances.json");
        }

        public void Dispose()
        {
            foreach (var folder in _folders.Values)
                folder.Dispose();
        }
    }
}
