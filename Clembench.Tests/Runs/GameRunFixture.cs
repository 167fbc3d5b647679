using Clembench.Backends;
using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Tests.Support;

namespace Clembench.Tests.Runs;

/// <summary>What tests of runs share: a results folder, and episodes of hellogame to play into it.</summary>
public abstract class GameRunFixture : IDisposable
{
    private readonly TemporaryFolder _results = new();

    private protected static ModelEntry Mock { get; } = new() { Name = "mock", Backend = "mock" };

    private protected TemporaryFolder Results => _results;

    public void Dispose()
    {
        _results.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected RunSettings Settings() => new() { ResultsPath = _results.Path, ThrottleLimit = 4 };

    private protected static async Task<List<Episode>> PlayAsync(IReadOnlyCollection<EpisodePlan> plans, RunSettings settings, ModelLoader? load = null, IProgress<RunProgress>? progress = null)
    {
        load ??= (entry, token) => new MockBackend().LoadModelAsync(entry, null, token);
        var episodes = new List<Episode>();
        await foreach (var episode in new GameRun(settings, load, new ResultsReader(GameCatalog.BuiltIn)).PlayAsync(new RunPlan(plans.Count, [new RunLane(plans)]), progress, default))
            episodes.Add(episode);
        return episodes;
    }

    private protected sealed class LeapingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Leap(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }

    private protected static EpisodePlan[] Plans(int count, ModelEntry? model = null) =>
    [
        .. Enumerable.Range(0, count).Select(id => new EpisodePlan(
            [model ?? Mock], new HelloGame(), new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" }, Instance(id, "Ada"))),
    ];

    private protected static GameInstance Instance(int id, string name) => new()
    {
        Game = "hellogame",
        Experiment = "greet_en",
        InstanceId = id,
        Properties = new JsonMap([new("game_id", (long)id), new("prompt", "Greet them."), new("target_name", name)]),
        ExperimentProperties = JsonMap.Parse("""{"name": "greet_en", "language": "en"}"""),
    };

    private protected sealed class Collector(List<RunProgress> reports) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => reports.Add(value);
    }

    private protected sealed class WaitingModel(string name, Task release) : IModel
    {
        public string Name { get; } = name;

        public async Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
        {
            await release.WaitAsync(cancellationToken);
            return await new ProgrammaticModel(Name, _ => "GREET: hello, welcome Ada").GenerateAsync(messages, options, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private protected sealed class TokenModel(string name, long promptTokens) : IModel
    {
        public string Name { get; } = name;

        public async Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
            (await new ProgrammaticModel(Name, _ => "GREET: hello, welcome Ada").GenerateAsync(messages, options, cancellationToken))
                with
            { PromptTokens = promptTokens, CompletionTokens = 10 };

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
