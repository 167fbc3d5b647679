using System.Globalization;
using System.Text;

namespace Clembench.Transcripts;

/// <summary>
/// Writes a LaTeX document for papers: the dialogue in bubbles, with the game master's notes. The exact prompts and responses are
/// left to the other forms. Nothing that a model says reaches TeX as a command.
/// </summary>
internal sealed class LatexTranscriptWriter : ITranscriptWriter
{
    private static readonly string Preamble = TranscriptResource.Read("transcript.tex");

    /// <inheritdoc />
    public string Extension => ".tex";

    /// <inheritdoc />
    public void Write(Transcript transcript, TextWriter output, CancellationToken cancellationToken)
    {
        output.Write(Preamble);
        WriteDeclarations(transcript, output, cancellationToken);
        output.Write("\\begin{document}\n\\section*{");
        Line(output, TranscriptFacts.Title(transcript.Episode));
        output.Write("}\n\\textbf{");
        Line(output, TranscriptFacts.Outcome(transcript.Episode));
        output.Write("}\n\\begin{itemize}\\setlength\\itemsep{0pt}\n");
        foreach (var (name, value) in TranscriptFacts.Of(transcript))
        {
            output.Write("\\item ");
            Line(output, name);
            output.Write(": ");
            Line(output, value);
            output.Write('\n');
        }

        output.Write("\\end{itemize}\n");
        foreach (var round in transcript.Rounds)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\n\\subsection*{{Round {round.Number}}}\n"));
            if (round.Violated > 0)
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{{\\footnotesize\\color{{clembad}}{round.Violated} not in the form asked for\\par}}\n"));
            foreach (var entry in round.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteEntry(transcript, output, entry);
            }
        }

        output.Write("\\end{document}\n");
    }

    private static void WriteEntry(Transcript transcript, TextWriter output, TranscriptEntry entry)
    {
        if (entry.Kind is TranscriptEntryKind.Note or TranscriptEntryKind.Failure)
        {
            output.Write(entry.Kind == TranscriptEntryKind.Failure ? "\\begin{clemnote}{\\color{clembad}" : "\\begin{clemnote}{");
            Line(output, entry.Event.Type);
            output.Write("}\n");
            LatexText.Write(output, entry.Text);
            output.Write("\\end{clemnote}\n");
            return;
        }

        var seat = transcript.SeatOf(entry.Event.From);
        output.Write(entry.Kind == TranscriptEntryKind.Prompt ? "\\clemmaster{"
            : string.Create(CultureInfo.InvariantCulture, $"\\clemplayer{(seat % 2 == 1 ? "right" : "left")}{{{(seat < 0 ? "clemnone" : $"clemseat{seat % 6}")}}}{{"));
        Line(output, TranscriptFacts.Speaker(entry.Event));
        if (entry.Violates)
            output.Write($" \\color{{clembad}}{TranscriptFacts.ViolatesText}");
        output.Write("}\n");
        LatexText.Write(output, entry.Text);
        foreach (var image in TranscriptFacts.Images(entry))
        {
            output.Write("Image: ");
            Line(output, image);
            output.Write("\\par\n");
        }

        output.Write("\\clemend\n");
    }

    // pdflatex stops at characters that its fonts lack, unless it is told what to show for them.
    private static void WriteDeclarations(Transcript transcript, TextWriter output, CancellationToken cancellationToken)
    {
        var used = new SortedSet<int>();
        foreach (var text in Texts(transcript))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Ascii.IsValid(text))
                continue;
            foreach (var rune in text.EnumerateRunes())
            {
                if (rune.Value > 0x7f && rune != Rune.ReplacementChar)
                    used.Add(rune.Value);
            }
        }

        if (used.Count == 0)
            return;
        output.Write("\\ifPDFTeX\n");
        foreach (var code in used.Where(code => VisibleText.ToSymbols(char.ConvertFromUtf32(code)) == char.ConvertFromUtf32(code)))
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\\clemdeclare{{{code:X4}}}{{{char.ConvertFromUtf32(code)}}}\n"));
        output.Write("\\fi\n");
    }

    private static IEnumerable<string> Texts(Transcript transcript) =>
    [
        TranscriptFacts.Title(transcript.Episode),
        .. TranscriptFacts.Of(transcript).SelectMany(fact => (string[])[fact.Name, fact.Value]),
        .. transcript.Rounds.SelectMany(round => round.Entries).SelectMany(entry =>
            (string[])[entry.Event.Type, TranscriptFacts.Speaker(entry.Event), entry.Text, .. TranscriptFacts.Images(entry)]),
    ];

    private static void Line(TextWriter output, string text) => LatexText.WriteLine(output, text);
}
