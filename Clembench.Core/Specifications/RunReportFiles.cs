using System.Globalization;
using System.Text;
using System.Xml;
using Clembench.Common;
using Clembench.Json;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Scoring.Tables;

namespace Clembench.Specifications;

/// <summary>Writes reports of runs for other programs: as JSON, and as test results in JUnit's form. Each file appears as a whole.</summary>
public static class RunReportFiles
{
    /// <summary>Writes the files that a specification asks for, each of them also where another cannot be written.</summary>
    /// <param name="report">The report.</param>
    /// <param name="specification">The specification; relative paths start at the report's results folder.</param>
    /// <param name="onError">Is told of each file that cannot be written.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>A task.</returns>
    public static async Task WriteAsync(RunReport report, RunSpecification specification, Action<ClemException> onError, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(onError);
        await TryAsync(specification.JsonFile, file => WriteJsonAsync(report, file, cancellationToken)).ConfigureAwait(false);
        if (specification.JUnitFile is { } junit)
            await TryAsync(junit, file => WriteJUnitAsync(report, file, cancellationToken)).ConfigureAwait(false);
        if (specification.Tables.Count > 0)
            await TryAsync(".", _ => WriteTablesAsync(report.ResultsPath, specification.Tables, cancellationToken)).ConfigureAwait(false);

        async Task TryAsync(string path, Func<string, Task> write)
        {
            try
            {
                await write(Path.GetFullPath(path, report.ResultsPath)).ConfigureAwait(false);
            }
            catch (ClemException error)
            {
                onError(error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                onError(new ClemException(
                    "Clem.File.NotWritten", ErrorKind.Storage, $"'{path}' cannot be written: {error.Message}", "Correct the path in the run's file, or the permissions.", path, error));
            }
        }
    }

    private static async Task WriteTablesAsync(string folder, IReadOnlyList<TableFormat> forms, CancellationToken cancellationToken)
    {
        var data = new BenchmarkData();
        var tables = new BenchmarkTables(folder, forms);
        await using (tables.ConfigureAwait(false))
        {
            await foreach (var episode in new ScoresTree([folder]).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                data.Add(episode);
                await tables.AddAsync(episode, cancellationToken).ConfigureAwait(false);
            }

            if (data.Count > 0)
                await tables.CompleteAsync(data, withDeviation: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a report as JSON.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written.</exception>
    public static Task WriteJsonAsync(RunReport report, string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, JsonFormat.ToFile(ToMap(report)), cancellationToken);

    /// <summary>
    /// Writes a report as test results, as CI services read them: a suite of the conditions, and one for each model with a test
    /// for each game, which is an error where episodes failed.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be written.</exception>
    public static Task WriteJUnitAsync(RunReport report, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
            WriteSuites(xml, report);
        return AtomicFile.WriteAsync(path, buffer.ToArray(), cancellationToken);
    }

    private static JsonMap ToMap(RunReport report) => Map(
        ("name", report.Name),
        ("passed", report.Passed),
        ("started", report.Started.ToString("o", CultureInfo.InvariantCulture)),
        ("seconds", Math.Round(report.Duration.TotalSeconds, 3)),
        ("results", report.ResultsPath),
        ("baseline", report.BaselinePath),
        ("total", (long)report.Total),
        ("played", (long)report.Played),
        ("reused", (long)report.Reused),
        ("failed", (long)report.Failed),
        ("not_started", (long)report.NotStarted),
        ("left", (long)report.Left),
        ("stopped", report.Stopped),
        ("cost", (double)report.Cost),
        ("missing_models", report.MissingModels.Select(missing => (object?)Map(("model", missing.Model), ("reason", missing.Reason))).ToArray()),
        ("thresholds", report.Thresholds.Select(verdict => (object?)Map(
            ("condition", verdict.Threshold), ("subject", verdict.Subject), ("value", verdict.Value), ("passed", verdict.Passed))).ToArray()),
        ("scores", report.Rows.Select(row => (object?)Map(
            ("model", row.Model), ("game", row.Game), ("clemscore", row.ClemScore), ("low", row.Low), ("high", row.High),
            ("played", row.Played), ("quality", row.Quality), ("episodes", (long)row.Episodes))).ToArray()),
        ("changes", report.Changes.Select(change => (object?)Map(
            ("model", change.Model), ("game", change.Comparison.Game), ("instances", (long)change.Comparison.Instances), ("mean_difference", change.Comparison.MeanDifference),
            ("low", change.Comparison.Low), ("high", change.Comparison.High), ("p_value", change.Comparison.PValue), ("clemscore", change.Comparison.ClemScore))).ToArray()),
        ("games", report.Games.Select(game => (object?)Map(
            ("model", game.Model), ("game", game.Game), ("episodes", (long)game.Episodes), ("success", (long)game.Success), ("lose", (long)game.Lose), ("aborted", (long)game.Aborted),
            ("failed", (long)game.Failed), ("seconds", Math.Round(game.Duration.TotalSeconds, 3)), ("error", game.Error))).ToArray()));

    private static JsonMap Map(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var map = new KeyValuePair<string, object?>[members.Length];
        for (var i = 0; i < map.Length; i++)
            map[i] = KeyValuePair.Create(members[i].Name, members[i].Value);
        return new JsonMap(map);
    }

    private static void WriteSuites(XmlWriter xml, RunReport report)
    {
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", Clean(report.Name));
        Attribute(xml, "time", report.Duration.TotalSeconds);
        WriteConditions(xml, report);
        foreach (var model in report.Games.GroupBy(game => game.Model))
            WriteModel(xml, model.Key, [.. model]);
        foreach (var missing in report.MissingModels)
        {
            StartSuite(xml, missing.Model, 1, 0, 1, 0);
            StartCase(xml, missing.Model, "load", 0);
            WriteFault(xml, "error", missing.Reason, "");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteConditions(XmlWriter xml, RunReport report)
    {
        StartSuite(xml, "conditions", report.Thresholds.Count, report.Thresholds.Count(verdict => !verdict.Passed), 0, 0);
        foreach (var verdict in report.Thresholds)
        {
            StartCase(xml, "conditions", verdict.Requirement, 0);
            if (!verdict.Passed)
                WriteFault(xml, "failure", verdict.ToString(), report.Stopped ?? "");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteModel(XmlWriter xml, string model, GameTally[] games)
    {
        StartSuite(xml, model, games.Length, 0, games.Count(game => game.Failed > 0), games.Sum(game => game.Duration.TotalSeconds));
        foreach (var game in games)
        {
            StartCase(xml, model, game.Game, game.Duration.TotalSeconds);
            if (game.Failed > 0)
                WriteFault(xml, "error", $"{game.Failed} of {game.Episodes} episode(s) ended in an error.", game.Error ?? "");
            xml.WriteElementString("system-out", Clean($"{game.Episodes} episodes: {game.Success} won, {game.Lose} lost, {game.Aborted} aborted, {game.Failed} failed"));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void StartSuite(XmlWriter xml, string name, int tests, int failures, int errors, double seconds)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Clean(name));
        Attribute(xml, "tests", tests);
        Attribute(xml, "failures", failures);
        Attribute(xml, "errors", errors);
        Attribute(xml, "skipped", 0);
        Attribute(xml, "time", seconds);
    }

    private static void StartCase(XmlWriter xml, string group, string name, double seconds)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(group));
        xml.WriteAttributeString("name", Clean(name));
        Attribute(xml, "time", seconds);
    }

    private static void WriteFault(XmlWriter xml, string element, string message, string details)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("message", Clean(message));
        xml.WriteString(Clean(details));
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, double value) =>
        xml.WriteAttributeString(name, Math.Round(value, 3).ToString(CultureInfo.InvariantCulture));

    // Errors quote what models and services say: XML has no place for most control characters.
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.Value is '\t' or '\n' || (rune.Value >= 32 && rune.Value is not (0xFFFE or 0xFFFF)) ? rune.ToString() : "\uFFFD"));
}
