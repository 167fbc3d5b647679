using System.Diagnostics;
using System.Globalization;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Games;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;
using Clembench.Scoring;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Tests.Support;

namespace Clembench.Benchmarks;

/// <summary>
/// What limits runs of very many episodes: what an episode of each game takes on the disk and of the processor, and how listing,
/// resuming, evaluating and scoring grow with the number of episodes in one folder.
/// </summary>
internal static class ScaleOfRuns
{
    private const int EpisodesOfGame = 2000;
    private const int Block = 4096;

    /// <summary>Measures.</summary>
    /// <param name="sizes">Numbers of episodes in one folder.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> MeasureAsync(string[] sizes)
    {
        Console.WriteLine($"Load of the machine (1 min): {Load()}; {Environment.ProcessorCount} processors.");
        await MeasureGamesAsync();
        foreach (var size in sizes.Length > 0 ? sizes.Select(text => int.Parse(text, CultureInfo.InvariantCulture)) : [10_000, 100_000])
            await MeasureFolderAsync(size);
        return 0;
    }

    private static async Task MeasureGamesAsync()
    {
        Console.WriteLine($"\nAn episode of each game with mock, {EpisodesOfGame} and more of each; on the disk in blocks of 4 KiB, folders included:");
        Console.WriteLine("game                      episodes/s   µs of processor   calls   inodes   KiB   KiB on the disk");
        var workspace = new Workspace { WorkingDirectory = Repository.Root, UserDirectories = [Path.GetTempPath()], PackagedDirectory = Repository.Root, GetVariable = _ => null };
        foreach (var game in GameRegistry.Read(workspace).Games.DistinctBy(game => game.Name))
        {
            if (GameCatalog.BuiltIn.FindRules(game) is not { } rules)
                continue;
            var selection = new GameSelection(game, rules, await InstanceFile.ReadAsync(game.InstancePath, game, default));
            var repeat = (EpisodesOfGame + selection.Instances.Count - 1) / selection.Instances.Count;
            var folder = Directory.CreateTempSubdirectory("clembench-");
            try
            {
                // A first one warms up the rules.
                await PlayAsync(Path.Join(folder.FullName, "first"), selection, 1);
                var (seconds, processor, episodes, calls) = await PlayAsync(Path.Join(folder.FullName, "results"), selection, repeat);
                var (inodes, bytes, blocks) = Weigh(Path.Join(folder.FullName, "results"));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{game.Name,-25} {episodes / seconds,10:0} {processor / episodes * 1e6,17:0} {(double)calls / episodes,7:0.0} {(double)inodes / episodes,8:0.0} {bytes / 1024.0 / episodes,5:0.0} {blocks * (Block / 1024.0) / episodes,17:0}"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task<(double Seconds, double Processor, int Episodes, long Calls)> PlayAsync(string folder, GameSelection game, int repeat)
    {
        var mock = new ModelEntry { Name = "mock", Backend = "mock" };
        var run = new GameRun(new RunSettings { ResultsPath = folder }, (entry, token) => new MockBackend().LoadModelAsync(entry, null, token), new ResultsReader(GameCatalog.BuiltIn));
        var (episodes, calls) = (0, 0L);
        var (seconds, processor) = await TimeAsync(async () =>
        {
            await foreach (var episode in run.PlayAsync(RunPlan.Of([[mock]], [game], repeat, shard: null), null, default))
                (episodes, calls) = (episodes + 1, calls + episode.RequestCount);
        });
        return (seconds, processor, episodes, calls);
    }

    private static async Task MeasureFolderAsync(int episodes)
    {
        var folder = Directory.CreateTempSubdirectory("clembench-");
        try
        {
            Console.WriteLine($"\n{episodes:#,0} episodes of hellogame in one folder; for each of them:");
            Console.WriteLine("what                                     seconds   µs   µs of processor   peak working set so far, MB");
            var results = folder.FullName;
            var experiment = Path.Join(results, "mock", "hellogame", "greet_en");
            await ReportAsync("playing and recording", episodes, async () => await MockRun.PlayAsync(results, episodes));
            await ReportAsync("listing the names of a folder", episodes, () => Task.FromResult(Directory.EnumerateDirectories(experiment).Count()));
            await ReportAsync("resuming: all are complete", episodes, async () => Expect(await MockRun.PlayAsync(results, episodes), episodes));
            await ReportAsync("evaluating (Measure-ClemBenchmark)", episodes, () => EvaluateAsync(results));
            await ReportAsync("scoring (Measure-ClemScore)", episodes, () => ScoreAsync(results));
            await ReportAsync("reading (Get-ClemEpisode)", episodes, () => ReadAsync(results));
            // What a part has to do for the others: it has a thousandth of them to itself.
            var part = new Shard(1, 1000);
            await ReportAsync("a part of 1,000, complete", episodes, () => MockRun.PlayAsync(results, episodes, part));
            var marker = Path.Join(experiment, $"instance_{MockRun.Ids(episodes, part)[0]:00000}", "completed.json");
            File.Delete(marker);
            await using (new FileStream(Path.Join(results, "mock", ".hellogame.2-of-1000.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
                await ReportAsync("a part of 1,000, one to play", episodes, () => MockRun.PlayAsync(results, episodes, part));
            File.Delete(marker);
            await ReportAsync("the last part, one to play", episodes, () => MockRun.PlayAsync(results, episodes, part));
            if (OperatingSystem.IsLinux())
                Console.WriteLine(FormattableString.Invariant($"The folder that lists them is {await SizeOfFolderAsync(experiment) / (double)episodes:0.0} bytes for each."));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ReportAsync(string what, int episodes, Func<Task> work)
    {
        var (seconds, processor) = await TimeAsync(work);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-38} {seconds,9:0.00} {seconds / episodes * 1e6,4:0.0} {processor / episodes * 1e6,17:0.0} {process.PeakWorkingSet64 / 1e6,10:0}"));
    }

    private static async Task EvaluateAsync(string folder)
    {
        var data = new BenchmarkData();
        await foreach (var episode in new ScoresTree([folder]).ReadAsync(default))
            data.Add(episode);
        _ = Leaderboard.Rows(data, BenchmarkGrouping.Game, 1000, null, default);
    }

    private static async Task ScoreAsync(string folder)
    {
        await foreach (var (score, error) in new EpisodeScorer(GameCatalog.BuiltIn.FindRules).ScoreAllAsync([folder], update: false, default))
        {
            if (error is not null)
                throw new InvalidOperationException(error.Message);
            _ = score;
        }
    }

    private static Task ReadAsync(string folder)
    {
        var reader = new ResultsReader(GameCatalog.BuiltIn);
        return Task.Run(async () =>
        {
            foreach (var episode in ResultsReader.FindEpisodeFolders(folder, error => throw error))
                _ = await reader.ReadEpisodeAsync(episode, default);
        });
    }

    private static async Task<(double Seconds, double Processor)> TimeAsync(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await work();
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (seconds, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static (long Inodes, long Bytes, long Blocks) Weigh(string folder)
    {
        var (inodes, bytes, blocks) = (0L, 0L, 0L);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var size = entry is FileInfo file ? file.Length : 1;
            (inodes, bytes, blocks) = (inodes + 1, bytes + (entry is FileInfo ? size : 0), blocks + (size + Block - 1) / Block);
        }

        return (inodes, bytes, blocks);
    }

    private static async Task<long> SizeOfFolderAsync(string folder)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["--format=%s", folder]) { RedirectStandardOutput = true })!;
        return long.Parse(await stat.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
    }

    private static void Expect(int reused, int episodes)
    {
        if (reused != episodes)
            throw new InvalidOperationException($"{reused} of {episodes} were reused.");
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
