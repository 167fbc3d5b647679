using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Scoring;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;
using Clembench.Tests.Support;
using Parquet;

namespace Clembench.Tests.Scores;

/// <summary>Trees of scores made by hand: layouts, repetitions, copies, and files that are broken in every way.</summary>
public sealed class ScoresTreeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_layout_is_read_and_named_by_its_folders()
    {
        Scores("a-t0.0/taboo/0_high_en/episode_3", 0, "50");
        Scores("b/taboo/high_en/instance_00003", 0, "50.0");
        Scores("c/epoch_00002/taboo/high_en/instance_00003", 1, "NaN");
        var (episodes, _) = await ReadAsync();
        episodes.Select(one => (one.Model, one.Game, one.Experiment, one.InstanceId, one.Repeat, one.ExperimentFolder, one.EpisodeFolder)).ShouldBe(
        [
            ("a-t0.0", "taboo", "high_en", 3, 1, "0_high_en", "episode_3"),
            ("b", "taboo", "high_en", 3, 1, "high_en", "instance_00003"),
            ("c", "taboo", "high_en", 3, 2, "high_en", "epoch_00002/instance_00003"),
        ]);
        episodes.Select(one => (one.Played, one.MainScore)).ShouldBe([(1, 50), (1, 50), (0, double.NaN)]);
    }

    [Theory]
    [InlineData("{\"episode scores\": ", "not valid JSON")]
    [InlineData("[]", "the root is not an object")]
    [InlineData("{}", "there is no object 'episode scores'")]
    [InlineData("{\"episode scores\": 1}", "'episode scores' is not an object")]
    [InlineData("{\"episode scores\": {\"Aborted\": 0, \"Main Score\": \"high\"}}", "'Main Score' is no number but \"high\"")]
    [InlineData("{\"episode scores\": {\"Played\": 1}}", "there is a metric 'Played'")]
    [InlineData("{\"episode scores\": {\"Aborted\": NotANumber}}", "line 1, column 32: not valid JSON")]
    public async Task A_broken_file_is_named_and_the_others_are_counted(string content, string message)
    {
        Scores("m/g/e/instance_00000", 0, "40");
        Write("m/g/e/instance_00001/scores.json", content);
        Scores("m/g/e/instance_00002", 0, "60");
        var (episodes, tree) = await ReadAsync();
        episodes.Count.ShouldBe(2);
        var error = tree.Errors.ShouldHaveSingleItem();
        error.Id.ShouldBe("Clem.Scores.BrokenFile");
        error.Message.ShouldContain(Path.Join("instance_00001", "scores.json"));
        error.Message.ShouldContain(message);
    }

    [Fact]
    public async Task What_is_not_counted_is_told()
    {
        Scores("m/g/e/instance_00000", 0, "40");
        Write("m/g/e/instance_00001/error.json", "{}");
        Write("m/g/e/instance_00002/interactions.json", "{}");
        Write("m/g/e/.instance_00003.partial/scores.json", "half of it");
        // A copy of the model's folder, and a second file beside the first one: the evaluation counts an episode once.
        Scores("old/m/g/e/instance_00000", 0, "0");
        Scores("m/g/e/instance_00000", 0, "0", "old_scores.json");
        var (episodes, tree) = await ReadAsync();
        episodes.ShouldHaveSingleItem().MainScore.ShouldBe(40);
        (tree.Reading.Failed.Count, tree.Reading.Unscored.Count, tree.Reading.Repeated.Count).ShouldBe((1, 1, 2));
    }

    [Fact]
    public async Task Numbers_in_all_their_forms_are_read_and_the_last_of_two_with_one_name_counts()
    {
        Write("m/g/e/instance_00000/scores.json", """
            {"turn scores": {"0": {"NaN": NaN, "x": -Infinity}}, "episode scores": {"Main Score": 1, "a \"NaN\" NaN": -Infinity, "b": [1, NaN], "c": true, "d": null, "Main Score": 12.5, "e": 123456789012345678901, "Aborted": false}, "rest": Infinity}
            """);
        var (episodes, tree) = await ReadAsync();
        tree.Errors.ShouldBeEmpty();
        var episode = episodes.ShouldHaveSingleItem();
        (episode.MainScore, episode.Played).ShouldBe((12.5, 1));
        episode.Metrics.Select(one => (one.Key, one.Value.Kind, one.Value.Number)).ShouldBe(
        [
            ("Main Score", MetricKind.Fractional, 12.5), ("a \"NaN\" NaN", MetricKind.Fractional, double.NegativeInfinity), ("b", MetricKind.Text, double.NaN),
            ("c", MetricKind.Boolean, 1), ("d", MetricKind.Missing, double.NaN), ("e", MetricKind.Whole, 123456789012345678901.0), ("Aborted", MetricKind.Boolean, 0),
        ]);
    }

    [Fact]
    public async Task Repetitions_are_episodes_of_one_instance_and_tell_how_much_chance_there_is()
    {
        foreach (var (instance, scores) in new[] { (0, new[] { 0, 100 }), (1, [100, 100]), (2, [0, 0]) })
        {
            for (var repeat = 0; repeat < scores.Length; repeat++)
                Scores($"m/epoch_{repeat + 1:00000}/g/e/instance_{instance:00000}", 0, $"{scores[repeat]}");
        }

        var row = Leaderboard.Rows(await DataAsync(), BenchmarkGrouping.Game, 500, null, default)[1];
        (row.Episodes, row.Instances, row.Quality).ShouldBe((6, 3, 50));
        // Within instances: 0 and 100 have the variance 5,000, the others 0; the mean of three is 1,666.7.
        row.RepeatDeviation!.Value.ShouldBe(Math.Sqrt(5000 / 3.0), 1e-9);
        (row.QualityHigh - row.QualityLow).ShouldNotBeNull().ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Rows_by_experiment_and_by_language_and_by_model()
    {
        Scores("m/g/easy_en/instance_00000", 0, "100");
        Scores("m/g/hard/instance_00000", 0, "0");
        Scores("m/h/any/instance_00000", 0, "60");
        Write("m/g/hard/experiment.json", """{"language": "de"}""");
        Write("m/h/any/instance_00000/instance.json", """{"lang": "de"}""");
        var data = await DataAsync();

        Leaderboard.Rows(data, BenchmarkGrouping.Experiment, 0, null, default).Select(row => (row.Game, row.Experiment, row.ClemScore)).ShouldBe(
            [("all", null, 55), ("g", "easy_en", 100), ("g", "hard", 0), ("h", "any", 60)]);
        Leaderboard.Rows(data, BenchmarkGrouping.Language, 0, ExperimentLanguage.Of, default).Select(row => (row.Game, row.Language, row.ClemScore)).ShouldBe(
            [("all", null, 55), ("all", "de", 30), ("all", "en", 100)]);
        Leaderboard.Rows(data, BenchmarkGrouping.Model, 0, null, default).ShouldHaveSingleItem().Episodes.ShouldBe(3);
    }

    [Fact]
    public async Task Intervals_are_the_same_each_time_and_do_not_depend_on_other_models()
    {
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
            Scores($"m/g{i % 2}/e/instance_{i:00000}", random.Next(5) == 0 ? 1 : 0, $"{random.Next(100)}");
        var alone = Leaderboard.Rows(await DataAsync(), BenchmarkGrouping.Game, 300, null, default);
        Scores("another/g0/e/instance_00000", 0, "100");
        Leaderboard.Rows(await DataAsync(), BenchmarkGrouping.Game, 300, null, default).Where(row => row.Model == "m").ShouldBe(alone);
        foreach (var row in alone)
        {
            row.Low!.Value.ShouldBeLessThan(row.ClemScore!.Value);
            row.High!.Value.ShouldBeGreaterThan(row.ClemScore.Value);
            row.PlayedLow!.Value.ShouldBeLessThan(row.Played!.Value);
        }
    }

    [Fact]
    public async Task Where_nothing_varies_an_interval_is_told_at_the_ends_of_the_scale()
    {
        for (var i = 0; i < 10; i++)
        {
            Scores($"m/g/e/instance_{i:00000}", 0, "100");
            Scores($"middle/g/e/instance_{i:00000}", 0, "50");
        }

        var rows = Leaderboard.Rows(await DataAsync(), BenchmarkGrouping.Game, 300, null, default);
        var row = rows[1];
        (row.ClemScore, row.Low, row.High, row.QualityLow, row.QualityHigh).ShouldBe((100, 72.25, 100, 72.25, 100));
        // In the middle nobody knows how far scores can be from it.
        (rows[3].ClemScore, rows[3].Low, rows[3].QualityLow).ShouldBe((50, null, null));
        // Wilson for 10 of 10: 1 ÷ (1 + 1.96² ÷ 10).
        row.PlayedLow.ShouldBe(72.25);
        row.PlayedHigh.ShouldBe(100);
    }

    [Fact]
    public async Task Tables_as_parquet_hold_what_the_csv_files_hold()
    {
        Scores("m/g/e/instance_00000", 0, "40");
        Scores("m/h/e/instance_00000", 1, "NaN");
        Write("m/h/e/instance_00001/scores.json", """{"episode scores": {"name": "x", "Aborted": 1}}""");
        await using (var tables = new BenchmarkTables(_folder.Path, [TableFormat.Csv, TableFormat.Parquet]))
        {
            var data = new BenchmarkData();
            await foreach (var episode in new ScoresTree([_folder.Path]).ReadAsync(default))
            {
                data.Add(episode);
                await tables.AddAsync(episode, default);
            }

            await tables.CompleteAsync(data, false, default);
        }

        var raw = await TextsAsync("raw.parquet");
        raw["game"].ShouldBe(["g", "g", "g", "h", "h", "h", "h", "h", "h"]);
        raw["metric"].ShouldBe(["Aborted", "Main Score", "Played", "Aborted", "Main Score", "Played", "name", "Aborted", "Played"]);
        raw["value"].ShouldBe(["0", "40", "1", "1", "", "0", "", "1", "0"]);
        raw["text"].ShouldBe(["", "", "", "", "", "", "x", "", ""]);
        var results = await TextsAsync("results.parquet");
        results["model"].ShouldBe(["m"]);
        results["all, Average Quality Score"].ShouldBe(["40"]);
        results["h, Quality Score"].ShouldBe([""]);
        results.Keys.Skip(1).ShouldBe(ResultsHeader());
        Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order().ShouldBe(["raw.csv", "raw.parquet", "results.csv", "results.parquet"]);
    }

    [Fact]
    public async Task Tables_that_break_off_leave_those_that_were_there()
    {
        Scores("m/g/e/instance_00000", 0, "40");
        Write("raw.csv", "an older one");
        await using (var tables = new BenchmarkTables(_folder.Path, [TableFormat.Csv, TableFormat.Parquet]))
        {
            await foreach (var episode in new ScoresTree([_folder.Path]).ReadAsync(default))
                await tables.AddAsync(episode, default);
        }

        Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).ShouldBe(["raw.csv"]);
        (await File.ReadAllTextAsync(_folder.File("raw.csv"))).ShouldBe("an older one");
    }

    [Fact]
    public async Task An_update_writes_what_is_missing_or_different_and_nothing_else()
    {
        const string Episode = "m/hellogame/greet_en/instance_00007";
        Write($"{Episode}/interactions.json", """
            {"meta": {"game_name": "hellogame", "experiment_name": "greet_en", "game_id": 7},
             "players": {"GM": {"game_role": "Game Master", "model_name": "programmatic"}, "Player 1": {"game_role": "Greeter", "model_name": "m"}},
             "turns": [[
               {"from": "Player 1", "to": "GM", "timestamp": "2025-09-01T10:00:01", "action": {"type": "get message", "content": "GREET: hello"}},
               {"from": "GM", "to": "GM", "timestamp": "2025-09-01T10:00:01", "action": {"type": "greeting failed", "content": "missing words=[welcome]"}}]]}
            """);
        var scorer = new EpisodeScorer(GameCatalog.BuiltIn.FindRules);
        var looked = await scorer.ScoreAsync(_folder.File(Episode), update: false, default);
        (looked.InstanceId, looked.MainScore, looked.Updated).ShouldBe((7, 0, false));
        File.Exists(_folder.File($"{Episode}/scores.json")).ShouldBeFalse();

        (await scorer.ScoreAsync(_folder.File(Episode), update: true, default)).Updated.ShouldBeTrue();
        var written = (JsonMap)PythonJson.Parse(await File.ReadAllBytesAsync(_folder.File($"{Episode}/scores.json")))!;
        written.Keys.ShouldBe(["meta", "players", "turn scores", "episode scores"]);
        written["meta"]!.ToString().ShouldBe("""{"game_name":"hellogame","experiment_name":"greet_en","game_id":7}""");

        (await scorer.ScoreAsync(_folder.File(Episode), update: true, default)).Updated.ShouldBeFalse();
        Write($"{Episode}/scores.json", "{}");
        (await scorer.ScoreAsync(_folder.File(Episode), update: true, default)).Updated.ShouldBeTrue();
        Directory.EnumerateFiles(_folder.File(Episode)).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Rules_that_stumble_over_a_record_name_it()
    {
        Write("m/odd/e/instance_00000/interactions.json", """{"meta": {"game_name": "odd"}, "turns": []}""");
        Write("m/hellogame/e/instance_00000/error.json", """{"message": "no such model"}""");
        Write("m/hellogame/e/instance_00001/interactions.json", "{");
        var results = await new EpisodeScorer(_ => new Stumbling()).ScoreAllAsync([_folder.Path], update: true, default).ToListAsync();
        results.Select(one => one.Error?.Id ?? one.Score!.Error).ShouldBe(["no such model", "Clem.Results.BrokenFile", "Clem.Score.Failed"]);
        results[2].Error!.Message.ShouldContain("instance_00000");
        results[2].Error!.Message.ShouldContain("there is no last round");
    }

    private sealed class Stumbling : IGame
    {
        public string Name => "odd";

        public Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken) => Task.CompletedTask;

        public EpisodeScores Score(Clembench.Results.Interactions interactions, GameInstance instance) => throw new InvalidOperationException("there is no last round");
    }

    private string[] ResultsHeader()
    {
        var header = File.ReadLines(_folder.File("results.csv")).First();
        return [.. header.Trim(',').Trim('"').Split("\",\"")];
    }

    private async Task<Dictionary<string, string[]>> TextsAsync(string name)
    {
        await using var reader = await ParquetReader.CreateAsync(_folder.File(name), new ParquetOptions());
        using var group = reader.OpenRowGroupReader(0);
        var columns = new Dictionary<string, string[]>();
        foreach (var field in reader.Schema.DataFields)
        {
            if (field.ClrType == typeof(double))
            {
                var values = new double?[group.RowCount];
                await group.ReadAsync<double>(field, values.AsMemory());
                columns[field.Name] = [.. values.Select(value => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "")];
            }
            else
            {
                var values = new string?[group.RowCount];
                await group.ReadAsync(field, values.AsMemory());
                columns[field.Name] = [.. values.Select(value => value ?? "")];
            }
        }

        return columns;
    }

    private async Task<(List<ScoredEpisode> Episodes, (ScoresTree Reading, List<ClemException> Errors) Tree)> ReadAsync()
    {
        var errors = new List<ClemException>();
        var tree = new ScoresTree([_folder.Path], errors.Add);
        return (await tree.ReadAsync(default).ToListAsync(), (tree, errors));
    }

    private async Task<BenchmarkData> DataAsync()
    {
        var data = new BenchmarkData();
        (await ReadAsync()).Episodes.ForEach(data.Add);
        return data;
    }

    private void Scores(string episode, int aborted, string score, string file = "scores.json") =>
        Write($"{episode}/{file}", $$$"""{"turn scores": {}, "episode scores": {"Aborted": {{{aborted}}}, "Main Score": {{{score}}}}}""");

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), content);
    }
}
