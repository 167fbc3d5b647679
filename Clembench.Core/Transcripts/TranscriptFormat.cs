namespace Clembench.Transcripts;

/// <summary>The forms in which transcripts are written.</summary>
public enum TranscriptFormat
{
    /// <summary>One page for a browser, complete in itself and inert.</summary>
    Html,

    /// <summary>CommonMark.</summary>
    Markdown,

    /// <summary>A LaTeX document.</summary>
    Latex,
}
