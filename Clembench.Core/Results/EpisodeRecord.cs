using System.Text.Json;
using Clembench.Games;
using Clembench.Json;
using Clembench.Scoring;

namespace Clembench.Results;

/// <summary>Everything that is written about one episode.</summary>
public sealed record EpisodeRecord
{
    /// <summary>What was played.</summary>
    public required GameInstance Instance { get; init; }

    /// <summary>The dialogue.</summary>
    public required Interactions Interactions { get; init; }

    /// <summary>The exact prompts and responses, in order.</summary>
    public required IReadOnlyList<RecordedCall> Calls { get; init; }

    /// <summary>The scores; null when the episode failed.</summary>
    public EpisodeScores? Scores { get; init; }

    /// <summary>Why the episode failed: the kind of error and its message; null when it was played to its end.</summary>
    public (string Kind, string Message)? Failure { get; init; }

    /// <summary>When the record was made, as a local time.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>How long the episode took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The number of tokens in all prompts; null where no backend told.</summary>
    public long? PromptTokens => Sum(call => call.Response.PromptTokens);

    /// <summary>The number of generated tokens; null where no backend told.</summary>
    public long? CompletionTokens => Sum(call => call.Response.CompletionTokens);

    /// <summary>What the calls cost, in the currency of the entries' prices; null where it is not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The files of the record in one of the layouts, the marker last.</summary>
    /// <param name="layout">The layout.</param>
    /// <returns>The name of each file and what writes its content.</returns>
    internal IEnumerable<(string Name, Action<Utf8JsonWriter> Write)> Files(ResultsLayout layout)
    {
        yield return ("instance.json", writer => JsonData.Write(writer, Instance.Properties));
        yield return (
            Failure is null ? InteractionsFile.Name : InteractionsFile.PartialName,
            writer => InteractionsFile.Write(writer, Interactions));

        if (layout == ResultsLayout.Seed)
        {
            yield return (RequestsFile.SharedName, writer => RequestsFile.WriteShared(writer, Calls));
        }
        else
        {
            foreach (var calls in Calls.GroupBy(call => call.Player))
            {
                var player = Interactions.Players.First(p => p.Name == calls.Key);
                yield return (RequestsFile.NameFor(player.Name), writer => RequestsFile.WritePlayer(writer, Interactions, player, calls));
            }
        }

        if (Scores is { } scores)
            yield return (ScoresFile.Name, writer => ScoresFile.Write(writer, Interactions, scores));
        yield return Failure is { } failure
            ? (EpisodeMarker.ErrorName, writer => EpisodeMarker.WriteError(writer, this, failure))
            : (EpisodeMarker.CompletedName, writer => EpisodeMarker.WriteCompleted(writer, this));
    }

    private long? Sum(Func<RecordedCall, long?> tokens) =>
        Calls.Any(call => tokens(call) is not null) ? Calls.Sum(tokens) : null;
}
