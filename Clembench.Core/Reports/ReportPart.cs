using Clembench.Transcripts;

namespace Clembench.Reports;

/// <summary>An episode's part in a report.</summary>
/// <param name="Entry">What the overview takes of it.</param>
/// <param name="Transcript">Its dialogue as a JSON object in UTF-8; empty for a summary.</param>
/// <param name="Images">The images that the dialogue names by their <see cref="TranscriptImage.Id"/> and that are shown.</param>
internal sealed record ReportPart(ReportEpisode Entry, ReadOnlyMemory<byte> Transcript, IReadOnlyList<TranscriptImage> Images);
