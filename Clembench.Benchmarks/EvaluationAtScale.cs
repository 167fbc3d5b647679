using System.Diagnostics;
using System.Globalization;
using Clembench.Games;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;

namespace Clembench.Benchmarks;

/// <summary>
/// The evaluation and the scoring of large trees, beside the times that Python clemcore took for 3,000 episodes: 15 s (its
/// evaluation grows with the square of the rows) and 2.3 s.
/// </summary>
internal static class EvaluationAtScale
{
    private const double PythonEvaluation = 15, PythonScoring = 2.3;
    private const int Rounds = 5;

    public static async Task<int> MeasureAsync(string[] sizes)
    {
        int[] numbers = sizes.Length > 0 ? [.. sizes.Select(text => int.Parse(text, CultureInfo.InvariantCulture))] : [3_000, 20_000];
        Console.WriteLine("hellogame's episodes with all records; medians of 5 rounds, in seconds. Load of the machine (1 min): " + Load());
        Console.WriteLine("episodes   what                       wall s  processor s   µs/episode   clemcore's time ÷ wall, ÷ processor");
        foreach (var number in numbers)
        {
            var folder = Directory.CreateTempSubdirectory("clembench-").FullName;
            try
            {
                await MockRun.PlayAsync(folder, number);
                await MeasureAsync(folder, number);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(string folder, int episodes)
    {
        GC.Collect();
        var peak = 0L;
        using var watch = new Timer(_ => peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64), null, 0, 20);
        var evaluation = await MedianAsync(() => EvaluateAsync(folder, tables: false, resamples: 0));
        var withTables = await MedianAsync(() => EvaluateAsync(folder, tables: true, resamples: 0));
        var withIntervals = await MedianAsync(() => EvaluateAsync(folder, tables: true, resamples: 1000));
        var scoring = await MedianAsync(() => ScoreAsync(folder, update: false));
        var writing = await MedianAsync(
            () => ScoreAsync(folder, update: true),
            () => Array.ForEach(Directory.GetFiles(folder, ScoresFile.Name, SearchOption.AllDirectories), File.Delete));
        foreach (var (what, (wall, processor), python) in (ReadOnlySpan<(string, (double, double), double)>)
            [("eval", evaluation, 0), ("eval, tables written", withTables, PythonEvaluation), ("the same, with intervals", withIntervals, 0), ("score", scoring, 0), ("score, files written", writing, PythonScoring)])
        {
            var times = episodes == 3_000 && python > 0 ? $"{python / wall,9:0.0} {python / processor,13:0.0}" : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{episodes,8}   {what,-26} {wall,6:0.000} {processor,11:0.000} {processor / episodes * 1e6,10:0.0} {times}"));
        }

        var (wallOfFiles, processorOfFiles) = await MedianAsync(() =>
        {
            ReplaceFiles(folder);
            return Task.CompletedTask;
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{episodes,8}   {"the file system alone",-26} {wallOfFiles,6:0.000} {processorOfFiles,11:0.000} {processorOfFiles / episodes * 1e6,10:0.0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{episodes,8}   peak working set {peak / 1e6:0} MB"));
    }

    /// <summary>What scoring cannot do without: one thread reads two files of each episode, and writes and renames one.</summary>
    private static void ReplaceFiles(string folder)
    {
        foreach (var episode in Directory.EnumerateDirectories(Path.Join(folder, "mock/hellogame/greet_en")))
        {
            File.ReadAllBytes(Path.Join(episode, InteractionsFile.Name));
            File.ReadAllBytes(Path.Join(episode, "instance.json"));
            var scores = Path.Join(episode, ScoresFile.Name);
            File.WriteAllBytes(scores + ".tmp", File.ReadAllBytes(scores));
            File.Move(scores + ".tmp", scores, overwrite: true);
        }
    }

    private static async Task EvaluateAsync(string folder, bool tables, int resamples)
    {
        var data = new BenchmarkData();
        await using var files = tables ? new BenchmarkTables(folder, [TableFormat.Csv, TableFormat.Html]) : null;
        await foreach (var episode in new ScoresTree([folder]).ReadAsync(default))
        {
            data.Add(episode);
            if (files is not null)
                await files.AddAsync(episode, default);
        }

        if (files is not null)
            await files.CompleteAsync(data, withDeviation: true, default);
        _ = Leaderboard.Rows(data, BenchmarkGrouping.Game, resamples, null, default);
    }

    private static async Task ScoreAsync(string folder, bool update)
    {
        await foreach (var (score, error) in new EpisodeScorer(GameCatalog.BuiltIn.FindRules).ScoreAllAsync([folder], update, default))
        {
            if (error is not null || score!.Updated != update)
                throw new InvalidOperationException(error?.Message ?? $"{score} was not written.");
        }
    }

    // On a machine with other work the processor's time says more than the clock.
    private static async Task<(double Wall, double Processor)> MedianAsync(Func<Task> work, Action? before = null)
    {
        var times = new List<(double Wall, double Processor)>();
        using var process = Process.GetCurrentProcess();
        // The first round warms up the code and the file system's cache.
        for (var round = 0; round <= Rounds; round++)
        {
            before?.Invoke();
            process.Refresh();
            var processor = process.TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            await work();
            process.Refresh();
            if (round > 0)
                times.Add((clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - processor).TotalSeconds));
        }

        return (Median.Of(times.Select(time => time.Wall)), Median.Of(times.Select(time => time.Processor)));
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
