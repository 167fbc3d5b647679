using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Tests.Support;

namespace Clembench.Tests.Runs;

public sealed class GameRunTests : IDisposable
{
    private static readonly ModelEntry Mock = new() { Name = "mock", Backend = "mock" };
    private readonly TemporaryFolder _results = new();

    [Theory]
    [InlineData(ResultsLayout.Current, "mock/hellogame/greet_en/instance_00001",
        "completed.json,instance.json,interactions.json,player_1.requests.json,player_2.requests.json,scores.json")]
    [InlineData(ResultsLayout.Seed, "mock-t0.0/hellogame/0_greet_en/episode_1",
        "completed.json,instance.json,interactions.json,requests.json,scores.json")]
    public async Task An_episode_is_recorded_in_its_layout(ResultsLayout layout, string folder, string files)
    {
        var episodes = await PlayAsync(Plans(3), Settings() with { Layout = layout });

        episodes.Select(episode => episode.Outcome).ShouldAllBe(outcome => outcome == Outcome.Success);
        var path = _results.File(folder);
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
        var files = Directory.GetFileSystemEntries(_results.Path, "*", SearchOption.AllDirectories).Order().ToArray();
        var run = new GameRun(Settings(), (_, _) => throw new InvalidOperationException("No model is loaded."), new ResultsReader(GameCatalog.BuiltIn));
        (await run.PreviewAsync(new RunPlan(4, [new RunLane(changed)]), default)).ShouldBe(
            [new RunPreview("mock", "hellogame", "greet_en") { New = 2, Reused = 1, Replaced = 1 }]);
        Directory.GetFileSystemEntries(_results.Path, "*", SearchOption.AllDirectories).Order().ShouldBe(files);
    }

    [Fact]
    public async Task A_slow_model_does_not_starve_the_others()
    {
        var release = new TaskCompletionSource();
        ModelLoader load = (entry, _) => Task.FromResult<IModel>(entry.Name == "slow"
            ? new WaitingModel("slow", release.Task)
            : new ProgrammaticModel(entry.Name, _ => "GREET: hello, welcome Ada"));
        var lanes = new[] { "slow", "b", "c" }.Select(name => new RunLane(Plans(50, Mock with { Name = name }))).ToArray();
        var ended = new List<string>();
        await foreach (var episode in new GameRun(Settings() with { ThrottleLimit = 6 }, load, new ResultsReader(GameCatalog.BuiltIn))
            .PlayAsync(new RunPlan(150, lanes), null, default))
        {
            ended.Add(episode.Model);
            if (ended.Count == 100)
                release.SetResult();
        }

        ended.Take(100).ShouldNotContain("slow");
        ended.Count(name => name == "slow").ShouldBe(50);
    }

