using System.Text.Json;
using Clembench.Json;

namespace Clembench.Results;

/// <summary>
/// Reads the rounds of an <c>interactions.json</c> (its member <c>turns</c>), which are nearly all of it, into events at once, without
/// plain values in between. What is no event or no list of events stays as it is, for <see cref="InteractionsFile.Read"/> to refuse.
/// </summary>
internal static class TurnsReader
{
    /// <summary>The rounds' place in the file.</summary>
    public static PlainReader.OwnForm Form { get; } = new("turns", Read);

    private static object? Read(PlainReader plain, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return plain.ReadValue(ref reader);
        var rounds = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            rounds.Add(reader.TokenType == JsonTokenType.StartArray ? ReadRound(plain, ref reader, rounds.Count) : plain.ReadValue(ref reader));
        return rounds.ToArray();
    }

    private static object?[] ReadRound(PlainReader plain, ref Utf8JsonReader reader, int round)
    {
        var events = new List<InteractionEvent>();
        var areEvents = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject && ReadEvent(plain, ref reader, round) is { } read)
            {
                events.Add(read);
                continue;
            }

            areEvents = false;
            reader.Skip();
        }

        return areEvents ? events.ToArray() : new object?[1];
    }

    // Of members with the same name the last one counts, also where it is of the wrong type. Null where there is no action.
    private static InteractionEvent? ReadEvent(PlainReader plain, ref Utf8JsonReader reader, int round)
    {
        string from = "", to = "";
        var timestamp = DateTime.MinValue;
        KeyValuePair<string, object?>[]? action = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("from"u8))
                from = ReadText(plain, ref reader);
            else if (reader.ValueTextEquals("to"u8))
                to = ReadText(plain, ref reader);
            else if (reader.ValueTextEquals("timestamp"u8))
                timestamp = ReadTimestamp(plain, ref reader);
            else if (reader.ValueTextEquals("action"u8))
                action = ReadAction(plain, ref reader);
            else
                reader.Skip();
        }

        return action is null ? null : InteractionEvent.Read(round, from, to, timestamp, action);
    }

    private static string ReadText(PlainReader plain, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return plain.ReadText(ref reader);
        reader.Skip();
        return "";
    }

    private static DateTime ReadTimestamp(PlainReader plain, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return InteractionsFile.ParseTimestamp(null);
        }

        return !reader.ValueIsEscaped && InteractionsFile.TryParseUsual(reader.ValueSpan, out var usual)
            ? usual
            : InteractionsFile.ParseTimestamp(plain.ReadText(ref reader));
    }

    private static KeyValuePair<string, object?>[]? ReadAction(PlainReader plain, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            return plain.ReadMembers(ref reader);
        reader.Skip();
        return null;
    }
}
