using System.Globalization;
using Clembench.Scoring.Benchmark;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Clembench.Plots;

/// <summary>Bars to the right, the best above, each with its interval and its number.</summary>
internal static class LeaderboardPlot
{
    private const int RowHeight = 30, Right = 48, Bottom = 50, Top = 10, TitleRoom = 30, NameGap = 8, NumberGap = 5, Edge = 10;

    /// <summary>Fills a plot.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What the picture is to be like.</param>
    /// <param name="fonts">The fonts for names.</param>
    /// <returns>The picture's height, and what is written around the bars.</returns>
    public static (int Height, IReadOnlyList<PlacedText> Texts) Fill(Plot plot, IReadOnlyList<BenchmarkRow> rows, PlotOptions options, PlotFonts fonts)
    {
        // Totals come in the order of the leaderboard, in which a score of fewer games does not win. The last is the lowest.
        BenchmarkRow[] ordered = options.Game == "all" ? [.. rows.Reverse()] : [.. rows.OrderBy(row => row.ClemScore)];
        // Names leave half of the width to the bars.
        PlotText[] names = [.. ordered.Select(row => PlotText.Of(PlotLook.Name(row), fonts, PlotLook.Label, options.Width / 2f))];
        var top = Top + (options.Title is null ? 0 : TitleRoom);
        var height = options.Height ?? ((ordered.Length * RowHeight) + top + Bottom);
        var left = Edge + NameGap + names.Max(name => name.Width);
        var width = Math.Max(1, options.Width - left - Right);
        var (lower, upper) = (-.6, ordered.Length - .4);
        plot.Layout.Fixed(new PixelPadding(left, Right, Bottom, top));
        plot.Axes.SetLimits(0, 100, lower, upper);
        plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        plot.Axes.Bottom.TickGenerator = PlotLook.Ticks(width);
        plot.HideGrid();

        var texts = new List<PlacedText>();
        foreach (var (i, row) in ordered.Index())
        {
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

            var middle = top + (float)((upper - i) / (upper - lower) * (height - top - Bottom));
            texts.Add(new(names[i], left - NameGap - names[i].Width, middle - (names[i].Height / 2)));
            var number = PlotText.Of(score.ToString("0.0", CultureInfo.InvariantCulture), fonts, PlotLook.Label);
            texts.Add(new(number, left + (float)(Math.Max(score, row.High ?? score) / 100 * width) + NumberGap, middle - (number.Height / 2)));
        }

        var axis = PlotText.Of(options.Game == "all" ? $"clemscore{PlotLook.Footnote(rows)}" : $"clemscore, {PlotLook.Name(options.Game)}", fonts, PlotLook.Label + 1, options.Width - Edge);
        texts.Add(PlacedText.Centred(axis, Math.Min(left + (width / 2), options.Width - (axis.Width / 2)), height - Edge - axis.Height));
        return (height, texts);
    }

    private static void Line(Plot plot, double x1, double y1, double x2, double y2)
    {
        var line = plot.Add.Line(x1, y1, x2, y2);
        line.LineColor = PlotLook.Ink;
        line.LineWidth = 1.5f;
        line.MarkerSize = 0;
    }
}
