using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clembench.Json;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Statistics;

namespace Clembench.Scoring.Tables;

/// <summary>
/// The table that clemcore's evaluation writes as <c>results.csv</c> and <c>results.html</c>: a row for each model, and columns for
/// the clemscore and, sorted by their names, for each game and for <c>all</c>.
/// </summary>
public sealed partial class ResultsTable
{
    private readonly List<double[]> _cells = [];

    private ResultsTable(IReadOnlyList<string> models, IReadOnlyList<string> columns) => (Models, Columns) = (models, columns);

    /// <summary>The names of the rows.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>The names of the columns, such as <c>taboo, % Played</c>.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The cells, row by row; NaN for an empty one.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Cells => _cells;

    /// <summary>
    /// Whether clemcore of the tree's time writes the columns with the standard deviation: up to 3.3, whose model folders name the
    /// temperature, it does.
    /// </summary>
    /// <param name="data">The episodes.</param>
    /// <returns>The verdict.</returns>
    public static bool HasDeviation(BenchmarkData data) => data.Models.All(model => Temperature().IsMatch(model));

    /// <summary>Makes the table.</summary>
    /// <param name="data">The episodes.</param>
    /// <param name="withDeviation">Whether it has columns with the standard deviation of the main score, as in clemcore 3.3.</param>
    /// <returns>The table.</returns>
    public static ResultsTable Of(BenchmarkData data, bool withDeviation)
    {
        const string Played = "% Played", Quality = "Quality Score", Deviation = "Quality Score (std)";
        var cells = new Dictionary<(string Model, (string Game, string Metric) Column), double>();
        foreach (var model in data.Models)
        {
            List<double> allPlayed = [], allQuality = [];
            foreach (var game in data.Games)
            {
                if (data.Find(model, game) is not { } samples)
                    continue;
                var (played, quality) = Leaderboard.GameMeasure.Means(samples.Samples);
                if (samples.HasPlayed)
                    allPlayed.Add(cells[(model, (game, Played))] = RunningMean.Round2(played.Mean * 100));
                if (samples.HasMainScore)
                    allQuality.Add(cells[(model, (game, Quality))] = RunningMean.Round2(quality.Mean));
                if (samples.HasMainScore && withDeviation)
                    cells[(model, (game, Deviation))] = RunningMean.Round2(quality.StandardDeviation);
            }

            double playedMean = RunningMean.Round2(RunningMean.Of(allPlayed)), qualityMean = RunningMean.Round2(RunningMean.Of(allQuality));
            if (allPlayed.Count > 0)
                cells[(model, (Leaderboard.All, "Average " + Played))] = playedMean;
            if (allQuality.Count > 0)
                cells[(model, (Leaderboard.All, "Average " + Quality))] = qualityMean;
            cells[(model, ("-", "clemscore"))] = RunningMean.Round2(playedMean / 100 * qualityMean);
        }

        // The clemscore stands in front of games whose names sort before a hyphen, too.
        var columns = cells.Keys.Select(key => key.Column).Distinct()
            .OrderBy(column => column != ("-", "clemscore"))
            .ThenBy(column => column.Game, StringComparer.Ordinal).ThenBy(column => column.Metric, StringComparer.Ordinal)
            .ToArray();
        var table = new ResultsTable(data.Models, [.. columns.Select(column => $"{column.Game}, {column.Metric}")]);
        foreach (var model in data.Models)
            table._cells.Add([.. columns.Select(column => cells.GetValueOrDefault((model, column), double.NaN))]);
        return table;
    }

    /// <summary>The table as pandas' <c>to_csv</c> writes it.</summary>
    /// <returns>The text, with a line feed after each row.</returns>
    public string ToCsv()
    {
        var text = new StringBuilder();
        foreach (var column in Columns)
            CsvText.Append(text.Append(','), column);
        text.Append('\n');
        for (var row = 0; row < Models.Count; row++)
        {
            CsvText.Append(text, Models[row]);
            foreach (var cell in _cells[row])
                text.Append(',').Append(double.IsNaN(cell) ? "" : PythonFloat.Repr(cell));
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The table as pandas' <c>to_html</c> writes it: the numbers of a column have the same decimals, as few as they need.</summary>
    /// <returns>The text, without a line feed at its end.</returns>
    public string ToHtml()
    {
        var text = new StringBuilder("<table border=\"1\" class=\"dataframe\">\n  <thead>\n    <tr style=\"text-align: right;\">\n      <th></th>\n");
        foreach (var column in Columns)
            text.Append("      <th>").Append(Escape(column)).Append("</th>\n");
        text.Append("    </tr>\n  </thead>\n  <tbody>\n");
        var decimals = Columns.Select((_, column) => _cells.Max(row => Decimals(row[column]))).ToArray();
        for (var row = 0; row < Models.Count; row++)
        {
            text.Append("    <tr>\n      <th>").Append(Escape(Models[row])).Append("</th>\n");
            for (var column = 0; column < Columns.Count; column++)
            {
                var cell = _cells[row][column];
                text.Append("      <td>")
                    .Append(double.IsNaN(cell) ? "NaN" : cell.ToString("F" + decimals[column].ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
                    .Append("</td>\n");
            }

            text.Append("    </tr>\n");
        }

        return text.Append("  </tbody>\n</table>").ToString();
    }

    // Cells are rounded to two decimals; at least one is shown.
    private static int Decimals(double cell) =>
        !double.IsNaN(cell) && cell.ToString("F2", CultureInfo.InvariantCulture)[^1] != '0' ? 2 : 1;

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"-t[0-9]+(?:\.[0-9]+)?$")]
    private static partial Regex Temperature();
}
