namespace Clembench.Transcripts;

/// <summary>Writes transcripts in one form.</summary>
internal interface ITranscriptWriter
{
    /// <summary>The ending of the files' names, with the dot.</summary>
    string Extension { get; }

    /// <summary>Writes a transcript, piece by piece.</summary>
    /// <param name="transcript">The transcript.</param>
    /// <param name="output">Where it is written; lines end with a line feed.</param>
    /// <param name="cancellationToken">Stops the writing between two steps of the transcript.</param>
    void Write(Transcript transcript, TextWriter output, CancellationToken cancellationToken);
}
