using BenchmarkDotNet.Attributes;
using Clembench.Backends;
using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.Benchmarks;

/// <summary>Episodes of hellogame with mock and all records, beside what the file system alone gives for the same files.</summary>
[Config(typeof(RegistryBenchmarks.InProcess))]
[MemoryDiagnoser]
public class EpisodeBenchmarks
{
    private const int Episodes = 1_000;
    private static readonly ModelEntry Mock = new() { Name = "mock", Backend = "mock" };
    private readonly EpisodePlan[] _plans =
    [
        .. Enumerable.Range(0, Episodes).Select(id => new EpisodePlan(
            [Mock], new HelloGame(), new GameEntry { Name = "hellogame", MainGame = "hellogame", Path = "games/hellogame" }, new GameInstance
            {
                Game = "hellogame", Experiment = "greet_en", InstanceId = id,
                Properties = new JsonMap([new("game_id", (long)id), new("prompt", "Greet this person, and make clear that they are welcome."), new("target_name", "Ada")]),
                ExperimentProperties = JsonMap.Parse("""{"name": "greet_en", "language": "en"}"""),
            })),
    ];

    private string _folder = "";
    private byte[][] _files = [];

    [GlobalSetup]
    public async Task RecordOne()
    {
        _folder = Directory.CreateTempSubdirectory("clembench-").FullName;
        await PlayAsync(_plans[..1], _folder);
        _files = [.. Directory.GetFiles(Path.Join(_folder, "mock/hellogame/greet_en/instance_00000")).Select(File.ReadAllBytes)];
    }

    [IterationSetup]
    public void Empty()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Episodes)]
    public void FileSystemAlone()
    {
        for (var episode = 0; episode < Episodes; episode++)
        {
            var folder = Path.Join(_folder, $"{episode:00000}");
            Directory.CreateDirectory(folder);
            for (var file = 0; file < _files.Length; file++)
                File.WriteAllBytes(Path.Join(folder, $"{file}.json"), _files[file]);
        }
    }

    [Benchmark(OperationsPerInvoke = Episodes)]
    public Task<int> PlayAndRecord() => PlayAsync(_plans, _folder);

    [GlobalCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    private static async Task<int> PlayAsync(EpisodePlan[] plans, string folder)
    {
        var run = new GameRun(
            new RunSettings { ResultsPath = folder }, (entry, token) => new MockBackend().LoadModelAsync(entry, null, token), new ResultsReader(GameCatalog.BuiltIn));
        var count = 0;
        await foreach (var episode in run.PlayAsync(new RunPlan(plans.Length, [new RunLane(plans)]), null, default))
            count += episode.Outcome == Outcome.Success ? 1 : 0;
        return count;
    }
}
