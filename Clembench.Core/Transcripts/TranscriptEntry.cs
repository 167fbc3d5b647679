using Clembench.Results;

namespace Clembench.Transcripts;

/// <summary>One step of a transcript.</summary>
/// <param name="Event">The event.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its content: a text as it is, anything else as JSON text.</param>
/// <param name="Request">The call that gave a response; of a prompt, the call that it was sent with; null where none is recorded.</param>
/// <param name="Violates">Whether it is a response of which the record says that it did not have the form asked for.</param>
public sealed record TranscriptEntry(InteractionEvent Event, TranscriptEntryKind Kind, string Text, RequestRecord? Request, bool Violates)
{
    /// <summary>The images of a message, in order.</summary>
    public IReadOnlyList<TranscriptImage> Images { get; init; } = [];
}
