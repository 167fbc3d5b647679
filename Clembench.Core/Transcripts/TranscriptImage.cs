namespace Clembench.Transcripts;

/// <summary>An image of a message: a file of the game that may be shown, or a name and why no more than that is shown.</summary>
/// <param name="Reference">What the record calls it.</param>
public sealed record TranscriptImage(string Reference)
{
    /// <summary>The image's file, or its data URI where the instance holds it; null for an image that is named only.</summary>
    public string? Location { get; init; }

    /// <summary>Its media type, by content; null for an image that is named only.</summary>
    public string? MediaType { get; init; }

    /// <summary>What tells its content from any other, in letters and digits; null for an image that is named only.</summary>
    public string? Id { get; init; }

    /// <summary>Why it is not shown, to follow its name; null for one that is shown.</summary>
    public string? WhyHidden { get; init; }
}
