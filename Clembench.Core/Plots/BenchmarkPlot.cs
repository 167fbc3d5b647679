using System.Text;
using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Scoring.Benchmark;
using ScottPlot;
using SkiaSharp;

namespace Clembench.Plots;

/// <summary>Draws leaderboards for papers: PNG, SVG and PDF.</summary>
public static partial class BenchmarkPlot
{
    private static readonly string[] Extensions = [".png", ".svg", ".pdf"];

    /// <summary>Checks that a file's name says how it is to be drawn.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ClemException">Its ending is none that is known.</exception>
    public static void CheckName(string path)
    {
        if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            throw new ClemException(
                "Clem.Plot.UnknownFormat", ErrorKind.InvalidArgument, $"'{path}' ends in none of {string.Join(", ", Extensions)}, so it is not clear what is to be written.",
                "Let the file's name end in .png, .svg or .pdf.", path);
        }
    }

    /// <summary>Draws rows into a file.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is drawn, and how.</param>
    /// <param name="path">The file; its ending says the form.</param>
    /// <param name="cancellationToken">Stops before the file is written.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ClemException">
    /// There is nothing to draw, the file's ending is unknown, it cannot be written, or the machine lacks what drawing needs.
    /// </exception>
    public static async Task<FileInfo> SaveAsync(
        IReadOnlyList<BenchmarkRow> rows, PlotOptions options, string path, CancellationToken cancellationToken)
    {
        CheckName(path);
        var content = await Task.Run(() => Draw(rows, options, Path.GetExtension(path).ToLowerInvariant()), cancellationToken).ConfigureAwait(false);
        await AtomicFile.WriteAsync(path, content, cancellationToken).ConfigureAwait(false);
        return new FileInfo(path);
    }

    private static byte[] Draw(IReadOnlyList<BenchmarkRow> rows, PlotOptions options, string extension)
    {
        try
        {
            using var plot = new Plot();
            PlotLook.Apply(plot, options.Title);
            var height = options.Kind == PlotKind.Leaderboard
                ? LeaderboardPlot.Fill(plot, Chosen(rows, options, row => row.ClemScore is not null), options)
                : ScatterPlot.Fill(plot, Chosen(rows, options, row => row is { Played: not null, Quality: not null }), options);
            return extension switch
            {
                ".png" => Png(plot, options.Width, height, options.Scale),
                ".svg" => WithOtherFonts(Document(plot, options.Width, height, static (stream, width, height) => new SvgPage(stream, width, height))),
                _ => Document(plot, options.Width, height, static (stream, width, height) => new PdfPage(stream, width, height)),
            };
        }
        catch (Exception e) when (e is DllNotFoundException || (e is TypeInitializationException && e.InnerException is DllNotFoundException))
        {
            throw new ClemException(
                "Clem.Plot.NoDrawingLibrary", ErrorKind.NotAvailable, $"The drawing library cannot be loaded on this machine: {(e.InnerException ?? e).Message}",
                "Unpack the part of the package for this platform (Clembench.native.…zip) into the module's folder, or build the module on this machine (dotnet build); Measure-ClemBenchmark -Plot draws in the terminal without it.", null, e);
        }
    }

    private static BenchmarkRow[] Chosen(IReadOnlyList<BenchmarkRow> rows, PlotOptions options, Func<BenchmarkRow, bool> isDrawable)
    {
        BenchmarkRow[] chosen =
        [
            .. rows.Where(row => options.Game == "all" ? row.IsTotal : row.Game == options.Game && string.IsNullOrEmpty(row.Experiment)).Where(isDrawable),
        ];
        return chosen.Length > 0 ? chosen : throw new ClemException(
            "Clem.Plot.NothingToDraw", ErrorKind.InvalidArgument, $"No model has the scores of '{options.Game}' that the picture shows.",
            "Measure-ClemBenchmark lists what there is; a model all of whose episodes were aborted has no score.", options.Game);
    }

    private static byte[] Png(Plot plot, int width, int height, double scale)
    {
        plot.ScaleFactor = scale;
        return plot.GetImage((int)Math.Round(width * scale), (int)Math.Round(height * scale)).GetImageBytes(ImageFormat.Png);
    }

    private static byte[] Document(Plot plot, int width, int height, Func<SKWStream, int, int, IPage> begin)
    {
        // A plot's first rendering draws all twice, of which vectors would keep both.
        plot.RenderInMemory(width, height);
        using var memory = new MemoryStream();
        using (var stream = new SKManagedWStream(memory))
        using (var page = begin(stream, width, height))
            plot.Render(page.Canvas, new PixelRect(0, width, height, 0));
        return memory.ToArray();
    }

    // A viewer that lacks this machine's font is told to take another one without serifs.
    private static byte[] WithOtherFonts(byte[] svg) =>
        Encoding.UTF8.GetBytes(FontFamily().Replace(Encoding.UTF8.GetString(svg), "$1, Helvetica, Arial, sans-serif\""));

    [GeneratedRegex("(<text [^<>]*font-family=\"[^\"<>]*)\"")]
    private static partial Regex FontFamily();

    private interface IPage : IDisposable
    {
        SKCanvas Canvas { get; }
    }

    private sealed class SvgPage(SKWStream stream, int width, int height) : IPage
    {
        public SKCanvas Canvas { get; } = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream);

        public void Dispose() => Canvas.Dispose();
    }

    private sealed class PdfPage : IPage
    {
        // A PDF counts in points, 72 to an inch.
        private const float Points = 72f / 96f;

        private readonly SKDocument _document;

        public PdfPage(SKWStream stream, int width, int height)
        {
            _document = SKDocument.CreatePdf(stream);
            Canvas = _document.BeginPage(width * Points, height * Points);
            Canvas.Scale(Points);
        }

        public SKCanvas Canvas { get; }

        public void Dispose()
        {
            _document.EndPage();
            _document.Close();
            _document.Dispose();
        }
    }
}
