using System.Diagnostics;
using System.Globalization;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Backends.Llama.Worker;
using Clembench.Common;
using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Llama;

/// <summary>A model's process that ends unasked, and what becomes of the session, its calls and its runs.</summary>
public sealed class WorkerEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_killed_process_ends_its_calls_with_an_error_to_repeat_and_the_next_call_starts_another()
    {
        await using var engine = await LoadAsync();
        for (var round = 0; round < 4; round++)
        {
            var id = engine.ProcessId!.Value;
            var markers = Enumerable.Range(0, 5).Select(i => _folder.File($"call {round} {i}")).ToArray();
            var waiting = markers.Select(marker => engine.CompleteAsync(new(WorkerEngineTests.Tokens($"wait {marker}"), 10), default)).ToArray();
            await ModelProcessCommand.UntilAsync(() => markers.All(File.Exists));
            await ModelProcessCommand.KillAsync(id);
            foreach (var call in waiting)
            {
                var error = await Should.ThrowAsync<ModelCallException>(() => call);
                (error.Id, error.IsTransient, error.RetryAfter).ShouldBe((WorkerLlamaEngine.EndedId, true, TimeSpan.Zero));
                error.Message.ShouldStartWith("The process of the model 'model.gguf' ended: signal 9 (SIGKILL)");
                error.Message.ShouldContain($"Loading {_folder.File("model.gguf")}");
            }

            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default)));
            answers.ShouldAllBe(answer => answer.Text == "cba");
            engine.ProcessId!.Value.ShouldNotBe(id);
        }
    }

    [Theory]
    [InlineData("hang", false)]
    [InlineData("wait {0}", true)]
    public async Task A_process_that_hangs_is_ended_and_the_next_call_starts_another(string prompt, bool stopped)
    {
        await using var engine = await LoadAsync(hangLimit: 4);
        var id = engine.ProcessId!.Value;
        var marker = _folder.File("call");
        var waiting = engine.CompleteAsync(new(WorkerEngineTests.Tokens(prompt.Replace("{0}", marker, StringComparison.Ordinal)), 10), default);
        if (stopped)
        {
            // It computes nothing, and says nothing either.
            await ModelProcessCommand.UntilAsync(() => File.Exists(marker));
            await ModelProcessCommand.KillAsync(id, "STOP");
        }

        var error = await Should.ThrowAsync<ModelCallException>(() => waiting);
        (error.Id, error.IsTransient, error.RetryAfter).ShouldBe((WorkerLlamaEngine.EndedId, true, TimeSpan.Zero));
        error.Message.ShouldContain("it was ended, for it had calls to answer, and gave no sign of life for 4 s");
        (await engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default)).Text.ShouldBe("cba");
        engine.ProcessId!.Value.ShouldNotBe(id);
        ModelProcessCommand.IsRunning(id).ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_that_takes_long_is_left_alone_as_long_as_it_computes()
    {
        await using var engine = await LoadAsync(hangLimit: 4);
        var id = engine.ProcessId;
        (await engine.CompleteAsync(new(WorkerEngineTests.Tokens("toil 100"), 10), default)).Text.ShouldBe("done");
        engine.ProcessId.ShouldBe(id);
    }

    [Fact]
    public async Task A_process_that_hangs_while_it_loads_is_ended_and_one_that_loads_a_large_file_is_left_alone()
    {
        var error = await Should.ThrowAsync<ModelCallException>(() => LoadAsync("hangs.gguf", hangLimit: 4));
        (error.Id, error.IsTransient).ShouldBe((WorkerLlamaEngine.EndedId, false));
        error.Message.ShouldStartWith(
            "The process ended while it loaded the model 'hangs.gguf': it was ended, for it had calls to answer, and gave no sign of life for 4 s");
        await using var engine = await LoadAsync("large.gguf", hangLimit: 4);
        (await engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default)).Text.ShouldBe("cba");
    }

    [Fact]
    public async Task A_model_that_hangs_whenever_it_is_loaded_again_is_given_up()
    {
        await using var engine = await LoadAsync("hangs-second.gguf", hangLimit: 4);
        await ModelProcessCommand.KillAsync(engine.ProcessId!.Value);
        await ModelProcessCommand.UntilAsync(() => engine.ProcessId is null);
        ModelCallException error;
        do
            error = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default));
        while (error.IsTransient);
        error.Id.ShouldBe(WorkerLlamaEngine.GivenUpId);
        error.Message.ShouldContain("gave no sign of life for 4 s");
    }

    [Fact]
    public async Task A_run_completes_though_its_process_hangs_and_its_record_shows_where()
    {
        WorkerLlamaEngine? engine = null;
        ModelLoader load = async (entry, _) => new CallPolicy().Apply(new EngineModel(engine = await LoadAsync(hangLimit: 4)), entry);
        var first = 0;
        var episodes = await PlayAsync(60, load, async ended =>
        {
            if (ended != 20)
                return;
            first = engine!.ProcessId!.Value;
            await ModelProcessCommand.KillAsync(first, "STOP");
        });

        episodes.Count.ShouldBe(60);
        episodes.ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        episodes.Count(episode => File.ReadAllText(Path.Join(episode.Path, "player_1.requests.json")).Contains("failed_attempts", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        ModelProcessCommand.IsRunning(first).ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_whose_engine_failed_ends_and_its_calls_may_be_repeated()
    {
        await using var engine = await LoadAsync();
        var id = engine.ProcessId!.Value;
        var marker = _folder.File("call");
        var waiting = engine.CompleteAsync(new(WorkerEngineTests.Tokens($"wait {marker}"), 10), default);
        await ModelProcessCommand.UntilAsync(() => File.Exists(marker));
        foreach (var call in (Task<LlamaCompletion>[])[engine.CompleteAsync(new(WorkerEngineTests.Tokens("break"), 10), default), waiting])
        {
            var error = await Should.ThrowAsync<ModelCallException>(() => call);
            (error.Id, error.IsTransient).ShouldBe((WorkerLlamaEngine.EndedId, true));
            error.Message.ShouldContain("its engine failed, so it ended by itself");
            error.Message.ShouldContain("no more.");
        }

        (await engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default)).Text.ShouldBe("cba");
        engine.ProcessId!.Value.ShouldNotBe(id);
    }

    [SkippableFact]
    public async Task A_process_that_cannot_be_started_now_is_started_by_a_later_call()
    {
        Skip.If(OperatingSystem.IsWindows(), "A link to a program takes rights on Windows that a user lacks.");
        var program = _folder.File("program");
        var dotnet = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Join(folder, "dotnet")).First(File.Exists);
        File.CreateSymbolicLink(program, dotnet);
        await using var engine = await LoadAsync(command: new(program, [ModelProcessCommand.ProgramPath]));
        File.Delete(program);
        await ModelProcessCommand.KillAsync(engine.ProcessId!.Value);
        await ModelProcessCommand.UntilAsync(() => engine.ProcessId is null);
        for (var i = 0; i < 2 * WorkerLlamaEngine.MostEnds; i++)
        {
            var error = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default));
            (error.Id, error.IsTransient).ShouldBe(("Clem.Backend.ModelProcessNotStarted", true));
        }

        File.CreateSymbolicLink(program, dotnet);
        (await engine.CompleteAsync(new(WorkerEngineTests.Tokens("reverse abc"), 10), default)).Text.ShouldBe("cba");
    }

    [Fact]
    public async Task A_process_that_aborts_again_and_again_is_given_up()
    {
        var starts = 0;
        await using var engine = await LoadAsync(onLog: (_, line) => starts += line.StartsWith("Loading", StringComparison.Ordinal) ? 1 : 0);
        for (var i = 1; i < WorkerLlamaEngine.MostEnds; i++)
        {
            var error = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(WorkerEngineTests.Tokens("abort"), 10), default));
            error.IsTransient.ShouldBeTrue();
            error.Message.ShouldContain("signal 6 (SIGABRT)");
        }

        for (var i = 0; i < 3; i++)
        {
            var end = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(WorkerEngineTests.Tokens("abort"), 10), default));
            (end.Id, end.IsTransient, end.IsFinal).ShouldBe((WorkerLlamaEngine.GivenUpId, false, true));
            end.Message.ShouldContain("3 processes of the model 'model.gguf' ended, one after the other");
            end.Message.ShouldContain("signal 6 (SIGABRT)");
        }

        starts.ShouldBe(WorkerLlamaEngine.MostEnds);
    }

    [Fact]
    public async Task A_process_that_aborts_while_it_loads_is_a_clear_error_and_no_endless_restart()
    {
        var error = await Should.ThrowAsync<ModelCallException>(() => LoadAsync("aborts.gguf"));
        (error.Id, error.IsTransient).ShouldBe((WorkerLlamaEngine.EndedId, false));
        error.Message.ShouldBe(
            $"The process ended while it loaded the model 'aborts.gguf': signal 6 (SIGABRT): it gave up by itself. It had printed last:\nLoading {_folder.File("aborts.gguf")}\nGGML_ASSERT(false) failed");
        error.Action.ShouldNotBeNull().ShouldContain("checksum");
    }

    [Fact]
    public async Task A_run_over_a_model_that_cannot_be_loaded_any_more_ends_soon_and_says_why()
    {
        var loads = 0;
        var first = 0;
        ModelLoader load = async (entry, token) =>
        {
            var engine = await LoadAsync("aborts-second.gguf", (_, line) => loads += line.StartsWith("Loading", StringComparison.Ordinal) ? 1 : 0);
            first = engine.ProcessId!.Value;
            await ModelProcessCommand.KillAsync(first);
            return new CallPolicy().Apply(new EngineModel(engine), entry);
        };
        var episodes = await PlayAsync(40, load);
        episodes.Count.ShouldBe(40);
        episodes.ShouldAllBe(episode => episode.Outcome == Outcome.Error && episode.Error!.Contains("3 processes of the model 'aborts-second.gguf' ended"));
        loads.ShouldBe(3);
    }

    [Fact]
    public async Task A_run_completes_though_the_process_is_killed_again_and_again_and_its_record_shows_where()
    {
        WorkerLlamaEngine? engine = null;
        var notices = new List<RetryNotice>();
        var policy = new CallPolicy { OnRetry = (_, notice) => { lock (notices) notices.Add(notice); } };
        ModelLoader load = async (entry, _) => policy.Apply(new EngineModel(engine = await LoadAsync()), entry);
        var killed = new HashSet<int>();
        var episodes = await PlayAsync(200, load, async ended =>
        {
            if (ended is 20 or 80 or 140 && engine!.ProcessId is { } id && killed.Add(id))
                await ModelProcessCommand.KillAsync(id);
        });

        killed.Count.ShouldBe(3);
        episodes.Count.ShouldBe(200);
        episodes.ShouldAllBe(episode => episode.Outcome == Outcome.Success);
        notices.ShouldNotBeEmpty();
        notices.ShouldAllBe(notice => notice.Error.Id == WorkerLlamaEngine.EndedId && notice.Delay == TimeSpan.Zero);

        // The record of every call that was repeated says so, beside the untouched prompt and response.
        var marked = episodes
            .Select(episode => File.ReadAllText(Path.Join(episode.Path, "player_1.requests.json")))
            .Select(text => JsonMap.Parse(text)["calls"].ShouldBeAssignableTo<IReadOnlyList<object?>>()!.Single().ShouldBeOfType<JsonMap>()["call"].ShouldBeOfType<JsonMap>())
            .Where(call => call.ContainsKey("failed_attempts"))
            .SelectMany(call => call["failed_attempts"].ShouldBeAssignableTo<IReadOnlyList<object?>>()!)
            .ToArray();
        marked.Length.ShouldBe(notices.Count);
        marked.ShouldAllBe(id => (string)id! == WorkerLlamaEngine.EndedId);
        ModelProcessCommand.IsRunning(engine!.ProcessId ?? 0).ShouldBeFalse();
    }

    [Fact]
    public async Task A_program_that_is_no_models_process_is_a_clear_error()
    {
        var missing = await Should.ThrowAsync<ClemException>(() => LoadAsync(command: new(_folder.File("nothing here"), [])));
        (missing.Id, missing.Kind).ShouldBe(("Clem.Backend.ModelProcessNotStarted", ErrorKind.NotAvailable));
        missing.Message.ShouldContain("nothing here");
        var silent = await Should.ThrowAsync<ClemException>(() => LoadAsync(command: ModelProcessCommand.Of("silence")));
        silent.Message.ShouldContain("exit code 3. It had printed last:\nI have nothing to say.");
        var chatter = await Should.ThrowAsync<ClemException>(() => LoadAsync(command: ModelProcessCommand.Of("chatter")));
        chatter.Message.ShouldContain("it prints and prints");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Noise_from_the_process_is_a_clear_error_and_ends_it(int seed)
    {
        var error = await Should.ThrowAsync<ClemException>(() => LoadAsync(command: ModelProcessCommand.Of("noise", $"{seed}")));
        error.Id.ShouldBeOneOf(WorkerLlamaEngine.EndedId, "Clem.Backend.ModelProcessFault");
        error.Message.ShouldContain("sent something that is no");
    }

    [Fact]
    public async Task Noise_from_the_session_ends_the_process_with_a_word()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            var noise = new byte[2000];
            random.NextBytes(noise);
            // Half of them in a frame of a possible length, so that it is the content that must be refused.
            if (seed % 2 == 0)
                new byte[] { 60, 0, 0, 0, (byte)(seed / 2 * 2 == 0 ? 2 : random.Next(2, 9)), 1, 0, 0, 0 }.CopyTo(noise, 0);
            using var process = Start();
            await process.StandardInput.BaseStream.WriteAsync(noise);
            await process.StandardInput.BaseStream.FlushAsync();
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(65);
            (await process.StandardError.ReadToEndAsync()).ShouldContain("The session sent something that is no message");
        }
    }

    [Fact]
    public async Task The_process_goes_when_its_session_is_gone()
    {
        var model = _folder.File("model.gguf");
        using var session = Process.Start(new ProcessStartInfo("dotnet", [ModelProcessCommand.ProgramPath, "session", model]) { RedirectStandardOutput = true })!;
        var id = int.Parse((await session.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await ModelProcessCommand.UntilAsync(() => File.Exists($"{model}.call"));
        ModelProcessCommand.IsRunning(id).ShouldBeTrue();
        await ModelProcessCommand.KillAsync(session.Id);
        await session.WaitForExitAsync();
        await ModelProcessCommand.UntilAsync(() => !ModelProcessCommand.IsRunning(id));
        // In order: the call under way was told to stop.
        (await File.ReadAllTextAsync($"{model}.call")).ShouldBe("stopped");
    }

    public void Dispose() => _folder.Dispose();

    private static Process Start() => Process.Start(new ProcessStartInfo("dotnet", [ModelProcessCommand.ProgramPath])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private Task<WorkerLlamaEngine> LoadAsync(
        string name = "model.gguf", Action<LlamaLogLevel, string>? onLog = null, WorkerCommand? command = null, int? hangLimit = null) =>
        WorkerLlamaEngine.LoadAsync(
            command ?? ModelProcessCommand.Of(), new(_folder.File(name)) { HangLimit = hangLimit is { } seconds ? TimeSpan.FromSeconds(seconds) : null }, onLog, default);

    private async Task<List<Episode>> PlayAsync(int count, ModelLoader load, Func<int, Task>? onEnded = null)
    {
        var entry = new ModelEntry { Name = "fake", Backend = "llamacpp" };
        var game = new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" };
        var plans = Enumerable.Range(0, count).Select(id => new EpisodePlan([entry], new HelloGame(), game, new GameInstance
        {
            Game = "hellogame",
            Experiment = "greet_en",
            InstanceId = id,
            Properties = JsonMap.Parse($$"""{"game_id": {{id}}, "prompt": "Please greet N{{id}}", "target_name": "N{{id}}"}"""),
            ExperimentProperties = JsonMap.Parse("""{"name": "greet_en"}"""),
        })).ToArray();
        var episodes = new List<Episode>();
        var run = new GameRun(new RunSettings { ResultsPath = _folder.File("results"), ThrottleLimit = 16 }, load, new ResultsReader(GameCatalog.BuiltIn));
        await foreach (var episode in run.PlayAsync(new RunPlan(count, [new RunLane(plans)]), null, default))
        {
            episodes.Add(episode);
            if (onEnded is not null)
                await onEnded(episodes.Count);
        }

        return episodes;
    }

    /// <summary>A model on top of an engine, as the backend makes one: tokens in, text out.</summary>
    private sealed class EngineModel(WorkerLlamaEngine engine) : IModel
    {
        public string Name => "fake";

        public async Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            var tokens = await engine.TokenizeAsync(messages[^1].Content, [], cancellationToken);
            var completion = await engine.CompleteAsync(new(tokens, options.MaxTokens, options.Temperature), cancellationToken);
            return new ModelResponse(ChatMessageJson.ToElement(messages), ChatMessageJson.ToElement(messages), completion.Text);
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
