using System.Text.Json;
using Clembench.Json;

namespace Clembench.Results;

/// <summary>
/// Writes and reads the records of exact prompts and responses: <c>player_N.requests.json</c> for each player (since
/// clemcore 3.7), or one <c>requests.json</c> for all (before, and in the layout of the older guide).
/// </summary>
public static class RequestsFile
{
    /// <summary>The name of the file for all players.</summary>
    public const string SharedName = "requests.json";

    private static readonly string[] PromptKeys = ["manipulated_prompt_obj", "modified_prompt_object"];

    /// <summary>The name of a player's file: <c>player_1.requests.json</c> for <c>Player 1</c>.</summary>
    /// <param name="player">The player's name.</param>
    /// <returns>The file's name.</returns>
    public static string NameFor(string player) =>
        $"{player.Trim().ToLowerInvariant().Replace(' ', '_')}.{SharedName}";

    /// <summary>Writes the calls of one player.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="interactions">The dialogue that the calls belong to.</param>
    /// <param name="player">The player.</param>
    /// <param name="calls">The calls.</param>
    public static void WritePlayer(Utf8JsonWriter writer, Interactions interactions, PlayerInfo player, IEnumerable<RecordedCall> calls)
    {
        var meta = interactions.Meta;
        writer.WriteStartObject();
        writer.WriteStartObject("meta");
        writer.WriteString("game_name", meta.Game);
        writer.WriteString("experiment_name", meta.Experiment);
        writer.WriteNumber("game_id", meta.InstanceId);
        writer.WriteString("player_name", player.Name);
        writer.WriteString("game_role", player.Role);
        writer.WriteString("model_name", player.Model);
        writer.WritePropertyName("round_count");
        JsonData.Write(writer, meta.RoundCount);
        writer.WritePropertyName("completed");
        JsonData.Write(writer, meta.Completed);
        writer.WriteEndObject();
        writer.WriteStartArray("calls");
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteNumber("round", call.Round);
            writer.WritePropertyName("call");
            WriteCall(writer, call);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the calls of all players.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="calls">The calls, in order.</param>
    public static void WriteShared(Utf8JsonWriter writer, IEnumerable<RecordedCall> calls)
    {
        writer.WriteStartArray();
        foreach (var call in calls)
            WriteCall(writer, call);
        writer.WriteEndArray();
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="utf8">The text, without a byte order mark.</param>
    /// <returns>The document.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> utf8) => JsonDocument.Parse(utf8, JsonFormat.Record);

    /// <summary>Reads the calls of a file of either form.</summary>
    /// <param name="root">The file's root.</param>
    /// <returns>Player (null in a shared file), round (null in a shared file), time, prompt and response of each call.</returns>
    /// <exception cref="FormatException">The content does not have the form.</exception>
    public static IEnumerable<(string? Player, int? Round, DateTime Timestamp, JsonElement Prompt, JsonElement Response)> Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in root.EnumerateArray())
            {
                var (timestamp, prompt, response) = ReadCall(call);
                yield return (null, null, timestamp, prompt, response);
            }

            yield break;
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("calls", out var calls) || calls.ValueKind != JsonValueKind.Array)
            throw new FormatException("the root is neither a list of calls nor an object with 'calls'");
        var player = root.TryGetProperty("meta", out var meta) && meta.TryGetProperty("player_name", out var name) ? name.GetString() : null;
        foreach (var entry in calls.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("call", out var call))
                throw new FormatException("an entry of 'calls' has no 'call'");
            var (timestamp, prompt, response) = ReadCall(call);
            yield return (player, entry.TryGetProperty("round", out var round) ? round.GetInt32() : null, timestamp, prompt, response);
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, RecordedCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", InteractionsFile.FormatTimestamp(call.Timestamp));
        writer.WritePropertyName(PromptKeys[0]);
        JsonFormat.WriteExact(writer, call.Response.Prompt);
        writer.WritePropertyName("raw_response_obj");
        JsonFormat.WriteExact(writer, call.Response.Response);
        if (call.Response.FromCache)
            writer.WriteBoolean("from_cache", true);
        if (call.Response.FailedAttempts.Count > 0)
        {
            writer.WriteStartArray("failed_attempts");
            foreach (var error in call.Response.FailedAttempts)
                writer.WriteStringValue(error);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static (DateTime Timestamp, JsonElement Prompt, JsonElement Response) ReadCall(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object)
            throw new FormatException("a call is not an object");
        JsonElement prompt = default;
        if (!PromptKeys.Any(key => call.TryGetProperty(key, out prompt)))
            throw new FormatException($"a call has no '{PromptKeys[0]}'");
        if (!call.TryGetProperty("raw_response_obj", out var response))
            throw new FormatException("a call has no 'raw_response_obj'");
        var timestamp = call.TryGetProperty("timestamp", out var time) ? InteractionsFile.ParseTimestamp(time.GetString()) : DateTime.MinValue;
        return (timestamp, prompt.Clone(), response.Clone());
    }
}
