using System.Security.Cryptography;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Clembench.Transcripts;

namespace Clembench.Tests.Transcripts;

public sealed class HtmlTranscriptTests : IDisposable
{
    private static readonly string[] Elements =
    [
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "b", "bdi",
        "span", "time", "details", "summary", "pre", "table", "thead", "tbody", "tr", "th", "td", "a",
    ];

    private static readonly string[] Attributes =
        ["lang", "charset", "http-equiv", "content", "name", "class", "dir", "id", "href", "tabindex", "role", "aria-labelledby", "aria-label", "scope", "datetime"];

    private readonly HostileEpisode _hostile = new();

    public void Dispose() => _hostile.Dispose();

    [Fact]
    public async Task Nothing_of_a_hostile_episode_is_an_element_a_link_or_a_script()
    {
        var document = await ExportAsync(_hostile);

        document.All.Select(element => element.LocalName).Distinct().Except(Elements).ShouldBeEmpty();
        document.All.SelectMany(element => element.Attributes).Select(attribute => attribute.Name).Distinct().Except(Attributes).ShouldBeEmpty();
        document.Body!.QuerySelectorAll("meta, style, title").ShouldBeEmpty();
        document.QuerySelectorAll("meta").Length.ShouldBe(4);
        document.QuerySelectorAll("style, title").Length.ShouldBe(2);
        var links = document.QuerySelectorAll("a").Select(link => link.GetAttribute("href")!).ToArray();
        links.Length.ShouldBe(HostileEpisode.Messages.Count);
        links.ShouldAllBe(link => link.StartsWith('#') && document.GetElementById(link.Substring(1)) != null);
        document.QuerySelectorAll("[id]").Select(element => element.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task The_policy_lets_nothing_in_but_the_page_s_own_style()
    {
        var document = await ExportAsync(_hostile);
        var policy = document.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content")!;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(document.QuerySelector("style")!.TextContent)));
        policy.ShouldBe($"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    }

    [Fact]
    public async Task Every_message_is_shown_as_it_was_with_its_exact_prompt_and_response()
    {
        var document = await ExportAsync(_hostile);
        var shown = document.QuerySelectorAll("article.player > .text").Select(text => text.TextContent).ToArray();
        shown.ShouldBe(HostileEpisode.Messages.Select(message => VisibleText.ToSymbols(HostileEpisode.AsRead(message))));
        document.QuerySelectorAll("article.player details.request pre").Length.ShouldBe(2 * HostileEpisode.Messages.Count);
        var prompt = document.QuerySelectorAll("article.player details.request pre")[0].TextContent;
        System.Text.Json.JsonDocument.Parse(prompt).RootElement.GetProperty("messages")[0].GetProperty("content").GetString()
            .ShouldBe("Say: " + HostileEpisode.Messages[0]);
        document.QuerySelectorAll("section .text").ShouldAllBe(text => text.GetAttribute("dir") == "auto" && text.GetAttribute("lang") == "he");
        document.QuerySelectorAll(".symbol").Select(symbol => symbol.TextContent).ShouldContain("⟨ESC⟩");
        Encoding.UTF8.GetString(await File.ReadAllBytesAsync(PathOf(_hostile, ".html")))
            .ShouldNotMatch("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]");
    }

    [Fact]
    public async Task Failures_are_marked_where_the_record_says_which_response_is_meant()
    {
        var document = await ExportAsync(_hostile);
        var marked = document.QuerySelectorAll("article.player").Select(message => message.ClassList.Contains("bad")).ToArray();
        marked.ShouldBe(HostileEpisode.Messages.Select((_, round) => round % 2 == 1));
        document.QuerySelectorAll(".note.failure").Length.ShouldBe(HostileEpisode.Messages.Count);
        document.QuerySelector(".outcome")!.TextContent.ShouldBe("Success, score 50");
    }

    [Fact]
    public async Task Messages_of_megabytes_are_whole()
    {
        using var hostile = new HostileEpisode(repeats: 600);
        var document = await ExportAsync(hostile);
        document.All.Select(element => element.LocalName).Distinct().Except(Elements).ShouldBeEmpty();
        var longest = document.QuerySelectorAll("article.player > .text").MaxBy(text => text.TextContent.Length)!;
        longest.TextContent.Length.ShouldBe(600 * 10001);
        longest.GetAttribute("tabindex").ShouldBe("0");
    }

    private static string PathOf(HostileEpisode hostile, string extension) =>
        Directory.GetFiles(hostile.Out, "*" + extension, SearchOption.AllDirectories).ShouldHaveSingleItem();

    private static async Task<IDocument> ExportAsync(HostileEpisode hostile)
    {
        var transcript = await TranscriptReader.ReadAsync(await hostile.ReadAsync(), default);
        var file = await new TranscriptExporter(hostile.Out).WriteAsync(transcript, TranscriptFormat.Html, default);
        return await new HtmlParser().ParseDocumentAsync(await File.ReadAllTextAsync(file.FullName));
    }
}
