using System.Buffers.Binary;
using System.Xml.Linq;
using Clembench.Common;
using Clembench.Plots;
using Clembench.Scoring.Benchmark;
using Clembench.Tests.Support;
using CsCheck;
using ScottPlot;
using SkiaSharp;

namespace Clembench.Tests.Plots;

public class BenchmarkPlotTests
{
    private static readonly BenchmarkRow[] Rows =
    [
        Row("best</text><script>hit()</script>", 99, 73), Row("second & \"quoted\"", 98.5, 72), Row("\u001b[31mthird\u202e", 97, 60),
        Row(new string('m', 200), 40, 20), Row("zero", 0, 0) with { Low = null, High = null },
        Row("none", 0, 0) with { ClemScore = null, Quality = null },
        Row("best</text><script>hit()</script>", 90, 50) with { Game = "taboo" },
    ];

    [SkippableTheory]
    [InlineData(PlotKind.Leaderboard)]
    [InlineData(PlotKind.Scatter)]
    public async Task A_vector_picture_names_every_model_and_is_inert(PlotKind kind)
    {
        using var folder = new TemporaryFolder();
        var file = await SaveAsync(folder, "plot.svg", new PlotOptions { Kind = kind, Title = "A & <B>" });
        var svg = XDocument.Load(file.FullName);
        svg.Descendants().Select(element => element.Name.LocalName).Distinct()
            .Except(["svg", "g", "path", "rect", "clipPath", "text", "ellipse", "circle", "line", "polygon", "polyline"]).ShouldBeEmpty();
        svg.Descendants().SelectMany(element => element.Attributes()).ShouldAllBe(attribute => !attribute.Name.LocalName.StartsWith("on"));
        var texts = TextsOf(file).Select(Said).ToArray();
        string[] names = ["best</text><script>hit()</script>", "second & \"quoted\"", "⟨ESC⟩[31mthird⟨RLO⟩", "zero", "A & <B>"];
        foreach (var name in names)
            texts.Any(text => Same(text, name)).ShouldBeTrue($"{name} in {string.Join('|', texts)}");
        texts.Count(text => text.StartsWith("mmmm", StringComparison.Ordinal)).ShouldBe(1);
        texts.ShouldNotContain("none");

        // A name's end may be cut, and a sign that the font lacks is left out of the text.
        static bool Same(string text, string name) => name.Where(char.IsAsciiLetterOrDigit).Take(8).SequenceEqual(text.Where(char.IsAsciiLetterOrDigit).Take(8));
    }

    [SkippableTheory]
    [InlineData(PlotKind.Leaderboard)]
    [InlineData(PlotKind.Scatter)]
    public async Task The_axes_are_the_whole_scale_and_no_more(PlotKind kind)
    {
        using var folder = new TemporaryFolder();
        SkipWithoutFonts();
        var file = await BenchmarkPlot.SaveAsync([Row("a", 40, 39), Row("b", 38, 37)], new PlotOptions { Kind = kind }, folder.File("plot.svg"), default);
        var numbers = TextsOf(file.File).Select(Said).Where(text => text.All(char.IsAsciiDigit)).Select(int.Parse).Distinct().Order();
        numbers.ShouldBe(Enumerable.Range(0, 11).Select(i => i * 10));
    }

    [SkippableFact]
    public async Task A_raster_picture_has_the_size_that_was_asked_for()
    {
        using var folder = new TemporaryFolder();
        var file = await SaveAsync(folder, "plot.png", new PlotOptions { Kind = PlotKind.Scatter, Width = 500, Height = 300, Scale = 2 });
        var content = await File.ReadAllBytesAsync(file.FullName);
        content[..8].ShouldBe([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(16)).ShouldBe(1000);
        BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(20)).ShouldBe(600);
    }

    [SkippableFact]
    public async Task A_page_for_papers_is_a_pdf()
    {
        using var folder = new TemporaryFolder();
        var file = await SaveAsync(folder, "plot.PDF", new PlotOptions());
        (await File.ReadAllTextAsync(file.FullName)).ShouldStartWith("%PDF-");
    }

