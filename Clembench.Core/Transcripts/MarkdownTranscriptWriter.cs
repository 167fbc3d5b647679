using System.Globalization;
using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>
/// Writes CommonMark. Whatever a model, a game or a folder's name says stands in code, in a fence or span that is longer than any
/// run of backticks in it, so that it is no markup, no HTML, no link and no image.
/// </summary>
internal sealed class MarkdownTranscriptWriter : ITranscriptWriter
{
    /// <inheritdoc />
    public string Extension => ".md";

    /// <inheritdoc />
    public void Write(Transcript transcript, TextWriter output, CancellationToken cancellationToken)
    {
        output.Write("# Transcript: ");
        Span(output, TranscriptFacts.Title(transcript.Episode));
        output.Write("\n\n**");
        output.Write(TranscriptFacts.Outcome(transcript.Episode));
        output.Write("**\n\n");
        List(output, TranscriptFacts.Of(transcript));
        if (transcript.Episode.Scores.Count > 0)
        {
            output.Write("Scores:\n\n");
            List(output, TranscriptFacts.Scores(transcript.Episode.Scores));
        }

        foreach (var round in transcript.Rounds)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"## Round {round.Number}\n\n"));
            if (round.Violated > 0)
                output.Write(string.Create(CultureInfo.InvariantCulture, $"**{round.Violated} not in the form asked for**\n\n"));
            foreach (var entry in round.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteEntry(output, entry);
            }
        }

        if (transcript.Requests.Count > 0)
            output.Write("## Exact prompts and responses\n\n");
        foreach (var request in transcript.Requests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteRequest(output, request);
        }
    }

    private static void WriteEntry(TextWriter output, TranscriptEntry entry)
    {
        if (entry.Kind is TranscriptEntryKind.Note or TranscriptEntryKind.Failure)
        {
            output.Write(entry.Kind == TranscriptEntryKind.Failure ? "**Failure:** " : "Note: ");
            Span(output, entry.Event.Type);
        }
        else
        {
            output.Write("### ");
            Span(output, TranscriptFacts.Speaker(entry.Event));
            if (entry.Violates)
                output.Write($"\n\n**{TranscriptFacts.ViolatesText}**");
        }

        output.Write("\n\n");
        Fence(output, "text", entry.Text);
        foreach (var image in TranscriptFacts.Images(entry))
        {
            output.Write("Image: ");
            Span(output, image);
            output.Write("\n\n");
        }

        if (entry is { Request: { } request, Kind: TranscriptEntryKind.Response })
            output.Write(string.Create(CultureInfo.InvariantCulture, $"[Exact prompt and response](#request-{request.Index})\n\n"));
    }

    private static void WriteRequest(TextWriter output, RequestRecord request)
    {
        output.Write(string.Create(CultureInfo.InvariantCulture, $"### Request {request.Index}\n\nRound {request.Round}"));
        if (request.Player is { } player)
        {
            output.Write(", ");
            Span(output, player);
        }

        output.Write(". Prompt:\n\n");
        Fence(output, "json", request.IndentedPrompt);
        output.Write("Response:\n\n");
        Fence(output, "json", request.IndentedResponse);
    }

    private static void List(TextWriter output, IEnumerable<(string Name, string Value)> facts)
    {
        foreach (var (name, value) in facts)
        {
            output.Write("- ");
            Span(output, name);
            output.Write(": ");
            Span(output, value);
            output.Write('\n');
        }

        output.Write('\n');
    }

    private static void Span(TextWriter output, string text)
    {
        var line = VisibleText.ToSymbolsOnOneLine(text);
        var ticks = new string('`', LongestRun(line) + 1);
        // One space on each side is taken off again; it keeps backticks at the ends apart, and an empty text a span.
        output.Write(ticks);
        output.Write(' ');
        output.Write(line.Length == 0 ? "(empty)" : line);
        output.Write(' ');
        output.Write(ticks);
    }

    private static void Fence(TextWriter output, string language, string text)
    {
        var ticks = new string('`', Math.Max(3, LongestRun(text) + 1));
        output.Write(ticks);
        output.Write(language);
        output.Write('\n');
        foreach (var piece in VisibleText.Pieces(text))
            output.Write(piece.Text);
        output.Write('\n');
        output.Write(ticks);
        output.Write("\n\n");
    }

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
