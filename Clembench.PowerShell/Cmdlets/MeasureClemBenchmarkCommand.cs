using System.Management.Automation;
using Clembench.Common;
using Clembench.Games;
using Clembench.PowerShell.Hosting;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Tables;
using Clembench.Terminal;
using Clembench.Transcripts;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Makes the leaderboard of a results folder: clemcore's Played, Quality and clemscore, each with its 95 % interval.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "ClemBenchmark", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(BenchmarkRow), typeof(string))]
public sealed class MeasureClemBenchmarkCommand : BenchmarkCmdlet
{
    /// <summary>What the rows below each model's total stand for.</summary>
    [Parameter]
    public BenchmarkGrouping GroupBy { get; set; } = BenchmarkGrouping.Game;

    /// <summary>How often instances are drawn anew for the intervals of Quality and clemscore; 0 for no such intervals.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int Bootstrap { get; set; } = 1000;

    /// <summary>Writes results.csv, raw.csv and results.html into the results folder, as clemcore does.</summary>
    [Parameter(Mandatory = false, ParameterSetName = "Path")]
    [Parameter(Mandatory = false, ParameterSetName = "LiteralPath")]
    public SwitchParameter WriteTable { get; set; }

    /// <summary>The forms in which the tables are written.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public TableFormat[] Format { get; set; } = [TableFormat.Csv, TableFormat.Html];

    /// <summary>
    /// Whether results.csv has the columns with the standard deviation; where nothing is said, as clemcore of the tree's time does:
    /// up to 3.3, whose model folders name the temperature, yes; later, no.
    /// </summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter StandardDeviation { get; set; }

    /// <summary>Draws the leaderboard and Played against Quality in the terminal, as lines of text, in place of the rows.</summary>
    [Parameter]
    public SwitchParameter Plot { get; set; }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var tables = CreateTables();
        try
        {
            await ReadScoresAsync(tables is null ? null : episode => tables.AddAsync(episode, cancellationToken), cancellationToken);
            if (Data.Count == 0 && Data.Failed.Count == 0)
            {
                WarnOfNothing();
                return;
            }

            if (tables is not null && Data.Count > 0)
                await tables.CompleteAsync(Data, WithDeviation, cancellationToken);
        }
        finally
        {
            if (tables is not null)
                await tables.DisposeAsync();
        }

        Func<string, string>? languageOf = GroupBy == BenchmarkGrouping.Language ? LanguageOf() : null;
        var rows = await Task.Run(() => Leaderboard.Rows(Data, GroupBy, Bootstrap, languageOf, cancellationToken), cancellationToken);
        WarnOfGaps(rows);
        if (!Plot)
        {
            WriteObject(rows, enumerateCollection: true);
            return;
        }

        var terminal = new SessionTerminal(this);
        WriteObject(BenchmarkChart.Lines([.. rows], terminal.Width, terminal.Style), enumerateCollection: true);
    }

    private void WarnOfGaps(IReadOnlyList<BenchmarkRow> rows)
    {
        var marked = rows.Where(row => row is { IsTotal: true, IsIncomplete: true }).ToArray();
        if (marked.Length == 0)
            return;
        var named = string.Join(". ", marked.Take(MostNamed).Select(row => $"{VisibleText.ToSymbolsOnOneLine(row.Model)} lacks {VisibleText.ToSymbolsOnOneLine(row.Note)}"));
        WriteWarning(
            $"Marked * : clemscores of fewer games than others have. {named}{(marked.Length > MostNamed ? $". And {marked.Length - MostNamed} more models (see Note)" : "")}. "
            + "Models with more of the games come first; a game of which all episodes were aborted counts with a quality of 0 for the place.");
    }

    private bool WithDeviation => MyInvocation.BoundParameters.ContainsKey(nameof(StandardDeviation))
        ? StandardDeviation
        : ResultsTable.HasDeviation(Data);

    private BenchmarkTables? CreateTables()
    {
        if (!WriteTable || Roots.Count == 0)
            return null;
        if (Roots is not [var folder] || !Directory.Exists(folder))
        {
            throw new ClemException(
                "Clem.Tables.OneFolder", ErrorKind.InvalidArgument, "-WriteTable writes into the results folder, so one folder has to be named.",
                "Name one folder with -Path, or leave -WriteTable out.", Roots);
        }

        var names = Format.Distinct().SelectMany(format => format switch
        {
            TableFormat.Csv => (string[])["results.csv", "raw.csv"],
            TableFormat.Html => ["results.html"],
            _ => ["results.parquet", "raw.parquet"],
        });
        return ShouldProcess(folder, $"Write {string.Join(", ", names)}") ? new BenchmarkTables(folder, Format) : null;
    }

    // Where the record does not say the language, a game that is played in one only does.
    private Func<string, string> LanguageOf()
    {
        var games = GameRegistry.Read(Workspace).Games;
        return folder =>
        {
            if (ExperimentLanguage.Of(folder) is { Length: > 0 } language)
                return language;
            var game = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(folder)));
            return games.FirstOrDefault(entry => entry.Name == game) is { Languages: [var only] } ? only : "";
        };
    }
}
