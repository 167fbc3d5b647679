using System.Management.Automation;
using Clembench.Common;
using Clembench.Plots;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Scoring.Benchmark;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Draws the leaderboard, or Played against Quality, with intervals into a PNG, SVG or PDF file for papers.</summary>
[Cmdlet(VerbsData.Export, "ClemPlot", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportClemPlotCommand : BenchmarkCmdlet
{
    private readonly List<BenchmarkRow> _rows = [];

    /// <summary>The file; its name ends in <c>.png</c>, <c>.svg</c> or <c>.pdf</c>.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string OutFile { get; set; } = "";

    /// <summary>Result folders; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Path", Position = 1, ValueFromPipeline = true)]
    [SupportsWildcards]
    public override string[] Path { get; set; } = ["./results"];

    /// <summary>A row of the leaderboard, as Measure-ClemBenchmark gives it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Row", ValueFromPipeline = true)]
    public BenchmarkRow? Row { get; set; }

    /// <summary>What the picture shows.</summary>
    [Parameter]
    public PlotKind Kind { get; set; } = PlotKind.Leaderboard;

    /// <summary>The game whose scores are drawn; <c>all</c> for the totals.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GameCompleter))]
    public string Game { get; set; } = "all";

    /// <summary>A title above the picture; papers mostly have a caption instead.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>The width in units of 1/96 inch.</summary>
    [Parameter]
    [ValidateRange(200, 4000)]
    public int Width { get; set; } = 640;

    /// <summary>The height in units of 1/96 inch; where nothing is said, what the picture needs.</summary>
    [Parameter]
    [ValidateRange(100, 8000)]
    public int Height { get; set; }

    /// <summary>Pixels for each unit in a PNG: 3 stands for 288 dots an inch.</summary>
    [Parameter]
    [ValidateRange(0.5, 10)]
    public double Scale { get; set; } = 3;

    /// <summary>How often instances are drawn anew for the intervals; 0 for no intervals of Quality and clemscore.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [Parameter(ParameterSetName = "Episode")]
    [ValidateRange(0, 1_000_000)]
    public int Bootstrap { get; set; } = 1000;

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        OutFile = SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutFile);
        try
        {
            BenchmarkPlot.CheckName(OutFile);
        }
        catch (ClemException error)
        {
            // Without a file to write nothing is read either.
            ThrowTerminatingError(error);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Row is null)
            return base.ProcessAsync(cancellationToken);
        _rows.Add(Row);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Row is null)
        {
            await ReadScoresAsync(null, cancellationToken);
            if (Data.Count == 0)
            {
                WarnOfNothing();
                return;
            }

            _rows.AddRange(await Task.Run(
                () => Leaderboard.Rows(Data, BenchmarkGrouping.Game, Bootstrap, null, cancellationToken).ToArray(), cancellationToken));
        }

        if (!ShouldProcess(OutFile, $"Draw {Kind}"))
            return;
        var options = new PlotOptions
        {
            Kind = Kind,
            Game = Game,
            Title = Title,
            Width = Width,
            Height = Height > 0 ? Height : null,
            Scale = Scale,
        };
        var drawn = await BenchmarkPlot.SaveAsync(_rows, options, OutFile, cancellationToken);
        if (drawn.Warning is { } warning)
            WriteWarning(warning);
        WriteObject(drawn.File);
    }
}
