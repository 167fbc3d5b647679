using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.Tests.Runs;

/// <summary>What a run records and recognises: folders, files, what is reused and what is played anew.</summary>
public sealed class GameRunTests : GameRunFixture
{
    [Theory]
    [InlineData(ResultsLayout.Current, "mock/hellogame/greet_en/instance_00001",
        "completed.json,instance.json,interactions.json,player_1.requests.json,player_2.requests.json,scores.json")]
    [InlineData(ResultsLayout.Seed, "mock-t0.0/hellogame/0_greet_en/episode_1",
        "completed.json,instance.json,interactions.json,requests.json,scores.json")]
    public async Task An_episode_is_recorded_in_its_layout(ResultsLayout layout, string folder, string files)
    {
        var episodes = await PlayAsync(Plans(3), Settings() with { Layout = layout });

        episodes.Select(episode => episode.Outcome).ShouldAllBe(outcome => outcome == Outcome.Success);
        var path = Results.File(folder);
        string.Join(',', Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)).ShouldBe(files);
        episodes.Single(episode => episode.InstanceId == 1).Path.ShouldBe(path);

        var read = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(path, default);
        var played = episodes.Single(episode => episode.InstanceId == 1);
        (read with { Duration = default, Scores = JsonMap.Empty }).ShouldBe(played with { Duration = default, Scores = JsonMap.Empty });
        JsonData.ToJson(read.Scores).ShouldBe(JsonData.ToJson(played.Scores));
    }

    [Fact]
    public async Task Complete_episodes_are_reused_and_half_ones_played_again()
    {
        var first = await PlayAsync(Plans(5), Settings());
        first.ShouldAllBe(episode => !episode.Reused);

        // What a killed process leaves: a folder that was never renamed, and one whose marker is missing.
        var half = first.Single(episode => episode.InstanceId == 2).Path;
        File.Delete(Path.Join(half, "completed.json"));
        var partial = Path.Join(Path.GetDirectoryName(half), ".instance_00002.partial");
        Directory.CreateDirectory(partial);
        await File.WriteAllTextAsync(Path.Join(partial, "interactions.json"), "{\"meta\": ");

        var second = await PlayAsync(Plans(5), Settings());
        second.Count(episode => episode.Reused).ShouldBe(4);
        second.Single(episode => !episode.Reused).InstanceId.ShouldBe(2);
        Directory.Exists(partial).ShouldBeFalse();
        (await PlayAsync(Plans(5), Settings())).ShouldAllBe(episode => episode.Reused);
        (await PlayAsync(Plans(5), Settings() with { Force = true })).ShouldAllBe(episode => !episode.Reused);
    }

    [Fact]
    public async Task A_changed_instance_model_or_setting_is_played_again()
    {
        await PlayAsync(Plans(1), Settings());

        var otherInstance = Plans(1).Select(plan => plan with { Instance = Instance(0, "Somebody else") });
        (await PlayAsync([.. otherInstance], Settings())).ShouldAllBe(episode => !episode.Reused);
        await PlayAsync(Plans(1), Settings());

        var otherEntry = Mock with { Properties = JsonMap.Parse("""{"model_name": "mock", "backend": "mock", "model_config": {"x": 1}}""") };
        (await PlayAsync(Plans(1, otherEntry), Settings())).ShouldAllBe(episode => !episode.Reused);
        (await PlayAsync(Plans(1, otherEntry with { Source = "elsewhere.json" }), Settings())).ShouldAllBe(episode => episode.Reused);
    }

    [Fact]
    public async Task A_complete_episode_with_other_generation_settings_is_neither_reused_nor_replaced()
    {
        var before = (await PlayAsync(Plans(2), Settings())).Select(episode => File.GetLastWriteTimeUtc(Path.Join(episode.Path, "completed.json"))).ToArray();
        var reports = new List<RunProgress>();
        var warm = Settings() with { Generation = new GenerationOptions(Temperature: 0.7) };
        (await PlayAsync(Plans(3), warm, progress: new Collector(reports))).Single().InstanceId.ShouldBe(2);
        reports[^1].ShouldSatisfyAllConditions(last => last.Done.ShouldBe(3), last => last.Kept.ShouldBe(2), last => last.Played.ShouldBe(1));
        (await PlayAsync(Plans(2), Settings())).ShouldAllBe(episode => episode.Reused);
        (await PlayAsync(Plans(2), warm with { Force = true })).ShouldAllBe(episode => !episode.Reused);
        (await PlayAsync(Plans(2), warm)).ShouldAllBe(episode => episode.Reused);
        before.ShouldAllBe(time => time > DateTime.UnixEpoch);
    }

    [Fact]
    public async Task A_preview_says_what_would_become_of_every_episode_and_writes_nothing()
    {
        await PlayAsync(Plans(2), Settings());
        var changed = Plans(4);
        changed[1] = changed[1] with { Instance = Instance(1, "Somebody else") };
        var files = Directory.GetFileSystemEntries(Results.Path, "*", SearchOption.AllDirectories).Order().ToArray();
        var run = new GameRun(Settings(), (_, _) => throw new InvalidOperationException("No model is loaded."), new ResultsReader(GameCatalog.BuiltIn));
        (await run.PreviewAsync(new RunPlan(4, [new RunLane(changed)]), default)).ShouldBe(
            [new RunPreview("mock", "hellogame", "greet_en") { New = 2, Reused = 1, Replaced = 1 }]);
        Directory.GetFileSystemEntries(Results.Path, "*", SearchOption.AllDirectories).Order().ShouldBe(files);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_cleared_away()
    {
        var parent = Path.Join(Results.Path, "mock/hellogame/greet_en");
        foreach (var leftOver in (string[])[".instance_00000.partial", ".instance_00000.partial.old"])
        {
            Directory.CreateDirectory(Path.Join(parent, leftOver));
            await File.WriteAllTextAsync(Path.Join(parent, leftOver, "scores.json"), "{");
        }

        (await PlayAsync(Plans(1), Settings() with { Durable = true })).Single().Outcome.ShouldBe(Outcome.Success);
        Directory.GetDirectories(parent).Select(Path.GetFileName).ShouldBe(["instance_00000"]);
    }

    [Fact]
    public async Task A_secret_in_an_entry_is_not_recorded()
    {
        var entry = Mock with { Properties = JsonMap.Parse("""{"model_name": "mock", "backend": "mock", "api_key": "s3cret", "model_config": {"token": "s3cret", "x": [{"password": "s3cret"}]}}""") };
        await PlayAsync(Plans(2, entry), Settings());
        foreach (var file in Directory.EnumerateFiles(Results.Path, "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(file)).ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".hidden")]
    public async Task A_name_that_would_leave_theResults_folder_is_refused(string name)
    {
        var error = await Should.ThrowAsync<ClemException>(() => PlayAsync(Plans(1, Mock with { Name = name }), Settings()));
        error.Id.ShouldBe("Clem.Results.UnusableName");
    }

    [Fact]
    public void Shards_part_the_episodes()
    {
        var plans = Plans(500).Select(plan => plan.ToString()).ToArray();
        var parts = Enumerable.Range(1, 4).Select(number => plans.Where(Shard.Parse($"{number}/4").Contains).ToArray()).ToArray();
        parts.SelectMany(part => part).ShouldBe(plans, ignoreOrder: true);
        parts.ShouldAllBe(part => part.Length > 80);
        foreach (var text in (string[])["0/4", "5/4", "1", "a/b", "1/4/2", "-1/4"])
            Should.Throw<ClemException>(() => Shard.Parse(text)).Id.ShouldBe("Clem.Run.BadShard");
    }

    [Fact]
    public async Task Repeats_and_line_ups_have_folders_of_their_own()
    {
        var plans = Plans(1).SelectMany(plan => new[] { plan with { Repeat = 1 }, plan with { Repeat = 2 } }).ToArray();
        var episodes = await PlayAsync(plans, Settings());
        episodes.Select(episode => (episode.Repeat, Path.GetRelativePath(Results.Path, episode.Path))).Order().ShouldBe(
        [
            (1, "mock/epoch_00001/hellogame/greet_en/instance_00000"),
            (2, "mock/epoch_00002/hellogame/greet_en/instance_00000"),
        ]);
        var read = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(episodes[0].Path, default);
        (read.Model, read.Repeat).ShouldBe(("mock", episodes[0].Repeat));

        ResultsFolders.ForModels(ResultsLayout.Current, ["a", "b"], 0).ShouldBe("a--b");
        ResultsFolders.ForModels(ResultsLayout.Seed, ["a", "b"], 0).ShouldBe("a-t0.0--b-t0.0");
        ResultsFolders.ForModels(ResultsLayout.Current, ["a", "b", "c"], 0).ShouldBe("group-3p-c1d9fae9");
    }
}
