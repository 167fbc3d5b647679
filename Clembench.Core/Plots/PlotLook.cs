using Clembench.Scoring.Benchmark;
using Clembench.Terminal;
using Clembench.Transcripts;
using ScottPlot;

namespace Clembench.Plots;

/// <summary>What all pictures have in common: one font, thin lines, and colours that people with any colour vision tell apart.</summary>
internal static class PlotLook
{
    public const float Label = 12;

    /// <summary>Okabe and Ito's palette (2008) without yellow, which is too pale for points on white.</summary>
    public static IReadOnlyList<Color> Palette { get; } =
        [.. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000" }.Select(Color.FromHex)];

    /// <summary>Signs, so that colour is not the only difference.</summary>
    public static IReadOnlyList<MarkerShape> Shapes { get; } =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown,
    ];

    public static Color Ink { get; } = Color.FromHex("#1C1D1F");

    public static Color Soft { get; } = Color.FromHex("#6B7076");

    /// <summary>Gives a plot its look.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="fonts">The fonts: the plot itself writes numbers, which all of them have.</param>
    public static void Apply(Plot plot, PlotFonts fonts)
    {
        plot.Font.Set(fonts.Family);
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Color.FromHex("#E3E5E8");
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = Label;
            axis.Label.FontSize = Label + 1;
            axis.Label.Bold = false;
        }
    }

    /// <summary>Marks from 0 to 100, as many as their numbers have room for.</summary>
    /// <param name="length">The length of the axis.</param>
    /// <returns>The marks.</returns>
    public static ITickGenerator Ticks(double length) =>
        new ScottPlot.TickGenerators.NumericFixedInterval(length switch { >= 220 => 10, >= 110 => 20, _ => 50 });

    /// <summary>What an axis says where names have the sign of a score of fewer games than others have.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>Words to follow the axis's own; nothing where there is no such name.</returns>
    public static string Footnote(IEnumerable<BenchmarkRow> rows) => rows.Any(IsMarked) ? "    * of fewer games than others" : "";

    /// <summary>A model's name, with a sign where its score is of fewer games than others have.</summary>
    /// <param name="row">The row.</param>
    /// <param name="columns">The most columns.</param>
    /// <returns>The name.</returns>
    public static string Name(BenchmarkRow row, int columns = 44) => Name(row.Model, columns) + (IsMarked(row) ? " *" : "");

    private static bool IsMarked(BenchmarkRow row) => row is { IsTotal: true, IsIncomplete: true };

    /// <summary>A name that comes from anybody, as a label.</summary>
    public static string Name(string name, int columns = 44)
    {
        var line = VisibleText.ToSymbolsOnOneLine(name);
        return TextWidth.Of(line) <= columns ? line : TextWidth.Fit(line, columns).TrimEnd();
    }
}
