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
    private const float TitleTop = 10;

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
    /// <returns>The file, and which characters of names could not be drawn.</returns>
    /// <exception cref="ClemException">
    /// There is nothing to draw, the file's ending is unknown, it cannot be written, or the machine lacks what drawing needs.
    /// </exception>
    public static async Task<PlotFile> SaveAsync(
        IReadOnlyList<BenchmarkRow> rows, PlotOptions options, string path, CancellationToken cancellationToken)
    {
        CheckName(path);
        var (content, missing) = await Task.Run(() => Draw(rows, options, Path.GetExtension(path).ToLowerInvariant()), cancellationToken).ConfigureAwait(false);
        await AtomicFile.WriteAsync(path, content, cancellationToken).ConfigureAwait(false);
        return new PlotFile(new FileInfo(path), missing);
    }

    private static (byte[] Content, IReadOnlyList<int> Missing) Draw(IReadOnlyList<BenchmarkRow> rows, PlotOptions options, string extension)
    {
        try
        {
            var fonts = FontsOf(SKFontStyle.Normal);
            var titleFonts = FontsOf(SKFontStyle.Bold);
            using var plot = new Plot();
            PlotLook.Apply(plot, fonts);
            var (height, texts) = options.Kind == PlotKind.Leaderboard
                ? LeaderboardPlot.Fill(plot, Chosen(rows, options, row => row.ClemScore is not null), options, fonts)
                : ScatterPlot.Fill(plot, Chosen(rows, options, row => row is { Played: not null, Quality: not null }), options, fonts);
            if (options.Title is { } title)
                texts = [.. texts, PlacedText.Centred(PlotText.Of(PlotLook.Name(title, 100), titleFonts, PlotLook.Label + 3, options.Width - TitleTop), options.Width / 2f, TitleTop)];

            using var memory = new MemoryStream();
            using (IPage page = extension switch
            {
                ".png" => new PngPage(memory, options.Width, height, options.Scale),
                ".svg" => new SvgPage(memory, options.Width, height),
                _ => new PdfPage(memory, options.Width, height),
            })
            {
                // A plot's first rendering draws all twice, of which vectors would keep both.
                plot.RenderInMemory(options.Width, height);
                plot.Render(page.Canvas, new PixelRect(0, options.Width, height, 0));
                Write(page.Canvas, texts, asOutlines: page is SvgPage);
            }

            var content = memory.ToArray();
            return (extension == ".svg" ? WithOtherFonts(content) : content, [.. fonts.Missing.Union(titleFonts.Missing).Order()]);
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

    private static PlotFonts FontsOf(SKFontStyle style) => PlotFonts.Find(style) ?? throw new ClemException(
        "Clem.Plot.NoFont", ErrorKind.NotAvailable, "There is no font on this machine to write labels with.",
        "Install one (on Debian: apt-get install fonts-liberation); Measure-ClemBenchmark -Plot draws in the terminal without it.");

    private static void Write(SKCanvas canvas, IReadOnlyList<PlacedText> texts, bool asOutlines)
    {
        using var ink = new SKPaint { Color = new SKColor(PlotLook.Ink.ARGB), IsAntialias = true };
        using var ground = new SKPaint { Color = SKColors.White.WithAlpha(179) };
        foreach (var one in texts)
        {
            if (one.HasGround)
                canvas.DrawRect(one.X, one.Y, one.Text.Width, one.Text.Height, ground);
            one.Text.Draw(canvas, one.X, one.Y, ink, asOutlines);
        }
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

    private sealed class PngPage : IPage
    {
        private readonly SKManagedWStream _stream;
        private readonly SKSurface _surface;

        public PngPage(Stream output, int width, int height, double scale)
        {
            _stream = new SKManagedWStream(output);
            _surface = SKSurface.Create(new SKImageInfo((int)Math.Round(width * scale), (int)Math.Round(height * scale)));
            Canvas.Scale((float)scale);
        }

        public SKCanvas Canvas => _surface.Canvas;

        public void Dispose()
        {
            using (var pixels = _surface.PeekPixels())
                pixels.Encode(_stream, SKEncodedImageFormat.Png, 100);
            _surface.Dispose();
            _stream.Dispose();
        }
    }

    private sealed class SvgPage : IPage
    {
        private readonly SKManagedWStream _stream;

        public SvgPage(Stream output, int width, int height)
        {
            _stream = new SKManagedWStream(output);
            Canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), _stream);
        }

        public SKCanvas Canvas { get; }

        public void Dispose()
        {
            Canvas.Dispose();
            _stream.Dispose();
        }
    }

    private sealed class PdfPage : IPage
    {
        // A PDF counts in points, 72 to an inch.
        private const float Points = 72f / 96f;

        private readonly SKManagedWStream _stream;
        private readonly SKDocument _document;

        public PdfPage(Stream output, int width, int height)
        {
            _stream = new SKManagedWStream(output);
            _document = SKDocument.CreatePdf(_stream);
            Canvas = _document.BeginPage(width * Points, height * Points);
            Canvas.Scale(Points);
        }

        public SKCanvas Canvas { get; }

        public void Dispose()
        {
            _document.EndPage();
            _document.Close();
            _document.Dispose();
            _stream.Dispose();
        }
    }
}
