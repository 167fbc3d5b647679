using System.Globalization;
using System.Text.Json;
using Clembench.Json;
using Clembench.Results;
using Clembench.Transcripts;

namespace Clembench.Reports;

/// <summary>
/// An episode's dialogue as a report's page reads it: all that models and games wrote is text. A prompt repeats most of
/// the one before, so each is written as how much it shares with the same player's last prompt, and the rest.
/// </summary>
internal static class TranscriptJson
{
    /// <summary>Writes an episode.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="transcript">Its transcript, without requests where the report does not hold them.</param>
    /// <param name="imagesInside">Whether images are written with their content, instead of by their number alone.</param>
    public static void Write(Utf8JsonWriter writer, Transcript transcript, bool imagesInside)
    {
        var episode = transcript.Episode;
        writer.WriteStartObject();
        // The last parts of the path say where in a results tree it lies, and nothing of whose machine it was.
        writer.WriteString("folder", string.Join('/', episode.Path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).TakeLast(4)));
        writer.WriteString("error", episode.Error);
        writer.WriteStartArray("scores");
        foreach (var (name, value) in episode.Scores)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(name);
            writer.WriteStringValue(value as string ?? JsonData.ToJson(value));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("players");
        foreach (var player in transcript.Players)
        {
            writer.WriteStartObject();
            writer.WriteString("name", player.Name);
            writer.WriteString("role", player.Role);
            writer.WriteString("model", player.IsProgrammatic ? null : player.Model);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteRounds(writer, transcript.Rounds, imagesInside);
        WriteRequests(writer, transcript.Requests);
        writer.WriteEndObject();
    }

    private static void WriteRounds(Utf8JsonWriter writer, IReadOnlyList<TranscriptRound> rounds, bool imagesInside)
    {
        writer.WriteStartArray("rounds");
        DateTime? start = null;
        foreach (var round in rounds)
        {
            writer.WriteStartObject();
            if (round.Violated > 0)
                writer.WriteNumber("violated", round.Violated);
            writer.WriteStartArray("events");
            foreach (var entry in round.Entries)
            {
                start ??= entry.Event.Timestamp;
                WriteEntry(writer, entry, start.Value, imagesInside);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (start is { } first)
            writer.WriteString("start", first.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
    }

    private static void WriteEntry(Utf8JsonWriter writer, TranscriptEntry entry, DateTime start, bool imagesInside)
    {
        var one = entry.Event;
        writer.WriteStartObject();
        writer.WriteString("from", one.From);
        writer.WriteString("to", one.To);
        writer.WriteString("type", one.Type);
        writer.WriteString("text", entry.Text);
        writer.WriteNumber("at", Math.Round((one.Timestamp - start).TotalMilliseconds, 1));
        if (one.Content is not string)
            writer.WriteBoolean("data", true);
        if (one.Label is "forget" or "pseudo")
            writer.WriteString("label", one.Label);
        if (entry.Violates || entry.Kind == TranscriptEntryKind.Failure)
            writer.WriteBoolean("fault", true);
        if (entry.Images.Count > 0)
            WriteImages(writer, entry.Images, imagesInside);
        if (entry is { Kind: TranscriptEntryKind.Response, Request: { } request })
            writer.WriteNumber("request", request.Index);
        writer.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter writer, IReadOnlyList<TranscriptImage> images, bool inside)
    {
        writer.WriteStartArray("images");
        foreach (var image in images)
        {
            writer.WriteStartObject();
            writer.WriteString("name", TranscriptFacts.ImageName(image.Reference));
            var content = inside && image.Id is not null ? GameImages.Read(image) : null;
            if (content is not null)
                writer.WriteBase64String("content", content);
            if (image.Id is not null && (!inside || content is not null))
            {
                writer.WriteString("id", image.Id);
                writer.WriteString("type", image.MediaType);
            }
            else
            {
                writer.WriteString("why", image.WhyHidden ?? (inside && image.Id is not null ? "its file cannot be read" : null));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRequests(Utf8JsonWriter writer, IReadOnlyList<RequestRecord> requests)
    {
        var last = new Dictionary<string, string>();
        writer.WriteStartArray("requests");
        foreach (var request in requests)
        {
            var (player, prompt) = (request.Player ?? "", request.PromptJson);
            var shared = last.TryGetValue(player, out var before) ? Shared(before, prompt) : 0;
            last[player] = prompt;
            writer.WriteStartObject();
            writer.WriteString("player", player);
            writer.WriteNumber("round", request.Round);
            writer.WriteNumber("shared", shared);
            writer.WriteString("rest", prompt.AsSpan(shared));
            writer.WriteString("response", request.ResponseJson);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Half of a surrogate pair cannot be written: the cut lies before it.
    private static int Shared(string before, string prompt)
    {
        var length = before.AsSpan().CommonPrefixLength(prompt);
        return length > 0 && char.IsHighSurrogate(prompt[length - 1]) ? length - 1 : length;
    }
}
