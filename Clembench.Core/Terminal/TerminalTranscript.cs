using System.Globalization;
using Clembench.Transcripts;

namespace Clembench.Terminal;

/// <summary>Shows transcripts in a terminal. Nothing that a model says reaches the terminal as a command.</summary>
public static class TerminalTranscript
{
    private const int Indent = 2;

    /// <summary>The lines of a transcript.</summary>
    /// <param name="transcript">The transcript.</param>
    /// <param name="width">The terminal's columns; at least 20 are used.</param>
    /// <param name="style">The colours.</param>
    /// <returns>The lines, one by one, of which none is wider.</returns>
    public static IEnumerable<string> Lines(Transcript transcript, int width, TerminalStyle style)
    {
        width = Math.Max(20, width);
        foreach (var line in TextWidth.Wrap(VisibleText.ToSymbolsOnOneLine(TranscriptFacts.Title(transcript.Episode)), width))
            yield return style.Strong + line + style.Reset;
        yield return style.Of(transcript.Episode.Outcome) + TranscriptFacts.Outcome(transcript.Episode) + style.Reset;
        foreach (var (name, value) in TranscriptFacts.Of(transcript))
        {
            foreach (var line in TextWidth.Wrap(VisibleText.ToSymbolsOnOneLine($"{name}: {value}"), width))
                yield return line;
        }

        foreach (var round in transcript.Rounds)
        {
            yield return "";
            var head = string.Create(CultureInfo.InvariantCulture, $"── Round {round.Number} ");
            yield return style.Soft + head + new string('─', width - head.Length) + style.Reset;
            if (round.Violated > 0)
                yield return style.Bad + string.Create(CultureInfo.InvariantCulture, $"{round.Violated} not in the form asked for") + style.Reset;
            foreach (var line in round.Entries.SelectMany(entry => Lines(transcript, entry, width, style)))
                yield return line;
        }
    }

    private static IEnumerable<string> Lines(Transcript transcript, TranscriptEntry entry, int width, TerminalStyle style)
    {
        if (entry.Kind is TranscriptEntryKind.Note or TranscriptEntryKind.Failure)
        {
            var colour = entry.Kind == TranscriptEntryKind.Failure ? style.Bad : style.Soft;
            foreach (var line in Indented($"· {VisibleText.ToSymbolsOnOneLine(entry.Event.Type)}: {VisibleText.ToSymbols(entry.Text)}", width))
                yield return colour + line + style.Reset;
            yield break;
        }

        var seat = transcript.SeatOf(entry.Event.From);
        var speaker = VisibleText.ToSymbolsOnOneLine(TranscriptFacts.Speaker(entry.Event));
        yield return "";
        foreach (var line in TextWidth.Wrap(speaker, width))
            yield return style.Strong + style.OfSeat(seat) + line + style.Reset;
        if (entry.Violates)
            yield return style.Bad + new string(' ', Indent) + TranscriptFacts.ViolatesText + style.Reset;
        foreach (var line in Indented(VisibleText.ToSymbols(entry.Text), width))
            yield return line;
        foreach (var line in TranscriptFacts.Images(entry).SelectMany(image => Indented($"Image: {VisibleText.ToSymbolsOnOneLine(image)}", width)))
            yield return line;
    }

    private static IEnumerable<string> Indented(string text, int width) =>
        TextWidth.Wrap(text, width - Indent).Select(line => line.Length == 0 ? "" : new string(' ', Indent) + line);
}
