using System.Text.Json;
using Clembench.Games;

namespace Clembench.Results;

/// <summary>
/// Counts the requests that were really made. The metric <c>Request Count</c> is the game's own, and what some games log under it
/// is something else: rounds, or steps of a protocol, or some requests twice.
/// </summary>
internal static class RecordedRequests
{
    /// <summary>The requests of an episode: the calls on record, or the answers in the dialogue where no calls are.</summary>
    /// <param name="folder">The episode's folder.</param>
    /// <param name="interactions">Its dialogue; null where it has none.</param>
    /// <returns>The number.</returns>
    /// <exception cref="Common.ClemException">A file is broken, or cannot be read.</exception>
    public static int Count(string folder, Interactions? interactions)
    {
        var calls = ResultsReader.RequestFiles(folder).Sum(file => ResultsReader.Parse(file, () => Calls(ResultsReader.Content(file))));
        return calls > 0 || interactions is null ? calls : Answers(interactions.Players, interactions.Events);
    }

    /// <summary>The answers of models in a dialogue.</summary>
    /// <param name="players">The participants.</param>
    /// <param name="events">The events.</param>
    /// <returns>Their number; roles that the game plays itself are left out.</returns>
    public static int Answers(IReadOnlyList<PlayerInfo> players, IEnumerable<InteractionEvent> events)
    {
        var models = players.Where(player => !player.IsProgrammatic).Select(player => player.Name).ToHashSet(StringComparer.Ordinal);
        return events.Count(message => message is { Type: "get message", To: Dialogue.GameMaster } && message.Label != "pseudo" && models.Contains(message.From));
    }

    // The calls of a file of either form (see RequestsFile), without what they say.
    private static int Calls(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
            return Items(ref reader);
        var calls = 0;
        while (reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCalls = reader.ValueTextEquals("calls"u8);
            reader.Read();
            if (isCalls && reader.TokenType == JsonTokenType.StartArray)
                return Items(ref reader);
            reader.Skip();
        }

        return calls;
    }

    private static int Items(ref Utf8JsonReader reader)
    {
        var items = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items++;
            reader.Skip();
        }

        return items;
    }
}
