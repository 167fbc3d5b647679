using Clembench.Scoring.Benchmark;
using ScottPlot;
using ScottPlot.Plottables;

namespace Clembench.Plots;

/// <summary>A point for each model, Played to the right and Quality upwards, with both intervals.</summary>
internal static class ScatterPlot
{
    private const int Left = 62, Right = 24, Bottom = 56, Top = 18, TitleRoom = 34;
    private const float Marker = 9;
    private const double Beyond = 3;

    /// <summary>Fills a plot.</summary>
    /// <returns>The picture's height.</returns>
    public static int Fill(Plot plot, IReadOnlyList<BenchmarkRow> rows, PlotOptions options)
    {
        var height = options.Height ?? options.Width * 3 / 4;
        var top = Top + (options.Title is null ? 0 : TitleRoom);
        // The whole scale, whatever the points: a part of it would make differences look larger than they are. Points lie on its
        // edges, so there is a little room beyond.
        var (left, right, low, high) = (-Beyond, 100 + Beyond, -Beyond, 100 + Beyond);
        plot.Axes.SetLimits(left, right, low, high);
        plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, top));
        plot.Axes.Bottom.Label.Text = "Played (%)";
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
        var labels = rows.Select(row => Label(plot, row.Model)).ToArray();
        using var paint = Paint.NewDisposablePaint();
        var sizes = labels.Select(label => label.LabelStyle.Measure(paint).Size).ToArray();
        var placement = new LabelPlacement(new PixelRect(Left, options.Width - Right, height - Bottom, top), points, sizes, Marker);
        foreach (var (i, place) in placement.Place().Index())
        {
            var row = rows[i];
            labels[i].Location = new Coordinates(left + ((place.Left - Left) / xScale), high - ((place.Top - top) / yScale));
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

        return height;
    }

    private static Text Label(Plot plot, string model)
    {
        var label = plot.Add.Text(PlotLook.Name(model, 32), 0, 0);
        label.LabelStyle.FontName = plot.Axes.Left.TickLabelStyle.FontName;
        PlotLook.FitFont(label.LabelStyle);
        label.LabelAlignment = Alignment.UpperLeft;
        label.LabelFontColor = PlotLook.Ink;
        label.LabelBackgroundColor = Colors.White.WithAlpha(.7);
        return label;
    }

    private static void Line(Plot plot, double x1, double y1, double x2, double y2, Color color)
    {
        var line = plot.Add.Line(x1, y1, x2, y2);
        line.LineColor = color;
        line.LineWidth = 1;
        line.MarkerSize = 0;
    }
}
