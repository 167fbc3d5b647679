using System.Text.Json;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring.Benchmark;

namespace Clembench.Reports;

/// <summary>
/// What a report shows before any dialogue is opened: the facts of all episodes by column, the leaderboard, comparisons and
/// answer times. It grows by some hundred bytes for each episode.
/// </summary>
internal sealed class ReportOverview
{
    // So many models have all their pairs compared in advance: with more, that would take longer than reading the tree.
    private const int MostCompared = 12;

    private readonly NameTable _models = new(), _games = new(), _experiments = new(), _reasons = new();
    private readonly List<Row> _rows = [];
    private readonly List<int> _ids = [];
    // Of each reason, what it was in the first episode that has it.
    private readonly List<string> _examples = [];
    private int _scoredHere;
    private readonly SortedDictionary<string, AnswerTimes> _answers = new(StringComparer.Ordinal);

    /// <summary>The number of episodes.</summary>
    public int Count => _rows.Count;

    /// <summary>The scored episodes, as the leaderboard takes them.</summary>
    public BenchmarkData Data { get; } = new();

    /// <summary>What the reader of the report should know about its making.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Takes an episode.</summary>
    /// <param name="entry">The episode.</param>
    /// <param name="id">The number that the page asks for its dialogue by; null where that is its place.</param>
    public void Add(ReportEpisode entry, int? id = null)
    {
        var episode = entry.Episode;
        if (entry.Scored is { } scored)
            Data.Add(scored);
        else if (episode.Outcome == Outcome.Error)
            Data.AddFailed(episode.Model, episode.Game);
        if (entry.IsScoredHere)
            _scoredHere++;
        var reason = _reasons.PlaceOf(entry.Reason?.Text);
        if (reason == _examples.Count)
            _examples.Add(entry.Reason!.Example);
        _rows.Add(new Row(
            _models.PlaceOf(episode.Model), _games.PlaceOf(episode.Game), _experiments.PlaceOf(episode.Experiment), reason,
            episode.InstanceId, episode.Repeat, episode.Outcome, episode.MainScore, episode.RequestCount, episode.ScoredRequestCount, episode.ViolatedRequestCount,
            episode.Turns, episode.PromptTokens, episode.CompletionTokens, episode.Cost, episode.Duration.TotalSeconds));
        if (id is { } number)
            _ids.Add(number);
        foreach (var answer in entry.Answers)
        {
            if (!_answers.TryGetValue(answer.Model, out var times))
                _answers[answer.Model] = times = new AnswerTimes();
            times.Add(answer.Seconds);
        }
    }

