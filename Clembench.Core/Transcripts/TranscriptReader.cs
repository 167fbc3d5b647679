using System.Text.RegularExpressions;
using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Scoring.Benchmark;

namespace Clembench.Transcripts;

/// <summary>Makes transcripts of recorded episodes.</summary>
public static partial class TranscriptReader
{
    private static readonly IReadOnlyDictionary<InteractionEvent, IReadOnlyList<TranscriptImage>> NoImages = new Dictionary<InteractionEvent, IReadOnlyList<TranscriptImage>>();

    /// <summary>Reads the transcript of an episode, whose images are named only.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The transcript; of a failed episode, as far as it came.</returns>
    /// <exception cref="Common.ClemException">There is no dialogue, or a file is broken.</exception>
    public static Task<Transcript> ReadAsync(Episode episode, CancellationToken cancellationToken) => ReadAsync(episode, null, cancellationToken);

    /// <summary>Reads the transcript of an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="images">Tells which images are shown; null to name them only.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The transcript; of a failed episode, as far as it came.</returns>
    /// <exception cref="Common.ClemException">There is no dialogue, or a file is broken.</exception>
    public static async Task<Transcript> ReadAsync(Episode episode, GameImages? images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(episode);
        var interactions = await ResultsReader.ReadInteractionsAsync(episode.Path, cancellationToken).ConfigureAwait(false);
        var requests = await ResultsReader.ReadRequestsAsync(episode, interactions, cancellationToken).ConfigureAwait(false);
        var turns = await ReadTurnScoresAsync(episode.Path, cancellationToken).ConfigureAwait(false);
        var shown = images is null ? null : await images.FindAsync(episode, interactions, cancellationToken).ConfigureAwait(false);
        return Of(episode, interactions, requests, turns, shown) with
        {
            Language = ExperimentLanguage.Of(episode.Path) is { } language && LanguageTag().IsMatch(language) ? language : "",
        };
    }

    /// <summary>Makes the transcript of what has been read.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="interactions">Its dialogue.</param>
    /// <param name="requests">Its calls, in order.</param>
    /// <param name="turnScores">The metrics of rounds; null for none.</param>
    /// <param name="images">The images of messages; null to name them only.</param>
    /// <returns>The transcript.</returns>
    internal static Transcript Of(
        Episode episode, Interactions interactions, IReadOnlyList<RequestRecord> requests, IReadOnlyDictionary<int, JsonMap>? turnScores = null,
        IReadOnlyDictionary<InteractionEvent, IReadOnlyList<TranscriptImage>>? images = null)
    {
        var calls = CallsOf(interactions, requests);
        var counts = RequestCounts.Of(interactions, episode.Outcome);
        return new Transcript
        {
            Episode = episode,
            Players = interactions.Players,
            Requests = requests,
            Language = "",
            Rounds = [.. interactions.Rounds.Select((events, number) => new TranscriptRound(
                number, Entries(events, counts[number].Violated, calls, images ?? NoImages), counts[number].Violated, turnScores?.GetValueOrDefault(number) ?? JsonMap.Empty))],
        };
    }

    // Each call belongs to a response, and to what the game master said to that player last before it.
    private static Dictionary<InteractionEvent, RequestRecord> CallsOf(Interactions interactions, IReadOnlyList<RequestRecord> requests)
    {
        var calls = new Dictionary<InteractionEvent, RequestRecord>(ReferenceEqualityComparer.Instance);
        var responses = new ResponseMatcher(interactions);
        foreach (var request in requests)
        {
            if (responses.Next(request.Player) is { } response)
                calls.TryAdd(response, request);
        }

        var waiting = new Dictionary<string, InteractionEvent>();
        foreach (var interaction in interactions.Events)
        {
            if (KindOf(interaction) == TranscriptEntryKind.Prompt)
                waiting[interaction.To] = interaction;
            else if (calls.TryGetValue(interaction, out var call) && waiting.Remove(interaction.From, out var prompt))
                calls.TryAdd(prompt, call);
        }

        return calls;
    }

    private static TranscriptEntry[] Entries(
        IReadOnlyList<InteractionEvent> events, long violated, Dictionary<InteractionEvent, RequestRecord> calls,
        IReadOnlyDictionary<InteractionEvent, IReadOnlyList<TranscriptImage>> images)
    {
        var bad = ViolatingResponses(events, violated);
        return
        [
            .. events.Select(interaction => new TranscriptEntry(
                interaction, KindOf(interaction), TextOf(interaction), calls.GetValueOrDefault(interaction), bad.Contains(interaction))
            {
                Images = images.GetValueOrDefault(interaction) ?? [.. interaction.Images.Select(reference => new TranscriptImage(reference))],
            }),
        ];
    }

    // The record counts violations by round and does not name the responses. It is clear which ones are meant where all of the
    // round are, and where a note right after a response says so; elsewhere only the round is marked.
    private static HashSet<InteractionEvent> ViolatingResponses(IReadOnlyList<InteractionEvent> events, long violated)
    {
        var bad = new HashSet<InteractionEvent>(ReferenceEqualityComparer.Instance);
        if (violated == 0)
            return bad;
        var responses = events.Where(interaction => KindOf(interaction) == TranscriptEntryKind.Response).ToArray();
        if (responses.Length == violated)
            return new(responses, ReferenceEqualityComparer.Instance);

        InteractionEvent? last = null;
        foreach (var interaction in events)
        {
            var kind = KindOf(interaction);
            if (kind == TranscriptEntryKind.Response)
                last = interaction;
            else if (kind == TranscriptEntryKind.Failure && last is not null)
                bad.Add(last);
        }

        return bad;
    }

    private static TranscriptEntryKind KindOf(InteractionEvent interaction) =>
        interaction.From != interaction.To
            ? interaction.From == Dialogue.GameMaster ? TranscriptEntryKind.Prompt : TranscriptEntryKind.Response
            : FailureNote().IsMatch(interaction.Type) || IsErrorText(interaction) ? TranscriptEntryKind.Failure : TranscriptEntryKind.Note;

    // Games that ask again note what was wrong as a text of no kind of its own.
    private static bool IsErrorText(InteractionEvent note) =>
        note is { Type: "metadata", Content: string text } && text.StartsWith("error", StringComparison.OrdinalIgnoreCase);

    private static string TextOf(InteractionEvent interaction) =>
        interaction.Content as string ?? (interaction.Content is null ? "" : JsonData.ToJson(interaction.Content));

    private static async Task<IReadOnlyDictionary<int, JsonMap>> ReadTurnScoresAsync(string folder, CancellationToken cancellationToken) =>
        await ResultsReader.ReadMapAsync(folder, ScoresFile.Name, cancellationToken).ConfigureAwait(false) is { } file
        && file.GetOrDefault<JsonMap>("episode scores") is not null
            ? ScoresFile.Read(file).Turns
            : new Dictionary<int, JsonMap>();

    // The words of clemcore's games: "invalid format", "invalid content", "invalid clue", "validation error", "aborted".
    [GeneratedRegex(@"^(?:invalid\b.*|validation error|parse error|abort(?:ed)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FailureNote();

    [GeneratedRegex("^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LanguageTag();
}
