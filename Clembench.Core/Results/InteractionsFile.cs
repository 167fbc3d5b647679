using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Results;

/// <summary>Writes and reads <c>interactions.json</c> in clemcore's form.</summary>
public static class InteractionsFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "interactions.json";

    /// <summary>
    /// The name under which the dialogue of a failed episode is kept: another one, so that tools which score every
    /// <c>interactions.json</c> do not take it for a played episode.
    /// </summary>
    public const string PartialName = "interactions.partial.json";

    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff";
    private static readonly string[] OwnMembers = ["meta", "player_models", "players", "turns"];

    /// <summary>A time as Python's <c>datetime.isoformat()</c> gives it.</summary>
    /// <param name="time">A local time.</param>
    /// <returns>The text, to the microsecond.</returns>
    public static string FormatTimestamp(DateTime time) => time.ToString(TimestampFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads a time that Python's <c>datetime.isoformat()</c> gave.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The time, or the earliest one where the text is none.</returns>
    public static DateTime ParseTimestamp(string? text) =>
        TryParseUsual<char>(text, out var usual) ? usual
        : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : DateTime.MinValue;

    /// <summary>Reads a time as nearly all are written, with digits alone; a record has one for each event.</summary>
    /// <typeparam name="T">Characters, or bytes of UTF-8.</typeparam>
    /// <param name="text">The text.</param>
    /// <param name="time">The time.</param>
    /// <returns>Whether it is written so.</returns>
    internal static bool TryParseUsual<T>(ReadOnlySpan<T> text, out DateTime time)
        where T : unmanaged, IBinaryInteger<T>
    {
        const string Form = "0000-00-00T00:00:00.000000";
        time = default;
        if (text.Length != Form.Length)
            return false;
        Span<int> parts = stackalloc int[7];
        var part = 0;
        for (var i = 0; i < Form.Length; i++)
        {
            var character = int.CreateTruncating(text[i]);
            if (Form[i] == '0' ? !char.IsAsciiDigit((char)character) : Form[i] != character)
                return false;
            if (Form[i] == '0')
                parts[part] = (parts[part] * 10) + (character - '0');
            else
                part++;
        }

        if (parts[0] < 1 || parts[1] is < 1 or > 12 || parts[2] < 1 || parts[2] > DateTime.DaysInMonth(parts[0], parts[1]) || parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
            return false;
        time = new DateTime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]).AddTicks(parts[6] * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    /// <summary>Writes a record.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="interactions">The record.</param>
    public static void Write(Utf8JsonWriter writer, Interactions interactions)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("meta");
        WriteMeta(writer, interactions.Meta);
        writer.WritePropertyName("player_models");
        JsonData.Write(writer, interactions.PlayerModels);
        writer.WritePropertyName("players");
        WritePlayers(writer, interactions.Players);
        writer.WriteStartArray("turns");
        foreach (var round in interactions.Rounds)
        {
            writer.WriteStartArray();
            foreach (var interaction in round)
                WriteEvent(writer, interaction);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        foreach (var (key, value) in interactions.Keys)
        {
            writer.WritePropertyName(key);
            JsonData.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    internal static void WriteMeta(Utf8JsonWriter writer, InteractionsMeta meta)
    {
        writer.WriteStartObject();
        writer.WriteString("game_name", meta.Game);
        writer.WriteString("experiment_name", meta.Experiment);
        writer.WriteNumber("game_id", meta.InstanceId);
        writer.WriteString("results_folder", meta.ResultsFolder);
        writer.WriteString("clem_version", meta.Version);
        writer.WritePropertyName("round_count");
        JsonData.Write(writer, meta.RoundCount);
        writer.WritePropertyName("completed");
        JsonData.Write(writer, meta.Completed);
        writer.WriteEndObject();
    }

    internal static void WritePlayers(Utf8JsonWriter writer, IReadOnlyList<PlayerInfo> players)
    {
        writer.WriteStartObject();
        foreach (var player in players)
        {
            writer.WriteStartObject(player.Name);
            writer.WriteString("game_role", player.Role);
            writer.WriteString("model_name", player.Model);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Makes a record of what a file holds.</summary>
    /// <param name="root">The file's content as plain values, its rounds as plain values or as <see cref="TurnsReader"/> reads them.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">The content does not have the form; the message says where.</exception>
    public static Interactions Read(object? root)
    {
        var map = root as JsonMap ?? throw new FormatException("the root is not an object");
        var meta = map.GetOrDefault<JsonMap>("meta") ?? JsonMap.Empty;
        var turns = map.GetOrDefault<object?[]>("turns") ?? throw new FormatException("there is no list 'turns'");
        var rounds = new List<IReadOnlyList<InteractionEvent>>(turns.Length);
        foreach (var turn in turns)
        {
            var round = rounds.Count;
            var events = turn as object?[] ?? throw new FormatException($"turn {round} is not a list of events");
            rounds.Add(events as InteractionEvent[] ?? [.. events.Select(interaction => ReadEvent(interaction, round))]);
        }

        return new Interactions
        {
            Meta = new InteractionsMeta(
                meta.GetOrDefault<string>("game_name") ?? "", meta.GetOrDefault<string>("experiment_name") ?? "",
                meta.TryGetValue("game_id", out var id) && id is long number ? (int)number : -1,
                meta.GetOrDefault<string>("results_folder") ?? "", meta.GetOrDefault<string>("clem_version") ?? "")
            {
                RoundCount = meta.TryGetValue("round_count", out var count) && count is long rounded ? (int)rounded : null,
                Completed = meta.TryGetValue("completed", out var completed) ? completed as bool? : null,
            },
            PlayerModels = map.GetOrDefault<JsonMap>("player_models") ?? JsonMap.Empty,
            Players =
            [
                .. (map.GetOrDefault<JsonMap>("players") ?? JsonMap.Empty).Select(player => new PlayerInfo(
                    player.Key,
                    (player.Value as JsonMap)?.GetOrDefault<string>("game_role") ?? "",
                    (player.Value as JsonMap)?.GetOrDefault<string>("model_name") ?? player.Value as string ?? "")),
            ],
            Rounds = rounds,
            Keys = JsonMap.Own([.. map.Where(member => !OwnMembers.Contains(member.Key))]),
        };
    }

    private static void WriteEvent(Utf8JsonWriter writer, InteractionEvent interaction)
    {
        writer.WriteStartObject();
        writer.WriteString("from", interaction.From);
        writer.WriteString("to", interaction.To);
        writer.WriteString("timestamp", FormatTimestamp(interaction.Timestamp));
        writer.WritePropertyName("action");
        if (interaction.Action is { } action)
            JsonData.Write(writer, action);
        else
            WriteAction(writer, interaction);
        writer.WriteEndObject();
    }

    private static void WriteAction(Utf8JsonWriter writer, InteractionEvent interaction)
    {
        writer.WriteStartObject();
        writer.WriteString("type", interaction.Type);
        writer.WritePropertyName("content");
        JsonData.Write(writer, interaction.Content);
        if (interaction.Label is { } label)
            writer.WriteString("label", label);
        if (interaction.Images.Count > 0)
        {
            writer.WritePropertyName("image");
            JsonData.Write(writer, interaction.Images);
        }

        writer.WriteEndObject();
    }

    private static InteractionEvent ReadEvent(object? value, int round)
    {
        if (value is not JsonMap map || map.GetOrDefault<JsonMap>("action") is not { } action)
            throw new FormatException($"an event of turn {round} has no 'action'");
        return InteractionEvent.Read(
            round, map.GetOrDefault<string>("from") ?? "", map.GetOrDefault<string>("to") ?? "",
            ParseTimestamp(map.GetOrDefault<string>("timestamp")), [.. action]);
    }
}
