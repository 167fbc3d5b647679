using System.Text.Json;
using Clembench.Json;

namespace Clembench.Results;

/// <summary>
/// The file that says how an episode's recording ended: <c>completed.json</c> or <c>error.json</c>. Beside clemcore's
/// members it holds what the other files do not tell: the duration and the token counts.
/// </summary>
internal static class EpisodeMarker
{
    /// <summary>The marker of an episode that was played to its end.</summary>
    public const string CompletedName = "completed.json";

    /// <summary>The marker of an episode that failed.</summary>
    public const string ErrorName = "error.json";

    public static void WriteCompleted(Utf8JsonWriter writer, EpisodeRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", InteractionsFile.FormatTimestamp(record.Timestamp));
        WriteUsage(writer, record);
        writer.WriteEndObject();
    }

    public static void WriteError(Utf8JsonWriter writer, EpisodeRecord record, (string Kind, string Message) failure)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", InteractionsFile.FormatTimestamp(record.Timestamp));
        writer.WriteString("error", failure.Kind);
        writer.WriteString("message", failure.Message);
        WriteUsage(writer, record);
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, EpisodeRecord record)
    {
        writer.WritePropertyName("duration_seconds");
        JsonFormat.WriteNumber(writer, Math.Round(record.Duration.TotalSeconds, 6));
        if (record.PromptTokens is { } prompt)
            writer.WriteNumber("prompt_tokens", prompt);
        if (record.CompletionTokens is { } completion)
            writer.WriteNumber("completion_tokens", completion);
        if (record.Cost is { } cost)
            writer.WriteNumber("cost", cost);
    }
}
