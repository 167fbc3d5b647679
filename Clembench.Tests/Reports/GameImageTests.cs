using AngleSharp.Html.Parser;
using Clembench.Games;
using Clembench.Json;
using Clembench.Reports;
using Clembench.Reports.Live;
using Clembench.Results;
using Clembench.Tests.Support;
using Clembench.Transcripts;

namespace Clembench.Tests.Reports;

/// <summary>Images in reports and transcripts: a game's own are shown, and nobody else's.</summary>
[Collection(ReportBrowserTests.Name)]
public sealed class GameImageTests : IDisposable
{
    private static readonly string Inside = $"data:image/png;base64,{Convert.ToBase64String(EpisodeSketch.Picture)}";

    private readonly ReportBrowser _browser;
    private readonly TemporaryFolder _folder = new();
    private readonly GameImages _images;

    public GameImageTests(ReportBrowser browser)
    {
        _browser = browser;
        var game = Directory.CreateDirectory(_folder.File("game/images")).Parent!.FullName;
        File.WriteAllBytes(Path.Join(game, "images/shown.png"), EpisodeSketch.Picture);
        File.WriteAllBytes(Path.Join(game, "images/unnamed.png"), EpisodeSketch.Picture);
        File.WriteAllBytes(_folder.File("secret.png"), EpisodeSketch.Picture);
        File.WriteAllText(Path.Join(game, "images/page.png"), "<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned = 1'/>");
        File.WriteAllBytes(Path.Join(game, "images/huge.png"), [.. EpisodeSketch.Picture, .. new byte[GameImages.LargestImage]]);
        _images = new GameImages(name => name == "taboo" ? [game] : []);
        string[] named = ["images/shown.png", Inside, "../secret.png", "images/page.png", "images/huge.png", "images/gone.png", "http://127.0.0.1:9/track.png", "x.png"];
        new EpisodeSketch("m", 0)
        {
            Score = 50,
            Instance = new JsonMap([new("first_image", named[0]), new("deeper", new JsonMap([new("list", named[1..].Cast<object?>().ToArray())]))]),
            QuestionImages = [.. named[..^1], "images/unnamed.png"],
            AnswerImages = ["images/shown.png", Inside],
        }.Write(Results);
    }

    private static string[] Reasons { get; } =
    [
        "Image 3 of 8: ../secret.png (outside of the game's folder, and not opened)",
        "Image 4 of 8: images/page.png (not a PNG, JPEG, GIF, WebP or BMP image)",
        "Image 5 of 8: images/huge.png (too large to be shown: 4.0 MiB, and up to 4 MiB are)",
        "Image 6 of 8: images/gone.png (not in the game's folder)",
        "Image 7 of 8: http://127.0.0.1:9/track.png (an address, which is not fetched)",
        "Image 8 of 8: images/unnamed.png (not an image that the instance names)",
    ];

    private string Results => _folder.File("results");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_report_shows_the_game_s_own_images_and_says_why_it_shows_no_other()
    {
        var path = _folder.File("report.html");
        await SimulatedReport.WriteAsync(Results, path, new ReportOptions { Images = _images });
        await using var view = await _browser.OpenAsync(path, "#episode?n=0");
        await ShouldShowAsync(view);
        view.ShouldBeQuiet();
        // Each is there once, and a report without images allows none.
        (await File.ReadAllTextAsync(path)).Split(" id=\"image-").Length.ShouldBe(2);
        await SimulatedReport.WriteAsync(Results, path, new ReportOptions());
        (await File.ReadAllTextAsync(path)).ShouldNotContain("img-src");
        await using var without = await _browser.OpenAsync(path, "#episode?n=0");
        await without.Page.WaitForSelectorAsync(".images figcaption");
        (await without.Find("img").CountAsync()).ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_live_page_shows_them_too()
    {
        await using var server = LiveReportServer.Start(new ResultsReader(GameCatalog.BuiltIn), [Results], new ReportOptions { Images = _images });
        await using var view = await _browser.OpenAsync(server.Address.AbsoluteUri, "#episode?n=0");
        await ShouldShowAsync(view);
        view.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_transcript_shows_them_too()
    {
        var episode = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(ResultsReader.FindEpisodeFolders(Results).Single(), default);
        var transcript = await TranscriptReader.ReadAsync(episode, _images, default);
        var file = await new TranscriptExporter(_folder.File("out")).WriteAsync(transcript, TranscriptFormat.Html, default);
        var document = await new HtmlParser().ParseDocumentAsync(await File.ReadAllTextAsync(file.FullName));
        document.QuerySelectorAll("img").Select(image => image.GetAttribute("src")).ShouldBe([Inside, Inside]);
        document.QuerySelectorAll("article.gm img").Select(image => image.GetAttribute("alt")).ShouldBe(["Image 1 of 8: images/shown.png", $"Image 2 of 8: {Inside}"]);
        document.QuerySelectorAll("article.gm figcaption").Skip(2).Select(caption => caption.TextContent).ShouldBe(Reasons);
        document.QuerySelectorAll("article.player figcaption").Select(caption => caption.TextContent).ShouldAllBe(text => text.EndsWith("(named by a model, and not opened)"));
        document.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content")!.ShouldEndWith("; img-src data:");
    }

    [SkippableFact]
    public async Task A_link_that_leads_out_of_the_game_is_not_followed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Making links takes rights on Windows.");
        File.Delete(_folder.File("game/images/shown.png"));
        File.CreateSymbolicLink(_folder.File("game/images/shown.png"), _folder.File("secret.png"));
        var episode = await new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(ResultsReader.FindEpisodeFolders(Results).Single(), default);
        var transcript = await TranscriptReader.ReadAsync(episode, _images, default);
        transcript.Rounds[0].Entries[0].Images[0].WhyHidden.ShouldBe("outside of the game's folder, and not opened");
    }

    private static async Task ShouldShowAsync(ReportView view)
    {
        await view.Page.WaitForSelectorAsync(".images img");
        await view.WaitAsync("() => [...document.querySelectorAll('img')].every((one) => one.complete)");
        (await view.Find("img").CountAsync()).ShouldBe(2);
        (await view.Page.EvaluateAsync<int[]>("[...document.querySelectorAll('img')].map((one) => one.naturalWidth)")).ShouldBe([2, 2]);
        (await view.Find(".told img").First.GetAttributeAsync("alt")).ShouldBe("Image 1 of 8: images/shown.png");
        (await view.Find(".told figcaption").AllTextContentsAsync()).Skip(2).ShouldBe(Reasons);
        (await view.Find(".answer img").CountAsync()).ShouldBe(0);
        (await view.Find(".answer figcaption").AllTextContentsAsync()).ShouldAllBe(text => text.EndsWith("(named by a model, and not opened)"));
        (await view.Page.EvaluateAsync<bool>("window.pwned === undefined")).ShouldBeTrue();
    }
}
