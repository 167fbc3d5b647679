using System.Diagnostics;
using System.Text.Json;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;
using Clembench.Tests.Support;

namespace Clembench.Tests.Scores;

/// <summary>The tables of made-up scores, beside those that pandas makes of the same rows: numbers, their form, names in need of quotes.</summary>
public class PandasOracleTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly string[] Games = ["wordle", "taboo", "Zork", "a,b", "all-rounder", "game \"q\"", "<tag> & co", "é"];
    private static readonly string[] Models = ["m", "a-t0.0--b-t0.0", "Z, the last", "a-model-with-a-name-that-is-longer-than-fifty-characters-in-all-0123456789"];

    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task Tables_are_those_of_pandas(int seed, bool withDeviation)
    {
        Skip.IfNot(File.Exists(Python) && await HasPandasAsync(), "No Python with pandas on this machine (Debian: apt-get install python3-pandas).");
        var episodes = MakeUp(new Random(seed), texts: seed % 3 == 0, onlyIntegers: seed == 4);
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.Path, episodes, withDeviation);

        var expected = await AskAsync(JsonData.ToJson(new JsonMap(
        [
            new("std", withDeviation),
            new("rows", episodes.SelectMany(episode => episode.Scores.Select(score => (object?)new object?[]
            {
                episode.Game, episode.Model, episode.Experiment, Path.GetFileName(episode.Path), score.Key, score.Value,
            })).ToArray()),
        ])));
        (await File.ReadAllTextAsync(folder.File("raw.csv"))).ShouldBe(expected.GetProperty("raw").GetString());
        (await File.ReadAllTextAsync(folder.File("results.csv"))).ShouldBe(expected.GetProperty("csv").GetString());
        (await File.ReadAllTextAsync(folder.File("results.html"))).ShouldBe(expected.GetProperty("html").GetString());
    }

    private static async Task WriteAsync(string folder, IEnumerable<Episode> episodes, bool withDeviation)
    {
        var data = new BenchmarkData();
        await using var tables = new BenchmarkTables(folder, [TableFormat.Csv, TableFormat.Html]);
        foreach (var episode in episodes)
        {
            var scored = ScoredEpisode.Of(episode)!;
            data.Add(scored);
            await tables.AddAsync(scored, default);
        }

        await tables.CompleteAsync(data, withDeviation, default);
    }

    private static List<Episode> MakeUp(Random random, bool texts, bool onlyIntegers)
    {
        var episodes = new List<Episode>();
        foreach (var game in Games)
        {
            foreach (var model in Models)
            {
                // Not every model has played every game; some have played it once, some only to an abort.
                var number = random.Next(0, 6);
                var hopeless = random.Next(6) == 0;
                for (var i = 0; i < number; i++)
                {
                    var aborted = hopeless || random.Next(4) == 0;
                    object score = onlyIntegers ? (long)random.Next(101)
                        : aborted ? double.NaN
                        : random.Next(3) switch { 0 => (long)random.Next(101), 1 => random.Next(2) * 100.0, _ => 100.0 / random.Next(1, 8) };
                    List<KeyValuePair<string, object?>> metrics =
                    [
                        new("Request Count", (long)random.Next(1, 9)),
                        new("Aborted", aborted ? 1L : 0L),
                        new("Main Score", score),
                    ];
                    if (!onlyIntegers)
                        metrics.Insert(random.Next(3), new("Ratio", random.NextDouble() / Math.Pow(10, random.Next(12))));
                    if (texts && random.Next(3) == 0)
                        metrics.Insert(random.Next(3), new("experiment name", "risk, \"high\""));
                    if (texts && random.Next(9) == 0)
                        metrics.Insert(random.Next(3), new("is last", true));
                    episodes.Add(new Episode
                    {
                        Model = model,
                        Game = game,
                        Experiment = $"e{i % 2}",
                        InstanceId = i,
                        Outcome = Outcome.Success,
                        Path = $"/r/instance_{i:00000}",
                        Scores = new JsonMap(metrics),
                    });
                }
            }
        }

        return episodes;
    }

    private static async Task<bool> HasPandasAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import pandas"]) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static async Task<JsonElement> AskAsync(string question)
    {
        var script = Path.Join(Repository.Root, "Clembench.Tests", "Scores", "results_oracle.py");
        using var process = Process.Start(new ProcessStartInfo(Python, [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        })!;
        await process.StandardInput.WriteAsync(question);
        process.StandardInput.Close();
        using var answer = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        return answer.RootElement.Clone();
    }
}
