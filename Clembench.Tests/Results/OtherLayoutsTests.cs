using Clembench.Games;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Results;

/// <summary>Trees in the forms that versions of the Python framework wrote, made by hand: for a checkout without the reference data.</summary>
public sealed class OtherLayoutsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tree_of_3_3_with_bare_NaN_and_without_markers_is_read()
    {
        Write("m-t0.0/taboo/high_en/instance_00007/interactions.json", """
            {"meta": {"game_name": "taboo", "experiment_name": "high_en", "game_id": 7, "results_folder": "m-t0.0", "clem_version": "unknown"},
             "player_models": {"0": {"model_name": "m", "backend": "x"}},
             "players": {"GM": {"game_role": "Game Master", "model_name": "programmatic"}, "Player 1": {"game_role": "Describer", "model_name": "m"}},
             "turns": [[
               {"from": "GM", "to": "Player 1", "timestamp": "2025-09-01T10:00:00.000001", "action": {"type": "send message", "content": "Describe.", "label": "context"}},
               {"from": "Player 1", "to": "GM", "timestamp": "2025-09-01T10:00:01.500000", "action": {"type": "get message", "content": "CLUE x", "label": "response"}},
               {"from": "GM", "to": "GM", "timestamp": "2025-09-01T10:00:02.000001", "action": {"type": "metadata", "content": {"a": [1, NaN]}}}]],
             "Aborted": true}
            """);
        Write("m-t0.0/taboo/high_en/instance_00007/requests.json", """
            [{"timestamp": "2025-09-01T10:00:01.500000", "manipulated_prompt_obj": [{"role": "user", "content": "Describe."}], "raw_response_obj": {"text": " CLUE x "}}]
            """);
        Write("m-t0.0/taboo/high_en/instance_00007/scores.json", """
            {"turn scores": {"0": {"Accuracy": NaN}}, "episode scores": {"Aborted": 1, "Success": NaN, "Lose": NaN, "Main Score": NaN, "Request Count": 3, "Violated Request Count": 1}}
            """);

        var episode = await ReadAsync("m-t0.0/taboo/high_en/instance_00007");
        (episode.Model, episode.Game, episode.Experiment, episode.InstanceId).ShouldBe(("m-t0.0", "taboo", "high_en", 7));
        (episode.Outcome, episode.MainScore, episode.ScoredRequestCount, episode.ViolatedRequestCount).ShouldBe((Outcome.Aborted, null, 3, 1));
        episode.Duration.ShouldBe(TimeSpan.FromSeconds(2));
        episode.Scores["Main Score"].ShouldBe(double.NaN);

        var request = (await ResultsReader.ReadRequestsAsync(episode, default)).Single();
        (request.Player, request.ResponseText, request.Round).ShouldBe(("Player 1", "CLUE x", 0));
        request.ResponseJson.ShouldBe("""{"text":" CLUE x "}""");
    }

    [Fact]
    public async Task Images_are_read_from_every_place_where_they_have_been_written()
    {
        Write("m/g/e/instance_00000/interactions.json", """
            {"meta": {"game_name": "g"}, "players": {}, "turns": [[
               {"from": "GM", "to": "Player 1", "timestamp": "2025-09-01T10:00:00", "action": {"type": "send message", "content": "x", "image": ["a.png", "https://host/b.png"]}},
               {"from": "GM", "to": "Player 1", "timestamp": "2025-09-01T10:00:00", "action": {"type": "send message", "content": "x", "image": "a.png"}},
               {"from": "GM", "to": "Player 1", "timestamp": "2025-09-01T10:00:00", "action": {"type": "send message", "content": {"role": "user", "content": "x", "image": ["a.png"]}}},
               {"from": "GM", "to": "Player 1", "timestamp": "2025-09-01T10:00:00", "action": {"type": "send message", "content": "x"}}]]}
            """);
        var interactions = await ResultsReader.ReadInteractionsAsync(_folder.File("m/g/e/instance_00000"), default);
        interactions.Events.Select(e => string.Join(' ', e.Images)).ShouldBe(["a.png https://host/b.png", "a.png", "a.png", ""]);
    }

    [Fact]
    public async Task A_tree_of_the_older_guide_with_its_older_key_is_read()
    {
        Write("m-t0.0/hellogame/0_greet_en/episode_3/interactions.json", """
            {"players": {"GM": "Game master", "Player 1": "m"}, "turns": [[
               {"from": "GM", "to": "Player 1", "timestamp": "2024-03-01T10:00:00", "action": {"type": "send message", "content": "Greet."}},
               {"from": "Player 1", "to": "GM", "timestamp": "2024-03-01T10:00:01", "action": {"type": "get message", "content": "GREET: hello"}},
               {"from": "GM", "to": "GM", "timestamp": "2024-03-01T10:00:01", "action": {"type": "greeting failed", "content": "missing words=[welcome]"}}]]}
            """);
        Write("m-t0.0/hellogame/0_greet_en/episode_3/requests.json", """
            [{"timestamp": "2024-03-01T10:00:01", "modified_prompt_object": {"inputs": "[INST] Greet. [/INST]"}, "raw_response_obj": "GREET: hello</s>"}]
            """);

        var episode = await ReadAsync("m-t0.0/hellogame/0_greet_en/episode_3");
        (episode.Game, episode.Experiment, episode.InstanceId, episode.Model, episode.Outcome).ShouldBe(("hellogame", "greet_en", 3, "m-t0.0", Outcome.Lose));
        (await ResultsReader.ReadRequestsAsync(episode, default)).Single().PromptJson.ShouldContain("[INST]");
    }

    [Fact]
    public async Task A_failed_episode_of_3_7_is_an_error_with_its_cause()
    {
        Write("m/wordle/high/instance_00000/error.json", """{"timestamp": "2025-09-01T10:00:00", "error": "KeyError", "message": "'x'"}""");
        Write("m/wordle/high/instance_00000/instance.json", """{"game_id": 0}""");
        var episode = await ReadAsync("m/wordle/high/instance_00000");
        (episode.Outcome, episode.Error, episode.Game).ShouldBe((Outcome.Error, "'x'", "wordle"));
    }

    [Theory]
    [InlineData("m/wordle/0_high/instance_00000", "0_high")]
    [InlineData("m-t0.0/wordle/0_high/episode_0", "high")]
    public async Task Digits_in_front_of_an_experiment_are_its_place_in_the_older_tree_only(string folder, string experiment)
    {
        Write(folder + "/error.json", """{"timestamp": "2025-09-01T10:00:00", "error": "KeyError", "message": "'x'"}""");
        (await ReadAsync(folder)).Experiment.ShouldBe(experiment);
    }

    [Theory]
    [InlineData("[]", "interactions.json: the root is not an object")]
    [InlineData("{}", "interactions.json: there is no list 'turns'")]
    [InlineData("{\"turns\": [[{}]]}", "interactions.json: an event of turn 0 has no 'action'")]
    [InlineData("{\"turns\": ", "interactions.json, line 1, column 11: not valid JSON")]
    public async Task A_broken_record_is_named(string content, string message)
    {
        Write("m/g/e/instance_00000/interactions.json", content);
        var error = await Should.ThrowAsync<Common.ClemException>(() => ReadAsync("m/g/e/instance_00000"));
        error.Id.ShouldBe("Clem.Results.BrokenFile");
        error.Message.ShouldContain(message);
    }

    private Task<Episode> ReadAsync(string folder) => new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(_folder.File(folder), default);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), content);
    }
}
