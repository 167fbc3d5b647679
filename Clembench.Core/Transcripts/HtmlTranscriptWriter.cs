using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>
/// Writes one page that is complete in itself: chat bubbles, and behind each response the exact prompt and response. All text of
/// models, games and folders is escaped, and the page's policy forbids scripts, images and connections of any kind.
/// </summary>
internal sealed partial class HtmlTranscriptWriter : ITranscriptWriter
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly string Style = TranscriptResource.Read("transcript.css");
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'";

    /// <inheritdoc />
    public string Extension => ".html";

    /// <inheritdoc />
    public void Write(Transcript transcript, TextWriter output, CancellationToken cancellationToken) =>
        new Page(transcript, output, cancellationToken).Write();

    private sealed class Page(Transcript transcript, TextWriter output, CancellationToken cancellationToken)
    {
        private readonly HashSet<RequestRecord> _shown = new(ReferenceEqualityComparer.Instance);
        private long _imageBytes;

        public void Write()
        {
            var episode = transcript.Episode;
            output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
            output.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}{(ShowsImages() ? "; img-src data:" : "")}\">\n");
            output.Write("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
            Line(TranscriptFacts.Title(episode));
            output.Write("</title>\n<style>");
            output.Write(Style);
            output.Write("</style>\n</head>\n<body>\n");
            WriteHead();
            output.Write("<main>\n");
            foreach (var round in transcript.Rounds)
                WriteRound(round);
            WriteFurtherRequests();
            output.Write("</main>\n</body>\n</html>\n");
        }

        private void WriteHead()
        {
            var episode = transcript.Episode;
            output.Write("<header>\n<h1 dir=\"auto\">");
            Line(TranscriptFacts.Title(episode));
            output.Write($"</h1>\n<p class=\"outcome {LowerName(episode.Outcome)}\">");
            Line(TranscriptFacts.Outcome(episode));
            output.Write("</p>\n<dl>\n");
            foreach (var (name, value) in TranscriptFacts.Of(transcript))
            {
                output.Write("<div><dt><bdi>");
                Line(name);
                output.Write("</bdi></dt><dd dir=\"auto\">");
                Line(value);
                output.Write("</dd></div>\n");
            }

            output.Write("</dl>\n");
            WriteScores(episode.Scores, "Scores");
            output.Write("</header>\n");
        }

        private void WriteScores(JsonMap scores, string summary)
        {
            if (scores.Count == 0)
                return;
            output.Write($"<details class=\"scores\"><summary>{summary}</summary>\n<table>\n<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Value</th></tr></thead>\n<tbody>\n");
            foreach (var (metric, value) in TranscriptFacts.Scores(scores))
            {
                output.Write("<tr><th scope=\"row\" dir=\"auto\">");
                Line(metric);
                output.Write("</th><td dir=\"auto\">");
                Line(value);
                output.Write("</td></tr>\n");
            }

            output.Write("</tbody>\n</table>\n</details>\n");
        }

        private void WriteRound(TranscriptRound round)
        {
            output.Write($"<section aria-labelledby=\"round-{Number(round.Number)}\">\n<h2 id=\"round-{Number(round.Number)}\">Round {Number(round.Number)}");
            if (round.Violated > 0)
                output.Write($" <span class=\"flag\">{Number(round.Violated)} not in the form asked for</span>");
            output.Write("</h2>\n");
            WriteScores(round.Scores, "Scores of this round");
            foreach (var entry in round.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.Kind is TranscriptEntryKind.Note or TranscriptEntryKind.Failure)
                    WriteNote(entry);
                else
                    WriteMessage(entry);
            }

            output.Write("</section>\n");
        }

        private void WriteNote(TranscriptEntry entry)
        {
            output.Write(entry.Kind == TranscriptEntryKind.Failure ? "<div class=\"note failure\"" : "<div class=\"note\"");
            output.Write(" role=\"note\"><b dir=\"auto\">");
            Line(entry.Event.Type);
            output.Write("</b>");
            Text(entry.Text);
            output.Write("</div>\n");
        }

        private void WriteMessage(TranscriptEntry entry)
        {
            var isPrompt = entry.Kind == TranscriptEntryKind.Prompt;
            var seat = transcript.SeatOf(isPrompt ? entry.Event.To : entry.Event.From);
            output.Write($"<article class=\"{(isPrompt ? "gm" : "player")} seat-{(seat < 0 ? "none" : Number(seat % 6))}{(entry.Violates ? " bad" : "")}\">\n<p class=\"who\"><bdi>");
            Line(TranscriptFacts.Speaker(entry.Event));
            output.Write("</bdi>");
            if (RoleOf(isPrompt ? entry.Event.To : entry.Event.From) is { Length: > 0 } role)
            {
                output.Write(" <bdi class=\"role\">");
                Line(role);
                output.Write("</bdi>");
            }

            if (entry.Event.Label is "forget" or "pseudo")
                output.Write(entry.Event.Label == "forget" ? " <span class=\"role\">not remembered</span>" : " <span class=\"role\">not asked</span>");
            if (entry.Event.Timestamp != DateTime.MinValue)
                output.Write($" <time datetime=\"{InteractionsFile.FormatTimestamp(entry.Event.Timestamp)}\">{entry.Event.Timestamp.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}</time>");
            output.Write("</p>\n");
            if (entry.Violates)
                output.Write($"<p class=\"flag\">{TranscriptFacts.ViolatesText}</p>\n");
            Text(entry.Text);
            foreach (var (place, image) in entry.Images.Index())
                WriteImage(image, entry.Images.Count == 1 ? "Image" : $"Image {Number(place + 1)} of {Number(entry.Images.Count)}");

            if (entry.Request is { } request)
            {
                if (isPrompt)
                    output.Write($"<p class=\"more\"><a href=\"#request-{Number(request.Index)}\">As it was sent</a></p>\n");
                else
                    WriteRequest(request);
            }

            output.Write("</article>\n");
        }

        private bool ShowsImages() => transcript.Rounds.SelectMany(round => round.Entries).SelectMany(entry => entry.Images).Any(image => image.Id is not null);

        // The game's own images are in the page; of others there is the name, and why there is no more.
        private void WriteImage(TranscriptImage image, string which)
        {
            var name = TranscriptFacts.ImageName(image.Reference);
            var content = image.Id is null ? null : GameImages.Read(image);
            var fits = content is not null && _imageBytes + content.Length <= GameImages.LargestPage;
            output.Write("<figure class=\"image\">");
            if (fits)
            {
                _imageBytes += content!.Length;
                output.Write($"<img src=\"data:{image.MediaType};base64,");
                output.Write(Convert.ToBase64String(content));
                output.Write($"\" alt=\"{which}: ");
                Line(name);
                output.Write("\">");
            }

            output.Write($"<figcaption dir=\"auto\">{which}: ");
            Line(name);
            var why = fits ? null : image.WhyHidden ?? (image.Id is null ? null : content is null ? "its file cannot be read"
                : $"the page has no room for more than {Number(GameImages.LargestPage / 1048576)} MiB of images");
            if (why is not null)
                output.Write($" ({why})");
            output.Write("</figcaption></figure>\n");
        }

        private void WriteRequest(RequestRecord request)
        {
            _shown.Add(request);
            output.Write("<details class=\"request\"><summary>Exact prompt and response</summary>\n");
            WriteJson($"request-{Number(request.Index)}", "Prompt", request.IndentedPrompt);
            WriteJson($"response-{Number(request.Index)}", "Response", request.IndentedResponse);
            output.Write("</details>\n");
        }

        private void WriteJson(string id, string heading, string json)
        {
            output.Write($"<h3 id=\"{id}\">{heading}</h3>\n<pre tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}\" dir=\"ltr\">");
            Encode(json);
            output.Write("</pre>\n");
        }

        // Calls that no response of the dialogue belongs to: the last one of an episode that failed.
        private void WriteFurtherRequests()
        {
            var further = transcript.Requests.Where(request => !_shown.Contains(request)).ToArray();
            if (further.Length == 0)
                return;
            output.Write("<section aria-labelledby=\"further\">\n<h2 id=\"further\">Calls without a response in the dialogue</h2>\n");
            foreach (var request in further)
            {
                output.Write("<article class=\"gm seat-none\">\n<p class=\"who\"><bdi>");
                Line(request.Player);
                output.Write($"</bdi> round {Number(request.Round)}</p>\n");
                WriteRequest(request);
                output.Write("</article>\n");
            }

            output.Write("</section>\n");
        }

        private string RoleOf(string name) =>
            transcript.Players.FirstOrDefault(player => player.Name == name) is { } player && player.Role != name ? player.Role : "";

        private void Text(string text)
        {
            // A long text has a frame of its own, which the keyboard has to reach to scroll.
            var isLong = text.Length > 4000;
            output.Write($"<div class=\"text{(Grid().IsMatch(text) ? " grid" : "")}{(isLong ? " long" : "")}\" dir=\"auto\" lang=\"{transcript.Language}\"");
            output.Write(isLong ? " tabindex=\"0\" role=\"region\" aria-label=\"Long text\">" : ">");
            Encode(text);
            output.Write("</div>\n");
        }

        private void Line(string? text)
        {
            var line = VisibleText.ToSymbolsOnOneLine(text);
            Encoder.Encode(output, line, 0, line.Length);
        }

        private void Encode(string text)
        {
            foreach (var piece in VisibleText.Pieces(text))
            {
                output.Write(piece.IsSymbol ? "<span class=\"symbol\">" : "");
                Encoder.Encode(output, piece.Source, piece.Start, piece.Length);
                output.Write(piece.IsSymbol ? "</span>" : "");
            }
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string LowerName(Outcome outcome) => outcome switch
    {
        Outcome.Success => "success",
        Outcome.Lose => "lose",
        Outcome.Aborted => "aborted",
        _ => "error",
    };

    // Two lines of single characters with spaces between: a board, which only letters of one width show.
    [GeneratedRegex(@"^(?:\S ){2,}\S[ ]*\n(?:\S ){2,}\S[ ]*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Grid();
}
