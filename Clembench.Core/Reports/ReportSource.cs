using System.Buffers;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;
using Clembench.Results;
using Clembench.Transcripts;

namespace Clembench.Reports;

/// <summary>Reads of an episode what a report holds.</summary>
/// <param name="reader">Reads records.</param>
/// <param name="images">Tells which images are shown; null to name them only.</param>
internal sealed class ReportSource(ResultsReader reader, GameImages? images)
{
    /// <summary>Reads an episode's part in the overview, and its dialogue.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="detail">How much of the dialogue.</param>
    /// <param name="imagesInside">Whether the dialogue holds its images itself.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ClemException">A file of the folder is broken.</exception>
    public async Task<ReportPart> ReadAsync(string folder, ReportDetail detail, bool imagesInside, CancellationToken cancellationToken)
    {
        var (episode, interactions) = await reader.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
        if (detail == ReportDetail.Summary)
            return new ReportPart(ReportEpisode.Of(episode, interactions), default, []);

        IReadOnlyList<RequestRecord> requests = detail == ReportDetail.Full
            ? await ResultsReader.ReadRequestsAsync(episode, interactions, cancellationToken).ConfigureAwait(false)
            : [];
        var dialogue = interactions ?? Nothing(episode);
        var shown = images is null ? null : await images.FindAsync(episode, dialogue, cancellationToken).ConfigureAwait(false);
        var transcript = TranscriptReader.Of(episode, dialogue, requests, images: shown);
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
            TranscriptJson.Write(writer, transcript, imagesInside);
        return new ReportPart(
            ReportEpisode.Of(episode, interactions),
            buffer.WrittenMemory,
            shown is null ? [] : [.. shown.Values.SelectMany(one => one).Where(image => image.Id is not null).DistinctBy(image => image.Id)]);
    }

    // An episode that failed before anything was said.
    private static Interactions Nothing(Episode episode) => new()
    {
        Meta = new InteractionsMeta(episode.Game, episode.Experiment, episode.InstanceId, "", ""),
        Players = [],
        Rounds = [],
    };
}
