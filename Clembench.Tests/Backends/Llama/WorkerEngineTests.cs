using System.Diagnostics;
using System.Globalization;
using Clembench.Backends;
using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Backends.Llama.Worker;
using Clembench.Common;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Llama;

/// <summary>A model in a process of its own, as whoever calls it sees it.</summary>
public sealed class WorkerEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_model_is_loaded_as_asked_and_says_what_it_is()
    {
        var options = new LlamaLoadOptions(_folder.File("ä 'quoted' \"model\".gguf")) { ContextSize = 777, GpuLayers = 5, Threads = 3, MaxSequences = 9, EndTokens = [7, 65] };
        await using var engine = await WorkerLlamaEngine.LoadAsync(ModelProcessCommand.Of(), options, null, default);
        engine.Info.ShouldBe(new LlamaModelInfo(777, 65536, 123_456_789_012, $"fake of {options.Path}, 5 layers, 3 threads, 9 sequences, end 7, end 65"));
        await using var plain = await LoadAsync();
        plain.Info.Description.ShouldEndWith(", 0 layers,  threads, 16 sequences");
    }

    [Fact]
    public async Task Whatever_the_contract_says_arrives_at_the_other_end()
    {
        // A property that the contract gains has to be added to the protocol, and here.
        // Whether it gets there at all, how long it may hang and who listens to its steps is not told to the process.
        typeof(LlamaLoadOptions).GetProperties().Length.ShouldBe(9);
        typeof(LlamaRequest).GetProperties().Length.ShouldBe(4);
        typeof(LlamaCompletion).GetProperties().Length.ShouldBe(4);
        typeof(LlamaModelInfo).GetProperties().Length.ShouldBe(4);

        await using var engine = await LoadAsync();
        (await engine.TokenizeAsync("Grüß 🙂", [new(1, 2), new(5, 2)], default)).ShouldBe([.. "Grüß 🙂".Select(unit => (int)unit), 1, 2, 5, 2]);
        var completion = await engine.CompleteAsync(new(Tokens("describe"), 42, 0.1, uint.MaxValue), default);
        (completion.Text, completion.Stop, completion.CachedTokens).ShouldBe(("42 0.1 4294967295", LlamaStop.MaxTokens, 77));
        completion.Tokens.ShouldBe(Tokens(completion.Text));
        (await engine.CompleteAsync(new(new List<int>(Tokens("describe")), 1), default)).Text.ShouldBe("1 0 ");
    }

    [Fact]
    public async Task A_thousand_calls_at_once_get_their_own_answers()
    {
        await using var engine = await LoadAsync();
        var random = new Random(1);
        var texts = Enumerable.Range(0, 1000).Select(i => $"{i} {new string((char)random.Next('a', 'z'), random.Next(2000))}!").ToArray();
        var answers = await Task.WhenAll(texts.Select(async text => (await engine.CompleteAsync(new(Tokens($"reverse {text}"), 10), default)).Text));
        answers.ShouldBe(texts.Select(text => string.Concat(text.Reverse())));
    }

    [Fact]
    public async Task A_long_conversation_passes_and_one_that_is_too_long_is_refused_in_words()
    {
        await using var engine = await LoadAsync();
        var text = new string('x', 3_000_000);
        (await engine.CompleteAsync(new(Tokens($"reverse {text}"), 10), default)).Text.ShouldBe(text);
        var error = await Should.ThrowAsync<ClemException>(() => engine.CompleteAsync(new(new int[17 << 20], 10), default));
        (error.Id, error.Kind).ShouldBe(("Clem.Backend.TooLarge", ErrorKind.LimitExceeded));
        (await engine.CompleteAsync(new(Tokens("reverse abc"), 10), default)).Text.ShouldBe("cba");
    }

    [Fact]
    public async Task Cancellation_reaches_the_engine_and_spares_the_other_calls()
    {
        await using var engine = await LoadAsync();
        var marker = _folder.File("call");
        using var stop = new CancellationTokenSource();
        var waiting = engine.CompleteAsync(new(Tokens($"wait {marker}"), 10), stop.Token);
        await ModelProcessCommand.UntilAsync(() => File.Exists(marker));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await ModelProcessCommand.UntilAsync(() => File.ReadAllText(marker) == "stopped");
        (await engine.CompleteAsync(new(Tokens("reverse abc"), 10), default)).Text.ShouldBe("cba");
        await Should.ThrowAsync<OperationCanceledException>(() => engine.CompleteAsync(new(Tokens("reverse abc"), 10), stop.Token));
    }

    [Fact]
    public async Task A_cancelled_call_leaves_nothing_behind_in_the_process()
    {
        await using var engine = await LoadAsync();
        for (var i = 0; i < 5; i++)
        {
            var marker = _folder.File($"call {i}");
            using var stop = new CancellationTokenSource();
            var waiting = engine.CompleteAsync(new(Tokens($"heed {marker}"), 10), stop.Token);
            await ModelProcessCommand.UntilAsync(() => File.Exists(marker));
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => waiting);
            while ((await engine.CompleteAsync(new(Tokens("heeded"), 10), default)).Text != "released")
                await Task.Delay(5);
        }
    }

    [Theory]
    [InlineData(0, 1, "sequences")]
    [InlineData(257, 1, "sequences")]
    [InlineData(16, 0, "threads")]
    [InlineData(16, 5000, "threads")]
    public async Task Numbers_that_are_not_possible_are_refused_before_a_process_is_started(int sequences, int threads, string key)
    {
        var options = new LlamaLoadOptions(_folder.File("model.gguf")) { MaxSequences = sequences, Threads = threads };
        var error = await Should.ThrowAsync<ClemException>(() => WorkerLlamaEngine.LoadAsync(new(_folder.File("no such program"), []), options, null, default));
        error.Id.ShouldBe("Clem.Llama.BadOption");
        error.Message.ShouldContain(key);
        error.Message.ShouldContain("model.gguf");
    }

    [Fact]
    public async Task Errors_arrive_as_what_they_are()
    {
        await using var engine = await LoadAsync();
        var path = _folder.File("model.gguf");
        var tooLong = await Should.ThrowAsync<ContextExceededException>(() => engine.CompleteAsync(new(Tokens("long"), 10), default));
        (tooLong.Message, tooLong.TokensUsed, tooLong.ContextSize, tooLong.Target).ShouldBe(("The conversation is too long.", 5000, 4096, path));
        var refused = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(Tokens("refuse"), 10), default));
        (refused.Id, refused.Kind, refused.Message, refused.Action, refused.Status, refused.IsTransient, refused.RetryAfter).ShouldBe(
            ("Clem.Backend.Refused", ErrorKind.LimitExceeded, "Not now.", "Later.", 429, true, TimeSpan.FromSeconds(7)));
        var fault = await Should.ThrowAsync<ModelCallException>(() => engine.CompleteAsync(new(Tokens("fail"), 10), default));
        (fault.Id, fault.IsTransient).ShouldBe(("Clem.Backend.ModelProcessFault", false));
        fault.Message.ShouldContain("InvalidOperationException: A fault of the engine.");
        var damaged = await Should.ThrowAsync<ClemException>(() => LoadAsync("damaged.gguf"));
        damaged.GetType().ShouldBe(typeof(ClemException));
        (damaged.Id, damaged.Kind, damaged.Message, damaged.Action).ShouldBe(("Clem.Gguf.Damaged", ErrorKind.InvalidData, "The file is damaged.", "Fetch it again."));
    }

    [Fact]
    public async Task What_native_code_prints_is_a_log_line_and_never_disturbs_the_messages()
    {
        var lines = new List<string>();
        await using var engine = await LoadAsync(onLog: (_, line) => { lock (lines) lines.Add(line); });
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => engine.CompleteAsync(new(Tokens($"print line {i}\n"), 10), default)));
        answers.ShouldAllBe(answer => answer.Text == "printed");
        await ModelProcessCommand.UntilAsync(() => { lock (lines) return lines.Count == 51; });
        lines[0].ShouldBe($"Loading {_folder.File("model.gguf")}");
        lines.Skip(1).ShouldBe(Enumerable.Range(0, 50).Select(i => $"line {i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task The_process_gets_no_key_of_the_session()
    {
        Environment.SetEnvironmentVariable("DOTNET_SOME_API_KEY", "secret");
        Environment.SetEnvironmentVariable("SOMETHING_ELSE", "not needed");
        try
        {
            await using var engine = await LoadAsync(command: ModelProcessCommand.Of() with { Environment = new Dictionary<string, string> { ["GIVEN"] = "yes" } });
            var names = (await engine.CompleteAsync(new(Tokens("environment"), 10), default)).Text.Split('\n');
            names.ShouldContain("PATH");
            names.ShouldContain("GIVEN");
            names.ShouldNotContain("DOTNET_SOME_API_KEY");
            names.ShouldNotContain("SOMETHING_ELSE");
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOTNET_SOME_API_KEY", null);
            Environment.SetEnvironmentVariable("SOMETHING_ELSE", null);
        }
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_leaves_the_process_to_its_session()
    {
        await using var engine = await LoadAsync();
        (await engine.CompleteAsync(new(Tokens("interrupt"), 10), default)).Text.ShouldBe("still here");
        engine.ProcessId.ShouldNotBeNull();
    }

    [Fact]
    public async Task Release_ends_the_process_and_pending_calls()
    {
        var lines = new List<string>();
        var engine = await LoadAsync(onLog: (_, line) => { lock (lines) lines.Add(line); });
        var id = engine.ProcessId!.Value;
        var marker = _folder.File("call");
        var waiting = engine.CompleteAsync(new(Tokens($"wait {marker}"), 10), default);
        await ModelProcessCommand.UntilAsync(() => File.Exists(marker));
        await engine.DisposeAsync();
        await engine.DisposeAsync();
        (await Should.ThrowAsync<ClemException>(() => waiting)).Id.ShouldBe("Clem.Backend.ModelReleased");
        (await Should.ThrowAsync<ClemException>(() => engine.CompleteAsync(new(Tokens("reverse a"), 10), default))).Id.ShouldBe("Clem.Backend.ModelReleased");
        ModelProcessCommand.IsRunning(id).ShouldBeFalse();
        lines[^1].ShouldBe("Released.");
    }

    [Fact]
    public async Task A_load_can_be_given_up()
    {
        using var stop = new CancellationTokenSource();
        var loading = WorkerLlamaEngine.LoadAsync(
            ModelProcessCommand.Of(), new(_folder.File("hangs.gguf")), (_, _) => stop.CancelAfter(TimeSpan.FromMilliseconds(50)), stop.Token);
        await Should.ThrowAsync<OperationCanceledException>(() => loading);
        Process.GetProcessesByName("dotnet").Where(process => CommandLine(process.Id).Contains(_folder.Path, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Fifty_processes_leave_nothing_behind()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc, which this system lacks.");
        // In a session of its own: the descriptors of this one are those of all tests beside it.
        using var session = Process.Start(new ProcessStartInfo("dotnet", [ModelProcessCommand.ProgramPath, "cycles", _folder.File("model.gguf")]) { RedirectStandardOutput = true })!;
        var lines = (await session.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(51);
        var numbers = lines[..50].Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        numbers.Distinct().Count().ShouldBe(50);
        numbers.ShouldAllBe(number => !ModelProcessCommand.IsRunning(number));
        var counts = lines[50].Split(' ').Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToArray();
        // Some belong to the runtime; one leaked with each process would be fifty.
        counts[1].ShouldBeLessThan(counts[0] + 10);
    }

    public void Dispose() => _folder.Dispose();

    internal static int[] Tokens(string text) => [.. text.Select(unit => (int)unit)];

    private static string CommandLine(int id) => File.Exists($"/proc/{id}/cmdline") ? File.ReadAllText($"/proc/{id}/cmdline") : "";

    private Task<WorkerLlamaEngine> LoadAsync(string name = "model.gguf", Action<LlamaLogLevel, string>? onLog = null, WorkerCommand? command = null) =>
        WorkerLlamaEngine.LoadAsync(command ?? ModelProcessCommand.Of(), new(_folder.File(name)), onLog, default);
}
