using System.Text;
using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;
using Clembench.Tests.Support;

namespace Clembench.Tests.Scores;

/// <summary>Trees that Python clemcore recorded, scored and evaluated: ours beside what it wrote, byte for byte.</summary>
public class RecordedTablesTests
{
    [SkippableTheory]
    [InlineData("clemcore-3.3", 2067, true)]
    [InlineData("clemcore-3.7", 389, false)]
    public async Task The_leaderboard_is_the_recorded_one(string archive, int scored, bool withDeviation)
    {
        using var tree = ReferenceData.Unpack(archive);
        var errors = new List<ClemException>();
        var reading = new ScoresTree([tree.Path], errors.Add);
        var episodes = await reading.ReadAsync(default).ToListAsync();
        errors.ShouldBeEmpty();
        episodes.Count.ShouldBe(scored);
        (reading.Failed.Count, reading.Repeated.Count).ShouldBe((0, 0));
        reading.Unscored.Count.ShouldBeGreaterThan(0); // hellogame has no scorer in Python.
        episodes.Select(episode => episode.Path).ShouldBe(episodes.Select(episode => episode.Path).Order(StringComparer.Ordinal));

        var data = new BenchmarkData();
        episodes.ForEach(data.Add);
        var table = ResultsTable.Of(data, withDeviation);
        table.ToCsv().ShouldBe(await File.ReadAllTextAsync(tree.File("results.csv")));
        if (File.Exists(tree.File("results.html")))
            table.ToHtml().ShouldBe(await File.ReadAllTextAsync(tree.File("results.html")));

        // The rows that a person sees say the same as the table.
        foreach (var row in Leaderboard.Rows(data, BenchmarkGrouping.Game, 0, null, default))
        {
            double? Cell(string column) => table.Cells[table.Models.ToList().IndexOf(row.Model)][table.Columns.ToList().IndexOf(column)] is var cell && double.IsNaN(cell) ? null : cell;
            row.Played.ShouldBe(Cell(row.Game == "all" ? "all, Average % Played" : $"{row.Game}, % Played"));
            row.Quality.ShouldBe(Cell(row.Game == "all" ? "all, Average Quality Score" : $"{row.Game}, Quality Score"));
            if (row.Game == "all")
                row.ClemScore.ShouldBe(Cell("-, clemscore"));
            else if (withDeviation)
                row.QualityDeviation.ShouldBe(Cell($"{row.Game}, Quality Score (std)"));
        }
    }

    // Python lists folders in the disk's own order, so the recorded file says in which order its episodes came.
    [SkippableTheory]
    [InlineData("clemcore-3.3")]
    [InlineData("clemcore-3.7")]
    public async Task The_raw_table_is_the_recorded_one_when_episodes_come_in_the_recorded_order(string archive)
    {
        using var tree = ReferenceData.Unpack(archive);
        var episodes = new Dictionary<string, ScoredEpisode>();
        await foreach (var episode in new ScoresTree([tree.Path]).ReadAsync(default))
            episodes.Add($"{episode.Game},{episode.Model},{episode.ExperimentFolder},{episode.EpisodeFolder}", episode);

        var recorded = await File.ReadAllTextAsync(tree.File("raw.csv"));
        using var folder = new TemporaryFolder();
        var tables = new BenchmarkTables(folder.Path, [TableFormat.Csv]);
        await using (tables)
        {
            foreach (var key in recorded.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => string.Join(',', line.Split(',')[1..5])).Distinct())
                await tables.AddAsync(episodes[key], default);
            await tables.CompleteAsync(new BenchmarkData(), false, default);
        }

        (await File.ReadAllTextAsync(folder.File("raw.csv"))).ShouldBe(recorded);
    }

    [SkippableTheory]
    [InlineData("clemcore-3.3")]
    [InlineData("clemcore-3.7")]
    public async Task A_scores_file_is_written_byte_for_byte_as_the_recorded_one(string archive)
    {
        using var tree = ReferenceData.Unpack(archive);
        var compared = 0;
        foreach (var file in Directory.EnumerateFiles(tree.Path, "scores.json", SearchOption.AllDirectories))
        {
            var recorded = await File.ReadAllBytesAsync(file);
            var record = (JsonMap)PythonJson.Parse(await File.ReadAllBytesAsync(Path.Join(Path.GetDirectoryName(file), "interactions.json")))!;
            var written = ScoresFile.Content(record, ScoresFile.Read(PythonJson.Parse(recorded)));
            Encoding.UTF8.GetString(written.Span).ShouldBe(Encoding.UTF8.GetString(recorded), file);
            compared++;
        }

        compared.ShouldBeGreaterThan(300);
    }

    // Every game whose rules are known is held to its recorded scores here, without being named.
    [SkippableTheory]
    [InlineData("clemcore-3.3", 2097)]
    [InlineData("clemcore-3.7", 399)]
    public async Task Games_with_rules_score_as_recorded_and_the_others_say_that_they_have_none(string archive, int count)
    {
        using var tree = ReferenceData.Unpack(archive);
        var without = 0;
        var scored = 0;
        await foreach (var (score, error) in new EpisodeScorer(GameCatalog.BuiltIn.FindRules).ScoreAllAsync([tree.Path], update: false, default))
        {
            if (score is null)
            {
                error!.Id.ShouldBe(EpisodeScorer.NoRules);
                GameCatalog.BuiltIn.FindRules((string)error.Target!).ShouldBeNull();
                without++;
                continue;
            }

            scored++;
            var file = Path.Join(score.Path, "scores.json");
            if (!File.Exists(file))
                continue; // Python has no scorer for hellogame.
            var recorded = ScoresFile.Read(PythonJson.Parse(await File.ReadAllBytesAsync(file)));
            // A game may have metrics beside the recorded ones, never others in their place.
            JsonData.ToJson(new JsonMap(score.Scores.Where(metric => recorded.Episode.ContainsKey(metric.Key)))).ShouldBe(JsonData.ToJson(recorded.Episode), score.Path);
            JsonData.ToJson(score.TurnScores.ToDictionary(turn => $"{turn.Key}", turn => (object?)new JsonMap(turn.Value.Where(metric => metric.Key != "similarity"))))
                .ShouldBe(JsonData.ToJson(recorded.Turns.ToDictionary(turn => $"{turn.Key}", turn => (object?)turn.Value)), score.Path);
        }

        (scored + without).ShouldBe(count);
        scored.ShouldBeGreaterThan(0);
    }
}