    [Fact]
    public async Task A_lane_of_one_at_a_time_is_played_one_at_a_time_and_whole()
    {
        int now = 0, most = 0;
        ModelLoader load = (entry, _) => Task.FromResult<IModel>(new ProgrammaticModel(entry.Name, _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            Thread.Sleep(2);
            Interlocked.Decrement(ref now);
            return "GREET: hello, welcome Ada";
        }));
        var count = 0;
        await foreach (var _ in new GameRun(Settings() with { ThrottleLimit = 8 }, load, new ResultsReader(GameCatalog.BuiltIn))
            .PlayAsync(new RunPlan(20, [new RunLane(Plans(20), MostAtOnce: 1)]), null, default))
            count++;
        (count, most).ShouldBe((20, 1));
    }

    [Theory]
    [InlineData(7, null)]
    [InlineData(null, 0.5)]
    public async Task A_run_stops_at_its_limit_and_the_same_command_continues(int? episodes, double? cost)
    {
        // Each episode costs 0.1: 100,000 tokens of a price of 1 for a million.
        var priced = Mock with { Properties = JsonMap.Parse("""{"model_name": "mock", "backend": "mock", "pricing": {"prompt": 1, "completion": 0}}""") };
        ModelLoader load = (entry, _) => Task.FromResult<IModel>(new TokenModel(entry.Name, 100_000));
        var settings = Settings() with { ThrottleLimit = 1, Limits = new RunLimits(episodes, (decimal?)cost) };
        var reports = new List<RunProgress>();
        var first = await PlayAsync(Plans(12, priced), settings, load, new Collector(reports));
        first.Count.ShouldBe(episodes ?? 5);
        first.ShouldAllBe(episode => episode.Cost == 0.1m);
        reports[^1].Stopped.ShouldNotBeNull().ShouldContain(episodes is null ? "-MaxCost" : "-MaxEpisodes");

        var second = await PlayAsync(Plans(12, priced), settings, load);
        second.Count(episode => episode.Reused).ShouldBe(first.Count);
        second.Where(episode => episode.Reused).ShouldAllBe(episode => episode.Cost == 0.1m);
        second.Count(episode => !episode.Reused).ShouldBe(Math.Min(first.Count, 12 - first.Count));
    }

    [Fact]
    public async Task Nobody_else_plays_the_same_episodes_meanwhile()
    {
        async Task<string?> SecondAsync(Shard shard)
        {
            try
            {
                await PlayAsync(Plans(3), Settings() with { Shard = shard, Force = true });
                return null;
            }
            catch (ClemException error)
            {
                return error.Id;
            }
        }

        var run = new GameRun(Settings() with { Shard = new Shard(1, 2) }, (entry, token) => new MockBackend().LoadModelAsync(entry, null, token), new ResultsReader(GameCatalog.BuiltIn));
        await foreach (var _ in run.PlayAsync(new RunPlan(200, [new RunLane(Plans(200))]), null, default))
        {
            (await SecondAsync(new Shard(1, 1))).ShouldBe("Clem.Run.AlreadyRunning");
            (await SecondAsync(new Shard(1, 2))).ShouldBe("Clem.Run.AlreadyRunning");
            (await SecondAsync(new Shard(2, 3))).ShouldBe("Clem.Run.AlreadyRunning");
            (await SecondAsync(new Shard(2, 2))).ShouldBeNull();
            break;
        }

        (await SecondAsync(new Shard(1, 1))).ShouldBeNull();
        Directory.EnumerateFiles(_results.Path, "*.lock", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_process_left_is_cleared_away()
    {
        var parent = Path.Join(_results.Path, "mock/hellogame/greet_en");
        foreach (var leftOver in (string[])[".instance_00000.partial", ".instance_00000.partial.old"])
        {
            Directory.CreateDirectory(Path.Join(parent, leftOver));
            await File.WriteAllTextAsync(Path.Join(parent, leftOver, "scores.json"), "{");
        }

        (await PlayAsync(Plans(1), Settings() with { Durable = true })).Single().Outcome.ShouldBe(Outcome.Success);
        Directory.GetDirectories(parent).Select(Path.GetFileName).ShouldBe(["instance_00000"]);
    }

    [Fact]
    public async Task A_model_that_plays_both_roles_is_loaded_once()
    {
        var loaded = 0;
        ModelLoader load = (entry, token) =>
        {
            Interlocked.Increment(ref loaded);
            return new MockBackend().LoadModelAsync(entry, null, token);
        };
        var plans = Plans(4).Select(plan => plan with { Models = [Mock with { }, Mock with { }] }).ToArray();
        await PlayAsync(plans, Settings(), load);
        loaded.ShouldBe(1);
    }

    [Fact]
    public async Task A_failing_model_ends_its_episodes_alone_and_leaves_the_dialogue()
    {
        var broken = Mock with { Name = "broken" };
        ModelLoader load = (entry, _) => Task.FromResult<IModel>(new ProgrammaticModel(entry.Name, messages =>
            entry.Name == "broken" ? throw new ClemException("Clem.Backend.ServerError", ErrorKind.Connection, "It is down.") : "GREET: hello, welcome Ada"));

        var episodes = await PlayAsync([.. Plans(2), .. Plans(2, broken)], Settings(), load);

        episodes.Where(episode => episode.Model == "mock").ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        var failed = episodes.Where(episode => episode.Model == "broken").ToArray();
        failed.Length.ShouldBe(2);
        failed.ShouldAllBe(episode => episode.Outcome == Outcome.Error && episode.Error == "It is down." && episode.MainScore == null);
        File.Exists(Path.Join(failed[0].Path, "interactions.json")).ShouldBeFalse();
        var said = await ResultsReader.ReadInteractionsAsync(failed[0].Path, default);
        said.Events.Single().Type.ShouldBe("send message");
        said.Meta.Completed.ShouldBeNull();

        var read = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(failed[0].Path, default);
        (read.Outcome, read.Error).ShouldBe((Outcome.Error, "It is down."));

        // The next run plays them again, and what the failure left is gone.
        var again = await PlayAsync(Plans(2, broken), Settings(), (entry, token) => new MockBackend().LoadModelAsync(entry, null, token));
        again.ShouldAllBe(episode => episode.Outcome == Outcome.Success && !episode.Reused);
        File.Exists(Path.Join(failed[0].Path, "error.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_told_once_and_leaves_nothing()
    {
        var unloadable = Mock with { Name = "unloadable" };
        var attempts = 0;
        ModelLoader load = (entry, token) =>
        {
            if (entry.Name != "unloadable")
                return new MockBackend().LoadModelAsync(entry, null, token);
            Interlocked.Increment(ref attempts);
            throw new ClemException("Clem.Llama.NotFound", ErrorKind.NotAvailable, "The libraries are not here.", "Install them.");
        };
        var reports = new List<RunProgress>();

        var episodes = await PlayAsync([.. Plans(5, unloadable), .. Plans(2)], Settings() with { Limits = new RunLimits(MaxEpisodes: 2) }, load, new Collector(reports));

        // The limit is on what is played: the other model's episodes are.
        episodes.Select(episode => (episode.Model, episode.Outcome)).ShouldBe([("mock", Outcome.Success), ("mock", Outcome.Success)]);
        attempts.ShouldBe(1);
        var failure = reports[^1].LoadFailures.ShouldHaveSingleItem();
        (failure.Model, failure.Error.Id, failure.Error.Action).ShouldBe(("unloadable", "Clem.Llama.NotFound", "Install them."));
        failure.Error.Message.ShouldBe("The model 'unloadable' cannot be loaded: The libraries are not here.");
        reports[^1].ShouldSatisfyAllConditions(last => last.NotStarted.ShouldBe(5), last => last.Played.ShouldBe(2), last => last.Failed.ShouldBe(0));
        Directory.Exists(_results.File("unloadable")).ShouldBeFalse();

        (await PlayAsync(Plans(5, unloadable), Settings())).ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        (await PlayAsync(Plans(6, unloadable), Settings(), load)).ShouldAllBe(episode => episode.Reused);
    }

    [Fact]
    public async Task A_run_whose_time_is_over_begins_nothing_more()
    {
        var reports = new List<RunProgress>();
        await PlayAsync(Plans(2), Settings());
        var clock = new LeapingTime();
        ModelLoader load = (entry, token) =>
        {
            clock.Leap(TimeSpan.FromMinutes(3));
            return new MockBackend().LoadModelAsync(entry, null, token);
        };
        var limited = Settings() with { ThrottleLimit = 1, Clock = clock, Limits = new RunLimits(MaxTime: TimeSpan.FromMinutes(2)) };

        // The first one begins in time; complete ones cost none.
        var episodes = await PlayAsync(Plans(6), limited, load, new Collector(reports));

        episodes.Count(episode => !episode.Reused).ShouldBe(1);
        episodes.Count(episode => episode.Reused).ShouldBe(2);
        reports[^1].Stopped.ShouldBe("it has lasted 2 minute(s).");
    }

    [Fact]
    public async Task A_run_of_nothing_but_unloadable_models_makes_no_folder()
    {
        var results = _results.File("deep/results");
        ModelLoader load = (_, _) => throw new InvalidOperationException("broken");
        var reports = new List<RunProgress>();
        (await PlayAsync(Plans(3), Settings() with { ResultsPath = results }, load, new Collector(reports))).ShouldBeEmpty();
        reports[^1].LoadFailures.Single().Error.Id.ShouldBe("Clem.Run.ModelNotLoaded");
        Directory.Exists(_results.File("deep")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_secret_in_an_entry_is_not_recorded()
    {
        var entry = Mock with { Properties = JsonMap.Parse("""{"model_name": "mock", "backend": "mock", "api_key": "s3cret", "model_config": {"token": "s3cret", "x": [{"password": "s3cret"}]}}""") };
        await PlayAsync(Plans(2, entry), Settings());
        foreach (var file in Directory.EnumerateFiles(_results.Path, "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(file)).ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Stopping_the_consumer_stops_the_run()
    {
        var started = 0;
        ModelLoader load = (entry, _) => Task.FromResult<IModel>(new ProgrammaticModel(entry.Name, _ =>
        {
            Interlocked.Increment(ref started);
            return "GREET: hello, welcome Ada";
        }));
        await foreach (var _ in new GameRun(Settings() with { ThrottleLimit = 2 }, load, new ResultsReader(GameCatalog.BuiltIn)).PlayAsync(new RunPlan(5000, [new RunLane(Plans(5000))]), null, default))
            break;
        started.ShouldBeLessThan(1000);
        Directory.EnumerateDirectories(_results.Path, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_counts_every_episode()
    {
        var reports = new List<RunProgress>();
        await PlayAsync(Plans(3), Settings());
        var run = new GameRun(Settings(), (entry, token) => new MockBackend().LoadModelAsync(entry, null, token), new ResultsReader(GameCatalog.BuiltIn));
        await foreach (var _ in run.PlayAsync(new RunPlan(5, [new RunLane(Plans(5))]), new Collector(reports), default))
        {
        }

        reports.Count.ShouldBe(5);
        reports[^1].ShouldSatisfyAllConditions(
            last => last.Done.ShouldBe(5), last => last.Reused.ShouldBe(3), last => last.Failed.ShouldBe(0), last => last.Remaining.ShouldBe(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".hidden")]
    public async Task A_name_that_would_leave_the_results_folder_is_refused(string name)
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
        episodes.Select(episode => (episode.Repeat, Path.GetRelativePath(_results.Path, episode.Path))).Order().ShouldBe(
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

    public void Dispose() => _results.Dispose();

    private RunSettings Settings() => new() { ResultsPath = _results.Path, ThrottleLimit = 4 };

    private static async Task<List<Episode>> PlayAsync(IReadOnlyCollection<EpisodePlan> plans, RunSettings settings, ModelLoader? load = null, IProgress<RunProgress>? progress = null)
    {
        load ??= (entry, token) => new MockBackend().LoadModelAsync(entry, null, token);
        var episodes = new List<Episode>();
        await foreach (var episode in new GameRun(settings, load, new ResultsReader(GameCatalog.BuiltIn)).PlayAsync(new RunPlan(plans.Count, [new RunLane(plans)]), progress, default))
            episodes.Add(episode);
        return episodes;
    }

    private sealed class LeapingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Leap(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }

    private static EpisodePlan[] Plans(int count, ModelEntry? model = null) =>
    [
        .. Enumerable.Range(0, count).Select(id => new EpisodePlan(
            [model ?? Mock], new HelloGame(), new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" }, Instance(id, "Ada"))),
    ];

    private static GameInstance Instance(int id, string name) => new()
    {
        Game = "hellogame",
        Experiment = "greet_en",
        InstanceId = id,
        Properties = new JsonMap([new("game_id", (long)id), new("prompt", "Greet them."), new("target_name", name)]),
        ExperimentProperties = JsonMap.Parse("""{"name": "greet_en", "language": "en"}"""),
    };

    private sealed class Collector(List<RunProgress> reports) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => reports.Add(value);
    }

    private sealed class WaitingModel(string name, Task release) : IModel
    {
        public string Name { get; } = name;

        public async Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            await release.WaitAsync(cancellationToken);
            return await new ProgrammaticModel(Name, _ => "GREET: hello, welcome Ada").GenerateAsync(messages, options, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class TokenModel(string name, long promptTokens) : IModel
    {
        public string Name { get; } = name;

        public async Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
            (await new ProgrammaticModel(Name, _ => "GREET: hello, welcome Ada").GenerateAsync(messages, options, cancellationToken))
                with
            { PromptTokens = promptTokens, CompletionTokens = 10 };

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
