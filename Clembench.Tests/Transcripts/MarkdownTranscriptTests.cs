using AngleSharp.Html.Parser;
using Clembench.Transcripts;
using Markdig;

namespace Clembench.Tests.Transcripts;

public class MarkdownTranscriptTests
{
    [Fact]
    public async Task Nothing_of_a_hostile_episode_is_markup_for_a_renderer_with_all_extensions()
    {
        using var hostile = new HostileEpisode();
        var transcript = await TranscriptReader.ReadAsync(await hostile.ReadAsync(), default);
        var file = await new TranscriptExporter(null).WriteAsync(transcript, TranscriptFormat.Markdown, default);
        file.FullName.ShouldBe(Path.Join(hostile.Folder, "transcript.md"));

        var text = await File.ReadAllTextAsync(file.FullName);
        text.ShouldNotMatch("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]");
        var html = Markdown.ToHtml(text, new MarkdownPipelineBuilder().UseAdvancedExtensions().Build());
        var document = await new HtmlParser().ParseDocumentAsync(html);
        document.Body!.QuerySelectorAll("*").Select(element => element.LocalName).Distinct()
            .Except(["h1", "h2", "h3", "p", "ul", "li", "strong", "code", "pre", "a"]).ShouldBeEmpty();
        document.QuerySelectorAll("a").ShouldAllBe(link => link.GetAttribute("href")!.StartsWith("#request-"));
        document.QuerySelectorAll("a").Length.ShouldBe(HostileEpisode.Messages.Count);
        document.QuerySelectorAll("a").ShouldAllBe(link => document.GetElementById(link.GetAttribute("href")!.Substring(1)) != null);

        var code = document.QuerySelectorAll("pre > code").Select(element => element.TextContent).ToHashSet();
        foreach (var message in HostileEpisode.Messages)
            code.ShouldContain(VisibleText.ToSymbols(HostileEpisode.AsRead(message)) + "\n");
    }
}