    [SkippableFact]
    public async Task What_cannot_be_drawn_says_why_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        (await Should.ThrowAsync<ClemException>(() => SaveAsync(folder, "plot.gif", new PlotOptions()))).Id.ShouldBe("Clem.Plot.UnknownFormat");
        (await Should.ThrowAsync<ClemException>(() => SaveAsync(folder, "plot.svg", new PlotOptions { Game = "chess" }))).Id.ShouldBe("Clem.Plot.NothingToDraw");
        Directory.GetFiles(folder.Path).ShouldBeEmpty();
        (await SaveAsync(folder, "taboo.svg", new PlotOptions { Game = "taboo" })).Exists.ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_score_of_fewer_games_is_marked_and_keeps_its_place()
    {
        using var folder = new TemporaryFolder();
        SkipWithoutFonts();
        BenchmarkRow[] rows = [Row("whole", 80, 50), Row("part", 100, 90) with { IsIncomplete = true, Note = "wordle: not played" }];
        var heights = new Dictionary<string, double>();
        foreach (var kind in Enum.GetValues<PlotKind>())
        {
            var drawn = await BenchmarkPlot.SaveAsync(rows, new PlotOptions { Kind = kind }, folder.File($"{kind}.svg"), default);
            var texts = TextsOf(drawn.File).ToArray();
            texts.Select(Said).ShouldContain("part *");
            texts.ShouldContain(element => element.Value.Contains("* of fewer games than others"));
            if (kind == PlotKind.Leaderboard)
                heights = texts.Where(element => Said(element) is "whole" or "part *").ToDictionary(Said, Y);
        }

        heights["whole"].ShouldBeLessThan(heights["part *"]);

        static double Y(XElement text) => double.Parse(
            (text.Attribute("transform")?.Value.Split(['(', ')', ' ', ','], StringSplitOptions.RemoveEmptyEntries)[^1] ?? text.Attribute("y")!.Value.Split(',')[0]).Trim(),
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [SkippableTheory]
    [InlineData("通义千问", "fonts-noto-cjk")]
    [InlineData("모델", "fonts-noto-cjk")]
    [InlineData("جيس-الكبير", "fonts-dejavu-core")]
    [InlineData("qwen-模型-عربي", "fonts-noto-cjk and fonts-dejavu-core")]
    public async Task A_name_in_any_script_is_drawn_in_a_font_that_has_it(string name, string package)
    {
        using var folder = new TemporaryFolder();
        foreach (var kind in Enum.GetValues<PlotKind>())
        {
            var (plain, foreign) = (await DrawAsync(kind, "plain"), await DrawAsync(kind, name));
            Skip.If(foreign.Missing.Count > 0, $"There is no font with these letters on this machine ({package}).");
            foreign.Warning.ShouldBeNull();
            // In a vector picture they are outlines, so that the viewer needs no font.
            var svg = XDocument.Load(foreign.File.FullName);
            svg.Descendants().Count(element => element.Name.LocalName == "path")
                .ShouldBeGreaterThan(XDocument.Load(plain.File.FullName).Descendants().Count(element => element.Name.LocalName == "path"));
            TextsOf(foreign.File).ShouldAllBe(element => element.Value.All(char.IsAscii));
        }

        Task<PlotFile> DrawAsync(PlotKind kind, string model)
        {
            SkipWithoutFonts();
            return BenchmarkPlot.SaveAsync([Row(model, 90, 50)], new PlotOptions { Kind = kind }, folder.File($"{Guid.NewGuid():N}.svg"), default);
        }
    }

    [SkippableTheory]
    [InlineData(PlotKind.Leaderboard)]
    [InlineData(PlotKind.Scatter)]
    public async Task A_character_that_no_font_has_is_drawn_as_its_code_and_said(PlotKind kind)
    {
        using var folder = new TemporaryFolder();
        SkipWithoutFonts();
        // Of a private use area, which no font of a system fills.
        var drawn = await BenchmarkPlot.SaveAsync([Row("a\U00105678b", 90, 50)], new PlotOptions { Kind = kind }, folder.File("plot.svg"), default);
        drawn.Missing.ShouldBe([0x105678]);
        drawn.Warning!.ShouldContain("U+105678");
        drawn.Warning!.ShouldContain("'plot.svg'");
        TextsOf(drawn.File).Select(Said).ShouldContain("a[U+105678]b");
    }

    [Fact]
    public void Labels_cover_neither_points_nor_each_other_where_there_is_room()
    {
        var point = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9]).Select(at => new Pixel(40 + (at.Item1 * 130), 20 + (at.Item2 * 45)));
        point.HashSet[1, 12].Sample(
            set =>
            {
                Pixel[] points = [.. set];
                var frame = new PixelRect(0, 640, 480, 0);
                var places = new LabelPlacement(frame, points, [.. points.Select(_ => new PixelSize(90, 14))], 9).Place();
                for (var i = 0; i < places.Count; i++)
                {
                    if (places[i].Left < 0 || places[i].Right > 640 || places[i].Top < 0 || places[i].Bottom > 480)
                        return false;
                    if (places.Skip(i + 1).Any(other => Overlap(places[i], other)) || points.Any(p => Overlap(places[i], new PixelRect(p.X - 4, p.X + 4, p.Y + 4, p.Y - 4))))
                        return false;
                }

                return true;
            },
            iter: 20);

        static bool Overlap(PixelRect a, PixelRect b) => a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;
    }

    private static void SkipWithoutFonts() => Skip.If(SKFontManager.Default.FontFamilyCount == 0, "There is no font on this machine.");

    private static IEnumerable<XElement> TextsOf(FileInfo svg) => XDocument.Load(svg.FullName).Descendants().Where(element => element.Name.LocalName == "text");

    private static string Said(XElement text) => text.Value.Trim();

    private static async Task<FileInfo> SaveAsync(TemporaryFolder folder, string name, PlotOptions options)
    {
        SkipWithoutFonts();
        return (await BenchmarkPlot.SaveAsync(Rows, options, folder.File(name), default)).File;
    }

    private static BenchmarkRow Row(string model, double played, double quality) => new()
    {
        Model = model,
        Game = "all",
        Episodes = 10,
        Instances = 10,
        Played = played,
        Quality = quality,
        ClemScore = played * quality / 100,
        Low = Math.Max(0, (played * quality / 100) - 5),
        High = Math.Min(100, (played * quality / 100) + 5),
        PlayedLow = Math.Max(0, played - 4),
        PlayedHigh = played,
        QualityLow = Math.Max(0, quality - 4),
        QualityHigh = quality + 4,
    };
}
