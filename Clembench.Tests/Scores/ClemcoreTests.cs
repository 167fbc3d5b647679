using System.Diagnostics;
using System.Globalization;
using Clembench.Backends;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;
using Clembench.Tests.Games;
using Clembench.Tests.Support;
using Xunit.Abstractions;

namespace Clembench.Tests.Scores;

/// <summary>
/// Python clemcore's <c>score</c>, <c>eval</c> and <c>transcribe</c> over a tree that we wrote, of all games, with players that
/// cooperate and players that do not. Needs a checkout of clemcore (<c>CLEMBENCH_CLEMCORE</c>), one of clembench (clemcore's own
/// <c>CLEMBENCH_HOME</c>), and a Python with their dependencies (<c>CLEMBENCH_PYTHON</c>, else <c>python3</c>); see docs/results.md.
/// </summary>
public sealed class ClemcoreTests(ITestOutputHelper output) : IDisposable
{
    // clemcore has no scorer for it: it says so, goes on, and leaves our files.
    private const string NotScored = "hellogame";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Clemcore_scores_evaluates_and_transcribes_what_we_wrote_with_the_same_numbers()
    {
        var clemcore = Environment.GetEnvironmentVariable("CLEMBENCH_CLEMCORE");
        Skip.If(string.IsNullOrEmpty(clemcore), "No checkout of clemcore is named by CLEMBENCH_CLEMCORE.");
        Skip.IfNot(Directory.Exists(Environment.GetEnvironmentVariable("CLEMBENCH_HOME")), "No checkout of clembench is named by CLEMBENCH_HOME.");
        var tree = _folder.File("results");
        await PlayAsync(tree);
        var ours = new Dictionary<string, JsonMap>();
        foreach (var file in Directory.EnumerateFiles(tree, ScoresFile.Name, SearchOption.AllDirectories))
            ours.Add(file, (JsonMap)PythonJson.Parse(await File.ReadAllBytesAsync(file))!);
        await WriteTablesAsync(tree, _folder.File("ours"));
        await WriteTablesAsync(tree, _folder.File("ours-with-deviation"), withDeviation: true);
        foreach (var file in ours.Keys.Where(file => GameOf(file) != NotScored))
            File.Delete(file);

        // It takes a folder for a game's when the game's name is part of the path, so referencegame's scorer writes over the scores of
        // multimodal_referencegame where that comes first; from the shortest name to the longest, each game's own scorer has the last word.
        foreach (var game in ours.Keys.Select(GameOf).Distinct().OrderBy(game => game.Length))
        {
            var said = await ClemAsync(clemcore, "score", "-g", game, "-r", tree);
            foreach (var line in said.Split('\n').Where(line => line.Contains("exceptions occurred", StringComparison.Ordinal)))
                line.ShouldContain($"{NotScored}: ");
        }

        var differences = new List<string>();
        foreach (var (file, scores) in ours.Where(one => GameOf(one.Key) != NotScored))
        {
            if (File.Exists(file))
                differences.AddRange(Differences(scores, (JsonMap)PythonJson.Parse(await File.ReadAllBytesAsync(file))!).Select(difference => $"{Path.GetRelativePath(tree, file)}: {difference}"));
            else
                differences.Add($"{Path.GetRelativePath(tree, file)} was not scored by clemcore");
        }

        differences.ShouldBeEmpty();

        await ClemAsync(clemcore, "eval", "-r", tree);
        // Releases before 3.7 always have the columns of the standard deviation.
        var results = await File.ReadAllTextAsync(Path.Join(tree, "results.csv"));
        var folder = results.Contains("(std)", StringComparison.Ordinal) ? "ours-with-deviation" : "ours";
        results.ShouldBe(await File.ReadAllTextAsync(_folder.File($"{folder}/results.csv")));
        await WriteTablesAsync(tree, _folder.File("theirs"));
        (await RowsAsync(Path.Join(tree, "raw.csv"))).ShouldBe(await RowsAsync(_folder.File("theirs/raw.csv")));

        (await ClemAsync(clemcore, "transcribe", "-r", tree)).ShouldNotContain("exceptions occurred");
        foreach (var episode in ours.Keys.Select(file => Path.GetDirectoryName(file)!))
        {
            File.Exists(Path.Join(episode, "transcript.html")).ShouldBeTrue(episode);
            File.Exists(Path.Join(episode, "transcript.tex")).ShouldBeTrue(episode);
        }

        foreach (var game in ours.GroupBy(one => GameOf(one.Key)))
            output.WriteLine($"{game.Key}: {game.Count()} episodes, {string.Join(", ", game.GroupBy(one => ScoresFile.Read(one.Value).Outcome).OrderBy(end => end.Key).Select(end => $"{end.Count()} {end.Key}"))}");
    }

    private static string GameOf(string scoresFile) => scoresFile.Split(Path.DirectorySeparatorChar)[^4];

