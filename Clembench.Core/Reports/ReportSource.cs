using System.Buffers;
using System.Text.Json;
using Clembench.Common;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Reports;

/// <summary>Reads of an episode what a report holds.</summary>
/// <param name="reader">Reads records.</param>
internal sealed class ReportSource(ResultsReader reader)
{
    /// <summary>Reads an episode's part in the overview, and its dialogue.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="detail">How much of the dialogue.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The overview's part, and the dialogue as JSON; empty for a summary.</returns>
    /// <exception cref="ClemException">A file of the folder is broken.</exception>
    public async Task<(ReportEpisode Entry, ReadOnlyMemory<byte> Transcript)> ReadAsync(string folder, ReportDetail detail, CancellationToken cancellationToken)
    {
        var (episode, interactions) = await reader.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
        var entry = ReportEpisode.Of(episode, interactions);
        return detail == ReportDetail.Summary
            ? (entry, default)
            : (entry, await TranscriptAsync(episode, interactions, detail, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<ReadOnlyMemory<byte>> TranscriptAsync(
        Episode episode, Interactions? interactions, ReportDetail detail, CancellationToken cancellationToken)
    {
        var requests = detail == ReportDetail.Full
            ? await ResultsReader.ReadRequestsAsync(episode, interactions, cancellationToken).ConfigureAwait(false)
            : [];
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, JsonFormat.Compact))
            TranscriptJson.Write(writer, episode, interactions, requests);
        return buffer.WrittenMemory;
    }
}
