using Clembench.Common;
using Clembench.Games;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Tests.Games;
using Clembench.Tests.Support;

namespace Clembench.Tests.Scores;

/// <summary>Records that are not what the rules write: broken off, without an instance, of other versions and of unknown games.</summary>
public sealed class OddRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Games => [.. GameCatalog.BuiltIn.Games.Select(game => game.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Games))]
    public async Task A_record_that_breaks_off_anywhere_is_scored_or_refused_in_words(string game)
    {
        var rules = GameCatalog.BuiltIn.FindRules(game)!;
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame(game).InstancePath, game, default))[0];
        var whole = (await PlayedEpisode.WithMockAsync(rules, instance)).Interactions;
        var events = whole.Events.Count();
        foreach (var (keys, withKeys) in new[] { (whole.Keys, "with keys"), (Json.JsonMap.Empty, "without keys") })
        {
            for (var length = -1; length <= events; length++)
            {
                var left = length;
                IReadOnlyList<IReadOnlyList<InteractionEvent>> rounds = length < 0 ? [] :
                [
                    .. whole.Rounds.Select(round => (IReadOnlyList<InteractionEvent>)[.. round.TakeWhile(_ => left-- > 0)]).TakeWhile((round, i) => i == 0 || round.Count > 0),
                ];
                try
                {
                    rules.Score(whole with { Rounds = rounds, Keys = keys }, instance).Number(Metrics.Aborted).ShouldNotBeNull();
                }
                catch (Exception e) when (e is not (ClemException or ShouldAssertException))
                {
                    Assert.Fail($"{game} {withKeys}, {length} of {events} events: {e}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Games))]
    public async Task A_record_without_its_instance_is_scored_or_refused_in_words_that_name_it(string game)
    {
        var rules = GameCatalog.BuiltIn.FindRules(game)!;
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame(game).InstancePath, game, default))[0];
        var played = await PlayedEpisode.WithMockAsync(rules, instance);
        Write($"m/{game}/e/instance_00000/interactions.json", Text(writer => InteractionsFile.Write(writer, played.Interactions)));
        var (score, error) = await new EpisodeScorer(GameCatalog.BuiltIn.FindRules).ScoreAllAsync([_folder.Path], update: true, default).SingleAsync();
        if (error is null)
        {
            score!.Outcome.ShouldBe(Outcome.Success);
            return;
        }

        error.Message.ShouldContain("instance_00000");
        error.Message.ShouldNotContain("NullReference");
        File.Exists(_folder.File($"m/{game}/e/instance_00000/scores.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Scores_of_newer_scorers_and_of_unknown_games_are_read()
    {
        Write("ä--b/spiel 1/Ünïcode_de/instance_00003/interactions.json", """
            {"meta": {"game_name": "spiel 1", "experiment_name": "Ünïcode_de", "game_id": "3"}, "players": {"GM": null}, "turns": [[]], "Request Count": [2], "Violated Request Count": [1]}
            """);
        Write("ä--b/spiel 1/Ünïcode_de/instance_00003/scores.json", """
            {"meta": {}, "players": {}, "round scores": {"0": {"Request Count": 2}}, "episode scores": {"Request Count": 2, "Violated Request Count": 1, "Aborted": 0, "Lose": 0, "Success": 1, "Main Score": 12.5}}
            """);
        var folder = _folder.File("ä--b/spiel 1/Ünïcode_de/instance_00003");
        var episode = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(folder, default);
        (episode.Model, episode.Game, episode.Experiment, episode.InstanceId, episode.Outcome, episode.MainScore, episode.RequestCount)
            .ShouldBe(("ä--b", "spiel 1", "Ünïcode_de", 3, Outcome.Success, 12.5, 2));
        ScoresFile.Read(Json.PythonJson.Parse(await File.ReadAllBytesAsync(Path.Join(folder, "scores.json")))).Turns[0]["Request Count"].ShouldBe(2L);
        var (_, error) = await new EpisodeScorer(GameCatalog.BuiltIn.FindRules).ScoreAllAsync([_folder.Path], update: true, default).SingleAsync();
        error!.Id.ShouldBe(EpisodeScorer.NoRules);
    }

    [Fact]
    public async Task Folders_of_pairs_in_the_older_layout_with_nothing_or_little_in_them_do_no_harm()
    {
        Directory.CreateDirectory(_folder.File("a-t0.0--b-t0.0/taboo/2_low_en"));
        Directory.CreateDirectory(_folder.File("a-t0.0--b-t0.0/taboo/0_high_en/episode_1"));
        Write("a-t0.0--b-t0.0/taboo/0_high_en/experiment_high_en.json", "{}");
        Write("a-t0.0--b-t0.0/taboo/0_high_en/episode_0/interactions.json", """
            {"meta": {"dialogue_pair": "a-t0.0--b-t0.0"}, "players": {"GM": "Game master for taboo", "Player 1": "a", "Player 2": "b"}, "turns": [[
               {"from": "GM", "to": "Player 1", "timestamp": "2024-03-01T10:00:00", "action": {"type": "send message", "content": null}},
               {"from": "Player 1", "to": "GM", "timestamp": null, "action": {"type": "get message", "content": "?"}},
               {"from": "GM", "to": "GM", "action": {"type": "invalid format", "content": "abort game"}}]]}
            """);
        var (score, error) = await new EpisodeScorer(GameCatalog.BuiltIn.FindRules).ScoreAllAsync([_folder.Path], update: false, default).SingleAsync();
        error.ShouldBeNull();
        (score!.Model, score.Game, score.Experiment, score.InstanceId, score.Outcome, score.MainScore).ShouldBe(("a-t0.0--b-t0.0", "taboo", "high_en", 0, Outcome.Aborted, null));
    }

    private static string Text(Action<System.Text.Json.Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer, Json.JsonFormat.Indented))
            write(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), content);
    }
}