    private static async Task PlayAsync(string tree)
    {
        ModelEntry mock = new() { Name = "mock", Backend = "mock" }, noisy = new() { Name = "noisy", Backend = "mock" };
        var plans = new List<EpisodePlan>();
        foreach (var entry in Directory.EnumerateFiles(Path.Join(Repository.Root, "games"), "clemgame.json", SearchOption.AllDirectories)
            .SelectMany(file => PythonJson.Parse(File.ReadAllBytes(file)) is var content && content is object?[] list ? list : [content])
            .Select(entry => GeneratedInstancesTests.FindGame(((JsonMap)entry!).GetOrDefault<string>("game_name")!) with { Players = (int)((JsonMap)entry!).GetOrDefault<long>("players") }))
        {
            var rules = GameCatalog.BuiltIn.FindRules(entry)!;
            foreach (var experiment in (await InstanceFile.ReadAsync(entry.InstancePath, entry.Name, default)).GroupBy(instance => instance.Experiment))
            {
                plans.AddRange(experiment.Take(2).Select(instance => new EpisodePlan([mock], rules, entry, instance)));
                plans.AddRange(experiment.Select(instance => new EpisodePlan([noisy], rules, entry, instance)));
                if (entry.Players == 2)
                    plans.AddRange(experiment.Take(3).Select(instance => new EpisodePlan([mock, noisy], rules, entry, instance)));
            }
        }

        ModelLoader load = (entry, token) => entry.Name == "noisy"
            ? Task.FromResult<IModel>(new NoisyModel(entry.Name))
            : new MockBackend().LoadModelAsync(entry, null, token);
        var run = new GameRun(new RunSettings { ResultsPath = tree }, load, new ResultsReader(GameCatalog.BuiltIn));
        await foreach (var episode in run.PlayAsync(new RunPlan(plans.Count, [new RunLane(plans)]), null, default))
            episode.Outcome.ShouldNotBe(Outcome.Error, $"{episode.Path}: {episode.Error}");
    }

    private static IEnumerable<string> Differences(JsonMap ours, JsonMap theirs)
    {
        foreach (var head in (string[])["meta", "players", "player_models"])
        {
            if (JsonData.ToJson(ours.GetValueOrDefault(head)) != JsonData.ToJson(theirs.GetValueOrDefault(head)))
                yield return head;
        }

        var (ourTurns, theirTurns) = (ours.GetOrDefault<JsonMap>("turn scores")!, theirs.GetOrDefault<JsonMap>("turn scores")!);
        if (!ourTurns.Keys.SequenceEqual(theirTurns.Keys))
            yield return $"turns {string.Join(',', ourTurns.Keys)} and not {string.Join(',', theirTurns.Keys)}";
        foreach (var (turn, metrics) in theirTurns.Append(new("episode", theirs["episode scores"])))
        {
            // Ours may have metrics of our own beside clemcore's.
            var own = turn == "episode" ? ours.GetOrDefault<JsonMap>("episode scores") : ourTurns.GetOrDefault<JsonMap>(turn);
            foreach (var (metric, value) in (JsonMap)metrics!)
            {
                if (own is null || !own.TryGetValue(metric, out var number) || !IsSame(metric, number, value))
                    yield return $"{metric} of {turn} is {JsonData.ToJson(own?.GetValueOrDefault(metric))} and not {JsonData.ToJson(value)}";
            }
        }
    }

    // numpy's exponential function gives another last digit on some processors.
    private static bool IsSame(string metric, object? ours, object? theirs) =>
        JsonData.ToJson(ours) == JsonData.ToJson(theirs)
        || (metric is "similarity" or "graph_similarity" && ours is double one && theirs is double other && Math.Abs(one - other) < 1e-9);

    private static async Task WriteTablesAsync(string tree, string folder, bool withDeviation = false)
    {
        Directory.CreateDirectory(folder);
        var data = new BenchmarkData();
        await using var tables = new BenchmarkTables(folder, [TableFormat.Csv]);
        await foreach (var episode in new ScoresTree([tree]).ReadAsync(default))
        {
            data.Add(episode);
            await tables.AddAsync(episode, default);
        }

        await tables.CompleteAsync(data, withDeviation, default);
    }

    // Rows without their numbers, in one order; how pandas writes a number depends on the rows above it.
    private static async Task<string[]> RowsAsync(string file) =>
    [
        .. (await File.ReadAllLinesAsync(file)).Skip(1)
            .Select(line => line[(line.IndexOf(',', StringComparison.Ordinal) + 1)..])
            .Select(line => (Start: line[..(line.LastIndexOf(',') + 1)], End: line[(line.LastIndexOf(',') + 1)..]))
            .Select(row => row.Start + (double.TryParse(row.End, CultureInfo.InvariantCulture, out var number) ? PythonFloat.Repr(number) : row.End))
            .Order(StringComparer.Ordinal),
    ];

    private async Task<string> ClemAsync(string clemcore, params string[] arguments)
    {
        using var process = Process.Start(ClemcoreCommand.Of(clemcore, Directory.CreateDirectory(_folder.File("clem")).FullName, arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, said);
        return said;
    }
}
