using Clembench.Scoring.Benchmark;
using ScottPlot;

namespace Clembench.Plots;

/// <summary>A point for each model, Played to the right and Quality upwards, with both intervals.</summary>
internal static class ScatterPlot
{
    private const int Left = 62, Right = 24, Bottom = 56, Top = 18, TitleRoom = 34;
    private const float Marker = 9;
    private const double Beyond = 3;

    /// <summary>Fills a plot.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What the picture is to be like.</param>
    /// <param name="fonts">The fonts for names.</param>
    /// <returns>The picture's height, and the names.</returns>
    public static (int Height, IReadOnlyList<PlacedText> Texts) Fill(Plot plot, IReadOnlyList<BenchmarkRow> rows, PlotOptions options, PlotFonts fonts)
    {
        var height = options.Height ?? options.Width * 3 / 4;
        var top = Top + (options.Title is null ? 0 : TitleRoom);
        // The whole scale, whatever the points: a part of it would make differences look larger than they are. Points lie on its
        // edges, so there is a little room beyond.
        var (left, right, low, high) = (-Beyond, 100 + Beyond, -Beyond, 100 + Beyond);
        plot.Axes.SetLimits(left, right, low, high);
        plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, top));
        plot.Axes.Bottom.TickGenerator = PlotLook.Ticks(options.Width - Left - Right);
        plot.Axes.Left.TickGenerator = PlotLook.Ticks(height - top - Bottom);
        plot.Axes.Bottom.Label.Text = $"Played (%){PlotLook.Footnote(rows)}";
        plot.Axes.Left.Label.Text = "Quality";

        foreach (var row in rows)
        {
            if (row is { PlayedLow: { } from, PlayedHigh: { } to })
                Line(plot, from, row.Quality!.Value, to, row.Quality!.Value, PlotLook.Soft.WithAlpha(.45));
            if (row is { QualityLow: { } below, QualityHigh: { } above })
                Line(plot, row.Played!.Value, below, row.Played!.Value, above, PlotLook.Soft.WithAlpha(.45));
        }

        var (xScale, yScale) = ((options.Width - Left - Right) / (right - left), (height - top - Bottom) / (high - low));
        var points = rows.Select(row => new Pixel(Left + ((row.Played!.Value - left) * xScale), top + ((high - row.Quality!.Value) * yScale))).ToArray();
        PlotText[] names = [.. rows.Select(row => PlotText.Of(PlotLook.Name(row, 32), fonts, PlotLook.Label, options.Width * .4f))];
        PixelSize[] sizes = [.. names.Select(name => new PixelSize(name.Width, name.Height))];
        var placement = new LabelPlacement(new PixelRect(Left, options.Width - Right, height - Bottom, top), points, sizes, Marker);
        var places = placement.Place();
        foreach (var (i, place) in places.Index())
        {
            var row = rows[i];
            if (placement.IsFar(points[i], place))
            {
                var x = Math.Clamp(points[i].X, place.Left, place.Right);
                var y = Math.Clamp(points[i].Y, place.Top, place.Bottom);
                Line(plot, row.Played!.Value, row.Quality!.Value, left + ((x - Left) / xScale), high - ((y - top) / yScale), PlotLook.Soft);
            }

            var marker = plot.Add.Marker(row.Played!.Value, row.Quality!.Value);
            marker.Shape = PlotLook.Shapes[i % PlotLook.Shapes.Count];
            marker.Color = PlotLook.Palette[i % PlotLook.Palette.Count];
            marker.Size = Marker;
        }

        return (height, [.. names.Zip(places, (name, place) => new PlacedText(name, place.Left, place.Top, HasGround: true))]);
    }

    private static void Line(Plot plot, double x1, double y1, double x2, double y2, Color color)
    {
        var line = plot.Add.Line(x1, y1, x2, y2);
        line.LineColor = color;
        line.LineWidth = 1;
        line.MarkerSize = 0;
    }
}
