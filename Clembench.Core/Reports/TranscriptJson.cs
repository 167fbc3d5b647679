using System.Globalization;
using System.Text.Json;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Reports;

/// <summary>
/// An episode's dialogue as a report's page reads it: all that models and games wrote is text. A prompt repeats most of
/// the one before, so each is written as how much it shares with the same player's last prompt, and the rest.
/// </summary>
internal static class TranscriptJson
{
    /// <summary>Writes an episode.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">Its dialogue; null where it has none.</param>
    /// <param name="requests">Its exact prompts and responses; empty where the report does not hold them.</param>
    public static void Write(Utf8JsonWriter writer, Episode episode, Interactions? interactions, IReadOnlyList<RequestRecord> requests)
    {
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
        foreach (var player in interactions?.Players ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("name", player.Name);
            writer.WriteString("role", player.Role);
            writer.WriteString("model", player.Model);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteRounds(writer, interactions, RequestsOf(interactions, requests));
        WriteRequests(writer, requests);
        writer.WriteEndObject();
    }

    private static void WriteRounds(Utf8JsonWriter writer, Interactions? interactions, Dictionary<InteractionEvent, int> requests)
    {
        writer.WriteStartArray("rounds");
        DateTime? start = null;
        foreach (var round in interactions?.Rounds ?? [])
        {
            writer.WriteStartArray();
            foreach (var one in round)
            {
                start ??= one.Timestamp;
                writer.WriteStartObject();
                writer.WriteString("from", one.From);
                writer.WriteString("to", one.To);
                writer.WriteString("type", one.Type);
                writer.WriteString("text", one.Content as string ?? JsonData.ToJson(one.Content));
                writer.WriteNumber("at", Math.Round((one.Timestamp - start.Value).TotalMilliseconds, 1));
                if (one.Content is not string)
                    writer.WriteBoolean("data", true);
                if (one.Label is "forget" or "pseudo")
                    writer.WriteString("label", one.Label);
                if (one.Images.Count > 0)
                    writer.WriteNumber("images", one.Images.Count);
                if (requests.TryGetValue(one, out var request))
                    writer.WriteNumber("request", request);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        if (start is { } first)
            writer.WriteString("start", first.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
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

    private static Dictionary<InteractionEvent, int> RequestsOf(Interactions? interactions, IReadOnlyList<RequestRecord> requests)
    {
        var responses = new ResponseMatcher(interactions);
        var found = new Dictionary<InteractionEvent, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < requests.Count; i++)
        {
            if (responses.Next(requests[i].Player) is { } response)
                found[response] = i;
        }

        return found;
    }
}