    /// <summary>Writes the overview as the page reads it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="options">What the report is to be like.</param>
    /// <param name="chunks">For each chunk of dialogues, the place of its first episode; null where the page asks for dialogues one by one.</param>
    /// <param name="cancellationToken">Stops the intervals.</param>
    public void Write(Stream output, ReportOptions options, IReadOnlyList<int>? chunks, CancellationToken cancellationToken)
    {
        using var writer = new Utf8JsonWriter(output, JsonFormat.Compact);
        writer.WriteStartObject();
        writer.WriteString("title", options.Title);
        writer.WriteString("created", DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteString("detail", JsonNamingPolicy.CamelCase.ConvertName(options.Detail.ToString()));
        writer.WriteBoolean("intervals", options.Resamples > 1);
        Names(writer, "notes", _scoredHere == 0 ? Notes : [.. Notes, $"{_scoredHere} episode(s) without scores.json are scored here by their games' rules; Measure-ClemBenchmark leaves them out."]);
        Names(writer, "models", _models.Names);
        Names(writer, "games", _games.Names);
        Names(writer, "experiments", _experiments.Names);
        Names(writer, "reasons", _reasons.Names);
        // An example may quote what was said, which a summary does not hold.
        if (options.Detail != ReportDetail.Summary)
            Names(writer, "examples", _examples);
        WriteEpisodes(writer);
        if (chunks is not null)
            Numbers(writer, "chunks", chunks, (chunk, one) => chunk.WriteNumberValue(one));
        var leaderboard = Leaderboard.Rows(Data, BenchmarkGrouping.Game, options.Resamples, null, cancellationToken);
        Numbers(writer, "leaderboard", leaderboard, WriteRow);
        if (chunks is not null)
            WriteComparisons(writer, [.. leaderboard.Where(row => row.Game == Leaderboard.All).Select(row => row.Model).Take(MostCompared)], options.Resamples, cancellationToken);
        WriteAnswers(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes how a model differs from another.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="one">The total, or a game.</param>
    internal static void WriteComparison(Utf8JsonWriter writer, ModelComparison one)
    {
        writer.WriteStartObject();
        writer.WriteString("reference", one.Reference);
        writer.WriteString("difference", one.Difference);
        writer.WriteString("game", one.Game);
        writer.WriteNumber("instances", one.Instances);
        writer.WriteNumber("mean", one.MeanDifference);
        Number(writer, "low", one.Low);
        Number(writer, "high", one.High);
        Number(writer, "p", one.PValue);
        writer.WriteEndObject();
    }

    private void WriteEpisodes(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("episodes");
        if (_ids.Count > 0)
            Numbers(writer, "id", _ids, (id, one) => id.WriteNumberValue(one));
        Numbers(writer, "model", _rows, (column, row) => column.WriteNumberValue(row.Model));
        Numbers(writer, "game", _rows, (column, row) => column.WriteNumberValue(row.Game));
        Numbers(writer, "experiment", _rows, (column, row) => column.WriteNumberValue(row.Experiment));
        Numbers(writer, "instance", _rows, (column, row) => column.WriteNumberValue(row.Instance));
        Numbers(writer, "repeat", _rows, (column, row) => column.WriteNumberValue(row.Repeat));
        Numbers(writer, "outcome", _rows, (column, row) => column.WriteNumberValue((int)row.Outcome));
        Numbers(writer, "reason", _rows, (column, row) => column.WriteNumberValue(row.Reason));
        Numbers(writer, "score", _rows, (column, row) => Value(column, row.Score));
        Numbers(writer, "requests", _rows, (column, row) => column.WriteNumberValue(row.Requests));
        // The metric of that name is the game's own, and counts something else in some games.
        if (_rows.Exists(row => row.Requests != row.RequestMetric))
            Numbers(writer, "requestMetric", _rows, (column, row) => column.WriteNumberValue(row.RequestMetric));
        Numbers(writer, "violated", _rows, (column, row) => column.WriteNumberValue(row.Violated));
        Numbers(writer, "turns", _rows, (column, row) => column.WriteNumberValue(row.Turns));
        Numbers(writer, "promptTokens", _rows, (column, row) => Value(column, row.PromptTokens));
        Numbers(writer, "completionTokens", _rows, (column, row) => Value(column, row.CompletionTokens));
        Numbers(writer, "cost", _rows, (column, row) => Value(column, (double?)row.Cost, digits: 8));
        Numbers(writer, "seconds", _rows, (column, row) => Value(column, row.Seconds));
        writer.WriteEndObject();
    }

    private void WriteComparisons(Utf8JsonWriter writer, string[] models, int resamples, CancellationToken cancellationToken)
    {
        var pairs = models.SelectMany((model, place) => models.Skip(place + 1).Select(other => (Reference: other, Difference: model))).ToArray();
        var comparer = new ModelComparer(Data, Math.Max(resamples, 100));
        var compared = pairs.AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .SelectMany(pair => comparer.Compare(pair.Reference, pair.Difference, cancellationToken));
        Numbers(writer, "comparisons", compared, WriteComparison);
    }

    private void WriteAnswers(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("answers");
        writer.WriteNumber("binsPerDecade", AnswerTimes.BinsPerDecade);
        writer.WriteNumber("firstDecade", AnswerTimes.FirstDecade);
        writer.WriteStartArray("models");
        foreach (var (model, times) in _answers)
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteNumber("count", times.Count);
            Numbers(writer, "quantiles", times.Quantiles(), (column, value) => Value(column, value));
            Numbers(writer, "bins", times.Bins(), (column, value) => column.WriteNumberValue(value));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, BenchmarkRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("model", row.Model);
        writer.WriteString("game", row.Game);
        Number(writer, "clemscore", row.ClemScore);
        Number(writer, "clemscoreLow", row.Low);
        Number(writer, "clemscoreHigh", row.High);
        Number(writer, "played", row.Played);
        Number(writer, "playedLow", row.PlayedLow);
        Number(writer, "playedHigh", row.PlayedHigh);
        Number(writer, "quality", row.Quality);
        Number(writer, "qualityLow", row.QualityLow);
        Number(writer, "qualityHigh", row.QualityHigh);
        writer.WriteNumber("episodes", row.Episodes);
        writer.WriteNumber("instances", row.Instances);
        if (row is { IsTotal: true, IsIncomplete: true, Note: { } lacks })
            writer.WriteString("lacks", lacks);
        writer.WriteEndObject();
    }

    private static void Names(Utf8JsonWriter writer, string name, IReadOnlyList<string> names) =>
        Numbers(writer, name, names, (column, text) => column.WriteStringValue(text));

    private static void Numbers<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
            write(writer, item);
        writer.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        writer.WritePropertyName(name);
        Value(writer, value, digits: 6);
    }

    private static void Value(Utf8JsonWriter writer, double? value, int digits = 4)
    {
        if (value is { } number && double.IsFinite(number))
            writer.WriteNumberValue(Math.Round(number, digits));
        else
            writer.WriteNullValue();
    }

    private readonly record struct Row(
        int Model, int Game, int Experiment, int Reason, int Instance, int Repeat, Outcome Outcome, double? Score, int Requests, int RequestMetric, int Violated,
        int Turns, long? PromptTokens, long? CompletionTokens, decimal? Cost, double Seconds);
}
