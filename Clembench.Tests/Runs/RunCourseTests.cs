using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.Tests.Runs;

/// <summary>How a run goes: which episode comes when, limits, models that fail or cannot be loaded, stopping, progress.</summary>
public sealed class RunCourseTests : GameRunFixture
{
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
        Directory.EnumerateFiles(Results.Path, "*.lock", SearchOption.AllDirectories).ShouldBeEmpty();
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
        Directory.Exists(Results.File("unloadable")).ShouldBeFalse();

        (await PlayAsync(Plans(5, unloadable), Settings())).ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        (await PlayAsync(Plans(6, unloadable), Settings(), load)).ShouldAllBe(episode => episode.Reused);
    }

    [Fact]
    public async Task A_model_that_is_being_loaded_holds_up_no_other_in_a_run_with_limits()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = new ModelEntry { Name = "slow", Backend = "mock" };
        ModelLoader load = async (entry, token) =>
        {
            if (entry.Name == "slow")
                await gate.Task.WaitAsync(token);
            return await new MockBackend().LoadModelAsync(entry, null, token);
        };
        var plan = new RunPlan(8, [new RunLane(Plans(4, slow)), new RunLane(Plans(4))]);
        var settings = Settings() with { Limits = new RunLimits(MaxEpisodes: 8) };
        var played = new List<string>();

        await foreach (var episode in new GameRun(settings, load, new ResultsReader(GameCatalog.BuiltIn)).PlayAsync(plan, null, default))
        {
            played.Add(episode.Model);
            // All of the other model's are played before the first one can be.
            if (played.Count == 4)
                gate.SetResult();
        }

        played.ShouldBe([.. Enumerable.Repeat("mock", 4), .. Enumerable.Repeat("slow", 4)]);
    }

    [Fact]
    public async Task Places_of_a_limit_that_a_model_turns_out_not_to_need_go_to_the_next_ones()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var broken = new ModelEntry { Name = "broken", Backend = "mock" };
        ModelLoader load = async (entry, token) =>
        {
            if (entry.Name != "broken")
                return await new MockBackend().LoadModelAsync(entry, null, token);
            await gate.Task.WaitAsync(token);
            throw new ClemException("Clem.Llama.NotFound", ErrorKind.NotAvailable, "The libraries are not here.");
        };
        // The limit is reached while the first model is being loaded: nobody knows yet whether its places are taken.
        var playing = PlayAsync([.. Plans(2, broken), .. Plans(4)], Settings() with { ThrottleLimit = 6, Limits = new RunLimits(MaxEpisodes: 2) }, load);
        gate.SetResult();

        (await playing).Select(episode => (episode.Model, episode.InstanceId)).Order().ShouldBe([("mock", 0), ("mock", 1)]);
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
        var results = Results.File("deep/results");
        ModelLoader load = (_, _) => throw new InvalidOperationException("broken");
        var reports = new List<RunProgress>();
        (await PlayAsync(Plans(3), Settings() with { ResultsPath = results }, load, new Collector(reports))).ShouldBeEmpty();
        reports[^1].LoadFailures.Single().Error.Id.ShouldBe("Clem.Run.ModelNotLoaded");
        Directory.Exists(Results.File("deep")).ShouldBeFalse();
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
        Directory.EnumerateDirectories(Results.Path, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
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
}
