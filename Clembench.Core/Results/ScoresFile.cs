using System.Globalization;
using System.Text.Json;
using Clembench.Json;
using Clembench.Scoring;

namespace Clembench.Results;

/// <summary>Writes and reads <c>scores.json</c> in clemcore's form.</summary>
public static class ScoresFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "scores.json";

    /// <summary>Writes the scores of an episode.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="interactions">The record, whose head is repeated in the file.</param>
    /// <param name="scores">The scores.</param>
    public static void Write(Utf8JsonWriter writer, Interactions interactions, EpisodeScores scores)
    {
        writer.WriteStartObject();
        if (scores.RepeatsHead)
        {
            writer.WritePropertyName("meta");
            InteractionsFile.WriteMeta(writer, interactions.Meta);
            writer.WritePropertyName("players");
            InteractionsFile.WritePlayers(writer, interactions.Players);
        }
        else
        {
            WriteEmptyHead(writer);
        }

        WriteScores(writer, scores);
        if (scores.RepeatsHead)
        {
            writer.WritePropertyName("player_models");
            JsonData.Write(writer, interactions.PlayerModels);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// The content of the file for a record that anybody wrote: its head is repeated as it is, as clemcore's scorers do, so that it
    /// has just the members that it has there.
    /// </summary>
    /// <param name="record">The content of <c>interactions.json</c>.</param>
    /// <param name="scores">The scores.</param>
    /// <returns>UTF-8 text.</returns>
    public static ReadOnlyMemory<byte> Content(JsonMap record, EpisodeScores scores) =>
        WithContent(record, scores, static utf8 => utf8.ToArray());

    /// <summary>Does something with the content of the file for a record that anybody wrote, which is not copied.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="record">The content of <c>interactions.json</c>.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="use">Is given the UTF-8 text.</param>
    /// <returns>What came of it.</returns>
    internal static T WithContent<T>(JsonMap record, EpisodeScores scores, Func<ReadOnlySpan<byte>, T> use) =>
        ThreadBuffer.Write(JsonFormat.Indented, (record, scores), Write, use);

    private static void Write(Utf8JsonWriter writer, (JsonMap Record, EpisodeScores Scores) content)
    {
        var (record, scores) = content;
        writer.WriteStartObject();
        if (scores.RepeatsHead)
        {
            WriteMap(writer, "meta", record);
            WriteMap(writer, "players", record);
        }
        else
        {
            WriteEmptyHead(writer);
        }

        WriteScores(writer, scores);
        if (scores.RepeatsHead && record.TryGetValue("player_models", out var models))
        {
            writer.WritePropertyName("player_models");
            JsonData.Write(writer, models);
        }

        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, JsonMap record)
    {
        writer.WritePropertyName(name);
        JsonData.Write(writer, record.GetOrDefault<JsonMap>(name) ?? JsonMap.Empty);
    }

    /// <summary>Takes the scores out of what a file holds.</summary>
    /// <param name="root">The file's content as plain values.</param>
    /// <returns>The scores.</returns>
    /// <exception cref="FormatException">The content does not have the form.</exception>
    public static EpisodeScores Read(object? root)
    {
        var map = root as JsonMap ?? throw new FormatException("the root is not an object");
        var turns = new SortedDictionary<int, JsonMap>();

        // clemcore's newer scorers, which no game of the benchmark uses yet, call turns rounds.
        foreach (var (turn, metrics) in map.GetOrDefault<JsonMap>("turn scores") ?? map.GetOrDefault<JsonMap>("round scores") ?? JsonMap.Empty)
        {
            if (int.TryParse(turn, CultureInfo.InvariantCulture, out var number) && metrics is JsonMap values)
                turns[number] = values;
        }

        return new EpisodeScores(turns, map.GetOrDefault<JsonMap>("episode scores")
            ?? throw new FormatException("there is no object 'episode scores'"))
        {
            RepeatsHead = map.GetOrDefault<JsonMap>("meta") is not { Count: 0 },
        };
    }

    private static void WriteEmptyHead(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("meta");
        writer.WriteEndObject();
        writer.WriteStartObject("players");
        writer.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter writer, EpisodeScores scores)
    {
        writer.WriteStartObject("turn scores");
        foreach (var (turn, metrics) in scores.Turns)
        {
            writer.WritePropertyName(turn.ToString(CultureInfo.InvariantCulture));
            JsonData.Write(writer, metrics);
        }

        writer.WriteEndObject();
        writer.WritePropertyName("episode scores");
        JsonData.Write(writer, scores.Episode);
    }
}
