using System.Diagnostics;
using System.Globalization;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Scores;
using Clembench.Tests.Support;

namespace Clembench.Benchmarks;

/// <summary>
/// Whole commands of Python clemcore and of ours in turn, on the same instances: play hellogame with mock, score and evaluate a tree of taboo.
/// Needs what its test needs: a checkout of clemcore (<c>CLEMBENCH_CLEMCORE</c>), one of clembench (<c>CLEMBENCH_HOME</c>), and a Python with
/// their dependencies (<c>CLEMBENCH_PYTHON</c>, else <c>python3</c>).
/// </summary>
internal static class ClemcoreSideBySide
{
    private const int Scored = 3_000;

    // clemcore finds instance files by name, in the game's own folder.
    private const string Instances = "side-by-side";

    /// <summary>Measures, and prints a table.</summary>
    /// <param name="episodes">How many episodes are played.</param>
    /// <param name="rounds">How often each command runs.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> MeasureAsync(int episodes, int rounds)
    {
        if (Environment.GetEnvironmentVariable("CLEMBENCH_CLEMCORE") is not { Length: > 0 } clemcore
            || Environment.GetEnvironmentVariable("CLEMBENCH_HOME") is not { Length: > 0 } clembench)
        {
            Console.WriteLine("Python clemcore is not measured: CLEMBENCH_CLEMCORE and CLEMBENCH_HOME name no checkouts of clemcore and clembench.");
            return 0;
        }

        var work = Directory.CreateTempSubdirectory("clembench-");
        try
        {
            var sides = new Sides(clemcore, work.FullName);
            var hello = await WriteInstancesAsync(clembench, work.FullName, "hellogame", episodes);
            var taboo = await WriteInstancesAsync(clembench, work.FullName, "taboo", Scored);
            string At(string name) => Path.Join(work.FullName, name);
            await sides.OursAsync($"Invoke-ClemGame taboo mock -InstancePath '{taboo}' -ResultsPath '{At("tree")}'");

            Console.WriteLine($"Whole commands in turn, {rounds} round(s), records in {work.FullName}; seconds by the clock, medians:");
            Console.WriteLine("| | clemcore | Clembench | times as fast |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            await CompareAsync("start: list the models", rounds, _ => sides.TheirsAsync("list", "models"), _ => sides.OursAsync("Get-ClemModel"));
            await CompareAsync(
                $"play hellogame with mock, {episodes:N0} episodes", rounds,
                round => sides.TheirsAsync("run", "-g", "hellogame", "-i", Instances, "-m", "mock", "-r", At($"theirs-{round}")),
                round => sides.OursAsync($"Invoke-ClemGame hellogame mock -InstancePath '{hello}' -ResultsPath '{At($"ours-{round}")}'"));
            await CompareAsync(
                $"score {Scored:N0} episodes of taboo, every scores.json written", rounds,
                _ => sides.TheirsAsync("score", "-g", "taboo", "-r", At("tree")),
                _ => sides.OursAsync($"Measure-ClemScore '{At("tree")}' -Update"), WithoutScores);
            await CompareAsync(
                "the same in a session that is open, the first call", rounds,
                _ => sides.TheirsAsync("score", "-g", "taboo", "-r", At("tree")),
                _ => sides.InSessionAsync($"Measure-ClemScore '{At("tree")}' -Update"), WithoutScores);
            await CompareAsync(
                $"evaluate {Scored:N0} episodes, all tables written", rounds,
                _ => sides.TheirsAsync("eval", "-r", At("tree")),
                _ => sides.OursAsync($"Measure-ClemBenchmark '{At("tree")}' -WriteTable -Format Csv, Html"));

            void WithoutScores()
            {
                foreach (var file in Directory.EnumerateFiles(At("tree"), ScoresFile.Name, SearchOption.AllDirectories))
                    File.Delete(file);
            }

            return 0;
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    // Whoever begins changes with the rounds.
    private static async Task CompareAsync(string what, int rounds, Func<int, Task<double>> theirs, Func<int, Task<double>> ours, Action? before = null)
    {
        var seconds = (Theirs: new List<double>(), Ours: new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < 2; turn++)
            {
                before?.Invoke();
                if ((round + turn) % 2 == 0)
                    seconds.Theirs.Add(await theirs(round));
                else
                    seconds.Ours.Add(await ours(round));
            }
        }

        var (their, our) = (Median.Of(seconds.Theirs), Median.Of(seconds.Ours));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {their:0.00} | {our:0.00} | {their / our:0.0} |"));
    }

    // A copy of the game's folder, so that nothing is written to the checkout; and of our instances, as many as are wanted.
    private static async Task<string> WriteInstancesAsync(string clembench, string work, string game, int count)
    {
        var folder = Path.Join(work, "games", game);
        foreach (var file in Directory.EnumerateFiles(Path.Join(clembench, game), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(folder, Path.GetRelativePath(Path.Join(clembench, game), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var own = JsonMap.Parse(await File.ReadAllTextAsync(Path.Join(Repository.Root, "games", game, "in", "instances.json")));
        var experiment = (JsonMap)own.GetOrDefault<object?[]>("experiments")![0]!;
        var known = experiment.GetOrDefault<object?[]>("game_instances")!;
        var many = Enumerable.Range(0, count)
            .Select(id => (object?)new JsonMap(((JsonMap)known[id % known.Length]!).Select(member => member.Key == "game_id" ? new(member.Key, (long)id) : member)));
        var content = new JsonMap([new("experiments", new object?[] { new JsonMap(experiment.Select(member => member.Key == "game_instances" ? new(member.Key, many.ToArray()) : member)) })]);
        var path = Path.Join(folder, "in", Instances + ".json");
        await File.WriteAllTextAsync(path, JsonData.ToJson(content));
        return path;
    }

    private sealed class Sides(string clemcore, string work)
    {
        private readonly string _games = Path.Join(work, "games");

        public async Task<double> TheirsAsync(params string[] arguments)
        {
            var start = ClemcoreCommand.Of(clemcore, _games, arguments);
            start.Environment["CLEMBENCH_HOME"] = _games;
            return (await TimeAsync(start)).Seconds;
        }

        public async Task<double> OursAsync(string command) => (await TimeAsync(BuiltShell.Run($"{command} | Out-Null"))).Seconds;

        public async Task<double> InSessionAsync(string command)
        {
            var (_, said) = await TimeAsync(BuiltShell.Run(
                $"Import-Module Clembench; $clock = [System.Diagnostics.Stopwatch]::StartNew(); {command} | Out-Null; \"seconds=$($clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))\""));
            return double.Parse(said[(said.LastIndexOf("seconds=", StringComparison.Ordinal) + "seconds=".Length)..].Trim(), CultureInfo.InvariantCulture);
        }

        private async Task<(double Seconds, string Said)> TimeAsync(ProcessStartInfo start)
        {
            start.WorkingDirectory = _games;
            (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? (clock.Elapsed.TotalSeconds, said)
                : throw new InvalidOperationException($"{string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {said}{await error}");
        }
    }
}
