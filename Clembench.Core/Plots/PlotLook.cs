using Clembench.Common;
using Clembench.Terminal;
using Clembench.Transcripts;
using ScottPlot;
using SkiaSharp;

namespace Clembench.Plots;

/// <summary>What all pictures have in common: one font, thin lines, and colours that people with any colour vision tell apart.</summary>
internal static class PlotLook
{
    public const float Label = 12;

    private static readonly string[] Fonts = ["Liberation Sans", "Noto Sans", "DejaVu Sans", "Helvetica Neue", "Helvetica", "Arial", "Segoe UI", "Open Sans"];

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
    /// <exception cref="ClemException">The machine has no font.</exception>
    public static void Apply(Plot plot, string? title)
    {
        var installed = SKFontManager.Default.FontFamilies.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (installed.Count == 0)
        {
            throw new ClemException(
                "Clem.Plot.NoFont", ErrorKind.NotAvailable, "There is no font on this machine to write labels with.",
                "Install one (on Debian: apt-get install fonts-liberation); Measure-ClemBenchmark -Plot draws in the terminal without it.");
        }

        // Skia alone writes every name from left to right; HarfBuzz, which this turns on, knows better.
        LabelStyle.RTLSupport = true;
        plot.Font.Set(Fonts.FirstOrDefault(installed.Contains) ?? installed.Order(StringComparer.Ordinal).First());
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(10);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(10);
        plot.Grid.MajorLineColor = Color.FromHex("#E3E5E8");
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = Label;
            axis.Label.FontSize = Label + 1;
            axis.Label.Bold = false;
        }

        if (title is not null)
        {
            plot.Title(Name(title, 100), Label + 3);
            plot.Axes.Title.Label.Bold = true;
        }
    }

    /// <summary>A name that comes from anybody, as a label.</summary>
    public static string Name(string name, int columns = 44)
    {
        var line = VisibleText.ToSymbolsOnOneLine(name);
        return TextWidth.Of(line) <= columns ? line : TextWidth.Fit(line, columns).TrimEnd();
    }

    /// <summary>Chooses for a label a font that has its letters, where the machine has one.</summary>
    public static void FitFont(LabelStyle style)
    {
        style.FontSize = Label;
        if (style.Text.Any(c => c > 0x24f))
            style.SetBestFont();
    }
}
