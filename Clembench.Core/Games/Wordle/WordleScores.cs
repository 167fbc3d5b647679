using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.Wordle;

/// <summary>The scores of an episode, from what the game logged at the top of its record.</summary>
internal static class WordleScores
{
    internal const string Guesses = "Guesser Guesses";
    internal const string Feedbacks = "Guesser Feedbacks";
    internal const string Committed = "Guesser Guesses Committed";
    internal const string Judgements = "Critic Judgements";

    // Without a clue the first three attempts are worth the same.
    private static readonly long[] SpeedWithoutClue = [100, 100, 100, 50, 30, 20];

    public static EpisodeScores Of(Interactions interactions, GameInstance instance)
    {
        var keys = interactions.Keys;
        var outcome = keys.GetOrDefault<long>(Metrics.Aborted) > 0 ? Outcome.Aborted
            : keys.GetOrDefault<long>(Metrics.Success) > 0 ? Outcome.Success
            : keys.ContainsKey(Metrics.Lose) ? Outcome.Lose
            : FindOutcome(interactions);
        var feedbacks = Texts(keys, Feedbacks).Select(WordleFeedback.Parse).ToArray();
        var hasCritic = keys.ContainsKey(Judgements);
        var committed = Texts(keys, hasCritic ? Committed : Guesses);
        var judgements = Texts(keys, Judgements);
        var first = Texts(keys, Guesses);
        var changes = hasCritic
            ? committed.Select((guess, i) => (Changed: guess != first.ElementAtOrDefault(i), Agreed: judgements.ElementAtOrDefault(i) == "yes")).ToArray()
            : [];

        var hasClue = instance.ExperimentProperties.TryGetValue("use_clue", out var clue) ? clue is true : interactions.Meta.Game != "wordle";
        var requests = keys.GetOrDefault<long>(Metrics.RequestCount);
        var parsed = keys.GetOrDefault<long>(Metrics.ParsedRequestCount);
        object main = outcome switch
        {
            Outcome.Aborted => (object)double.NaN,
            Outcome.Success when hasClue => PythonArithmetic.Round(100.0 / Math.Max(1, feedbacks.Length), 2),
            Outcome.Success => SpeedWithoutClue[Math.Clamp(feedbacks.Length, 1, SpeedWithoutClue.Length) - 1],
            _ => 0L,
        };

        return new EpisodeScores(ScoreTurns(feedbacks, changes), new([
            new(Metrics.Aborted, outcome == Outcome.Aborted ? 1L : 0L),
            new(Metrics.Lose, outcome == Outcome.Lose ? 1L : 0L),
            new(Metrics.Success, outcome == Outcome.Success ? 1L : 0L),
            new(Metrics.RequestCount, requests),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.ViolatedRequestCount, keys.GetOrDefault<long>(Metrics.ViolatedRequestCount)),
            new(Metrics.RequestSuccessRatio, requests == 0 ? 0.0 : (double)parsed / requests),
            new(Metrics.MainScore, main),
            new("Guess Repetitions", outcome == Outcome.Aborted ? (object)double.NaN : (long)(committed.Count - committed.Distinct().Count())),
            .. hasCritic ? OpinionRatios(changes) : []]));
    }

    private static SortedDictionary<int, JsonMap> ScoreTurns(
        IReadOnlyList<(char Letter, string Colour)>[] feedbacks, (bool Changed, bool Agreed)[] changes)
    {
        var turns = new SortedDictionary<int, JsonMap>();
        if (feedbacks.Length == 0)
            turns[0] = new([new("Closeness Score", double.NaN), new("Strategy Score", double.NaN)]);
        for (var i = 0; i < feedbacks.Length; i++)
        {
            turns[i + 1] = new([
                new("Closeness Score", feedbacks[i].Sum(letter => letter.Colour switch { "green" => 5L, "yellow" => 3L, _ => 0L })),
                new("Strategy Score", i == 0 ? feedbacks[0].All(letter => letter.Colour == "green") ? 100L : 0L : Strategy(feedbacks[i - 1], feedbacks[i])),
                .. i < changes.Length ? [KeyValuePair.Create("Change-Of-Opinion", (object?)(changes[i].Changed ? 1L : 0L))] : Array.Empty<KeyValuePair<string, object?>>()]);
        }

        return turns;
    }

    // What a guess makes of the feedback before it: each letter with its colour there counts once, if the guess has it.
    private static long Strategy(IEnumerable<(char Letter, string Colour)> before, IReadOnlyList<(char Letter, string Colour)> guess) =>
        before.Distinct().Where(known => guess.Any(letter => letter.Letter == known.Letter))
            .Sum(known => known.Colour switch { "green" => 20L, "yellow" => 10L, _ => -20L });

    private static IEnumerable<KeyValuePair<string, object?>> OpinionRatios((bool Changed, bool Agreed)[] changes)
    {
        foreach (var (word, agreed) in new[] { ("Agreement", true), ("Disagreement", false) })
        {
            var turns = changes.Where(turn => turn.Agreed == agreed).ToArray();
            object Ratio(bool changed) => changes.Length == 0 ? (object)double.NaN
                : turns.Length == 0 ? (object)0L
                : PythonArithmetic.Round((double)turns.Count(turn => turn.Changed == changed) / turns.Length, 2);
            yield return new($"Repetition-Guesser-On-Critic-{word}", Ratio(changed: false));
            yield return new($"Non-Repetition-Guesser-On-Critic-{word}", Ratio(changed: true));
        }
    }

    // A record that was cut short has no keys.
    private static Outcome FindOutcome(Interactions interactions)
    {
        var notes = interactions.Events.Select(e => e.Type).ToHashSet();
        return notes.Contains(WordleGame.InvalidFormat) ? Outcome.Aborted : notes.Contains(WordleGame.CorrectGuess) ? Outcome.Success : Outcome.Lose;
    }

    private static List<string> Texts(JsonMap keys, string key) => [.. (keys.GetOrDefault<object?[]>(key) ?? []).OfType<string>()];
}
