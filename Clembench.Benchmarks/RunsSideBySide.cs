using System.Diagnostics;
using System.Globalization;
using System.Text;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Scoring;

namespace Clembench.Benchmarks;

/// <summary>
/// Runs beside their limits: a service that answers in 200 ms, where nothing can be faster than calls × 0.2 s ÷ N; and
/// mock, where nothing can be faster than the file system with the same files.
/// </summary>
internal static class RunsSideBySide
{
    // Kept to the end: for minutes after files were deleted, ext4 looks long for places for new ones.
    private static readonly DirectoryInfo Trees = Directory.CreateTempSubdirectory("clembench-");

    private const int TurnsOfEpisode = 10;
    private const int CallsOfOne = 100;

    public static async Task<int> MeasureServiceAsync(string[] inFlight)
    {
        using var server = Self.Start("latency-server", start => (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true));
        var address = await server.StandardOutput.ReadLineAsync();
        Console.WriteLine($"A service that answers in 200 ms; episodes of {TurnsOfEpisode} turns, progress and records on:");
        Console.WriteLine("The same calls as nothing but posts of HttpClient, whose answers are read: what is left to this machine.");
        Console.WriteLine("             in flight    calls    wall s   limit s    ratio   processor s   KiB for a call   GC pause s");
        foreach (var number in inFlight.Length > 0 ? inFlight.Select(text => int.Parse(text, CultureInfo.InvariantCulture)) : [16, 64, 256, 1000])
        {
            await MeasureBareCallsAsync(new Uri(address + "/v1/chat/completions"), number);
            await MeasureServiceAsync(new Uri(address + "/v1"), number);
        }

        await server.StandardInput.WriteLineAsync();
        await server.WaitForExitAsync();
        Trees.Delete(recursive: true);
        return 0;
    }

    private static async Task MeasureServiceAsync(Uri address, int inFlight)
    {
        var folder = NewTree();
        var entry = ModelEntryReader.Read(new JsonMap(
        [
            new("model_name", "m"), new("backend", "openai_compatible"), new("model_id", "m"), new("base_url", address.ToString()),
        ]));
        var episodes = inFlight * CallsOfOne / TurnsOfEpisode;
        var plans = Enumerable.Range(0, episodes).Select(id => new EpisodePlan(
            [entry], new Talk(), new GameEntry { Name = "talk", MainGame = "talk", Path = "games/talk" }, new GameInstance
            {
                Game = "talk",
                Experiment = "talk",
                InstanceId = id,
                Properties = new JsonMap([new("game_id", (long)id)]),
                ExperimentProperties = JsonMap.Parse("""{"name": "talk"}"""),
            }));
        var policy = new CallPolicy { ThrottleLimit = inFlight };
        var run = new GameRun(
            new RunSettings { ResultsPath = folder, ThrottleLimit = inFlight },
            async (model, token) => policy.Apply(await new Backends.OpenAi.OpenAiCompatibleBackend().LoadModelAsync(model, null, token), model),
            new ResultsReader(GameCatalog.BuiltIn));
        var failed = 0;
        await MeasureAsync("clembench", inFlight, async () =>
        {
            await foreach (var episode in run.PlayAsync(new RunPlan(episodes, [new RunLane(plans)]), new Progress<RunProgress>(_ => { }), default))
                failed += episode.Outcome == Outcome.Success ? 0 : 1;
        });
        if (failed > 0)
            Console.WriteLine($"{failed} episodes failed");
    }

    private static async Task MeasureBareCallsAsync(Uri address, int inFlight)
    {
        using var client = new HttpClient();
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"Please say something about the number 1."}""", TurnsOfEpisode))}}]}""");
        await MeasureAsync("bare calls", inFlight, () => Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            for (var call = 0; call < CallsOfOne; call++)
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var response = await client.PostAsync(address, content);
                await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            }
        })));
    }

    private static async Task MeasureAsync(string what, int inFlight, Func<Task> makeCalls)
    {
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var paused = GC.GetTotalPauseDuration();
        var clock = Stopwatch.StartNew();
        await makeCalls();
        var wall = clock.Elapsed.TotalSeconds;
        var calls = inFlight * CallsOfOne;
        var limit = calls * LatencyServer.Latency.TotalSeconds / inFlight;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-10} {inFlight,11} {calls,8} {wall,9:0.00} {limit,9:0.00} {wall / limit,8:0.000} {(Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds,13:0.0} {(GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / calls,15:0.0} {(GC.GetTotalPauseDuration() - paused).TotalSeconds,10:0.0}"));
    }

    /// <summary>hellogame with mock and all records, and the same files written by one thread, in turn; then a long queue.</summary>
    public static async Task<int> MeasureMockAsync()
    {
        const int Rounds = 5;
        const int Episodes = 10_000;
        await PlayMockAsync(2_000);
        Console.WriteLine("hellogame with mock, 10,000 episodes with six files each, in turn with the file system alone (one thread):");
        Console.WriteLine("episodes/s   file system/s    ratio");
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var (played, files) = await PlayMockAsync(Episodes);
            var written = WriteFiles(files, Episodes);
            ratios.Add(played / written);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{played,10:0} {written,15:0} {played / written,8:0.00}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {Median.Of(ratios):0.00}"));
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (rate, _) = await PlayMockAsync(100_000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"100,000 episodes: {rate:0}/s, peak working set {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB, {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6:0.0} MB kept"));
        Trees.Delete(recursive: true);
        return 0;
    }

    private static string NewTree() => Trees.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;

    private static async Task<(double Rate, byte[][] Files)> PlayMockAsync(int episodes)
    {
        var folder = NewTree();
        var clock = Stopwatch.StartNew();
        await MockRun.PlayAsync(folder, episodes);
        var rate = episodes / clock.Elapsed.TotalSeconds;
        var files = Directory.GetFiles(Path.Join(folder, "mock/hellogame/greet_en/instance_00000")).Select(File.ReadAllBytes).ToArray();
        return (rate, files);
    }

    private static double WriteFiles(byte[][] files, int episodes)
    {
        var root = NewTree();
        var clock = Stopwatch.StartNew();
        for (var episode = 0; episode < episodes; episode++)
        {
            var folder = Path.Join(root, $"{episode:00000}");
            Directory.CreateDirectory(folder);
            for (var file = 0; file < files.Length; file++)
                File.WriteAllBytes(Path.Join(folder, $"{file}.json"), files[file]);
        }

        return episodes / clock.Elapsed.TotalSeconds;
    }

    /// <summary>A conversation of ten turns that says nothing.</summary>
    private sealed class Talk : IGame
    {
        public string Name => "talk";

        public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
        {
            var player = dialogue.AddPlayer("speaker", _ => "Something.");
            for (var turn = 0; turn < TurnsOfEpisode; turn++)
            {
                if (turn > 0)
                    dialogue.NextRound();
                await dialogue.AskAsync(player, $"Please say something about the number {instance.InstanceId + turn}.", cancellationToken);
            }
        }

        public EpisodeScores Score(Interactions interactions, GameInstance instance) =>
            EpisodeScores.Create(interactions, Outcome.Success, 100);
    }
}
