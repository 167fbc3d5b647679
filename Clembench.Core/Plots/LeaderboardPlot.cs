using System.Globalization;
using Clembench.Scoring.Benchmark;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Clembench.Plots;

/// <summary>Bars to the right, the best above, each with its interval and its number.</summary>
internal static class LeaderboardPlot
{
    private const int RowHeight = 30;

    /// <summary>Fills a plot.</summary>
    /// <returns>The picture's height.</returns>
    public static int Fill(Plot plot, IReadOnlyList<BenchmarkRow> rows, PlotOptions options)
    {
        var ordered = rows.OrderBy(row => row.ClemScore).ToArray();
        var labels = new LabelStyle { FontName = plot.Axes.Left.TickLabelStyle.FontName, FontSize = PlotLook.Label };
        for (var i = 0; i < ordered.Length; i++)
        {
            var row = ordered[i];
            var score = row.ClemScore!.Value;
            plot.Add.Bar(new Bar
            {
                Position = i,
                Value = score,
                Size = .62,
                Orientation = Orientation.Horizontal,
                FillColor = PlotLook.Palette[0].Lighten(.35),
                LineWidth = 0,
            });
            if (row is { Low: { } low, High: { } high })
            {
                Line(plot, low, i, high, i);
                Line(plot, low, i - .14, low, i + .14);
                Line(plot, high, i - .14, high, i + .14);
            }

            var number = plot.Add.Text(score.ToString("0.0", CultureInfo.InvariantCulture), Math.Max(score, row.High ?? score), i);
            number.LabelFontSize = PlotLook.Label;
            number.LabelFontColor = PlotLook.Ink;
            number.LabelAlignment = Alignment.MiddleLeft;
            number.OffsetX = 5;
        }

        string[] names = [.. ordered.Select(row => PlotLook.Name(row.Model))];
        plot.Axes.Left.TickGenerator = new NumericManual([.. Enumerable.Range(0, names.Length).Select(i => (double)i)], names);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        // One font for all names: the one that has the letters of the most foreign of them.
        if (names.FirstOrDefault(name => name.Any(c => c > 0x24f)) is { } foreign)
        {
            labels.Text = foreign;
            labels.SetBestFont();
            plot.Axes.Left.TickLabelStyle.FontName = labels.FontName;
        }

        plot.Axes.Bottom.Label.Text = options.Game == "all" ? "clemscore" : $"clemscore, {PlotLook.Name(options.Game)}";
        plot.HideGrid();
        // The room behind the longest bar is for its number: scores end at 100.
        double[] marks = [.. Enumerable.Range(0, 11).Select(i => i * 10.0)];
        plot.Axes.Bottom.TickGenerator = new NumericManual(marks, [.. marks.Select(mark => mark.ToString("0", CultureInfo.InvariantCulture))]);
        // Room on the right for the number behind the longest bar.
        var most = ordered.Max(row => Math.Max(row.ClemScore!.Value, row.High ?? 0));
        plot.Axes.SetLimits(0, Math.Max(most * 1.12, 10), -.6, ordered.Length - .4);
        return options.Height ?? ((ordered.Length * RowHeight) + 70 + (options.Title is null ? 0 : 30));
    }

    private static void Line(Plot plot, double x1, double y1, double x2, double y2)
    {
        var line = plot.Add.Line(x1, y1, x2, y2);
        line.LineColor = PlotLook.Ink;
        line.LineWidth = 1.5f;
        line.MarkerSize = 0;
    }
}
