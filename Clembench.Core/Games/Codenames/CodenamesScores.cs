using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.Codenames;

/// <summary>The scores of an episode, from the game master's notes and what the game logged at the top of its record.</summary>
internal static class CodenamesScores
{
    internal const string TurnCount = "Number of turns";
    internal const string Assassinated = "Game ended through assassin";
    internal const string ClueGiverFlags = "Cluegiver engaged flags";
    internal const string GuesserFlags = "Guesser engaged flags";

    private const int Digits = 3;
    private const string Target = "target";
    private static readonly string[] Assignments = [CodenamesBoard.Team, CodenamesBoard.Opponent, CodenamesBoard.Innocent, CodenamesBoard.Assassin];

    public static EpisodeScores Of(Interactions interactions, GameInstance instance)
    {
        var keys = interactions.Keys;
        var rounds = interactions.Rounds.Select(Round.Of).ToArray();
        var turns = new SortedDictionary<int, JsonMap>();
        for (var i = 0; i < rounds.Length; i++)
            turns[i] = rounds[i].ToMetrics();

        var isAborted = keys.TryGetValue(Metrics.Aborted, out var aborted) ? aborted is true or 1L : rounds.Any(round => round.Errors.Values.Sum() > 0);
        var isLost = keys.TryGetValue(Metrics.Lose, out var lost) ? lost is true or 1L : !isAborted && !IsWon(interactions);
        var outcome = isAborted ? Outcome.Aborted : isLost ? Outcome.Lose : Outcome.Success;

        // clemcore counts a turn more than there are, unless the clue giver ends the episode.
        var turnCount = keys.TryGetValue(TurnCount, out var count) && count is long number ? number : rounds.Length;
        var guesses = rounds.Sum(round => round.Guesses.Count);
        var requests = keys.GetOrDefault<long>(Metrics.RequestCount);
        var parsed = keys.GetOrDefault<long>(Metrics.ParsedRequestCount);

        // The experiment has the numbers of words; instances of ours were made without once.
        var counts = instance.ExperimentProperties.GetOrDefault<JsonMap>("assignments");
        var assignments = instance.Properties.GetOrDefault<JsonMap>("assignments");
        long Total(string assignment) =>
            counts is not null ? counts.GetOrDefault<long>(assignment) : assignments?.GetOrDefault<object?[]>(assignment)?.LongLength ?? 0;
        long Revealed(string assignment) => rounds.Sum(round => round.Revealed[assignment]);
        var teamRecall = Ratio(Revealed(CodenamesBoard.Team), Total(CodenamesBoard.Team));
        string[] others = [CodenamesBoard.Opponent, CodenamesBoard.Innocent, CodenamesBoard.Assassin];
        var othersTotal = others.Sum(Total);

        return new EpisodeScores(turns, new([
            new("experiment variable", instance.ExperimentProperties.GetOrDefault<string>("variable")),
            new("experiment name", instance.Experiment),
            .. EngagedFlags(keys, instance),
            .. Averages(turns.Values),
            new(Metrics.Aborted, outcome == Outcome.Aborted ? 1L : 0L),
            new(Metrics.Lose, outcome == Outcome.Lose ? 1L : 0L),
            new(Metrics.Success, outcome == Outcome.Success ? 1L : 0L),
            new(Assassinated, keys.TryGetValue(Assassinated, out var assassinated) && assassinated is true or 1L ? 1L : 0L),
            new("Episode Recall", PythonArithmetic.Round(teamRecall, Digits)),
            new("Episode Negative Recall", PythonArithmetic.Round(Ratio(othersTotal - others.Sum(Revealed), othersTotal), Digits)),
            new(TurnCount, turnCount),
            new("Efficiency", PythonArithmetic.Round(Efficiency(guesses, turnCount), Digits)),
            new(Metrics.RequestCount, requests),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.ViolatedRequestCount, keys.GetOrDefault<long>(Metrics.ViolatedRequestCount)),
            new(Metrics.RequestSuccessRatio, requests == 0 ? 0.0 : PythonArithmetic.Round((double)parsed / requests, Digits)),
            new(Metrics.MainScore, outcome switch { Outcome.Aborted => (object)double.NaN, Outcome.Success => 100L, _ => 0L }),
            new("Played Round Count", (long)rounds.Length),
            new("Efficiency Of Played Rounds", PythonArithmetic.Round(Efficiency(guesses, rounds.Length), Digits))]));
    }

    // Two guesses in each turn are the measure; more count as 1, which is a whole number there.
    private static object Efficiency(int guesses, long turns) =>
        turns == 0 ? 0.0 : guesses > 2 * turns ? (object)1L : guesses / (2.0 * turns);

    private static IEnumerable<KeyValuePair<string, object?>> Averages(ICollection<JsonMap> turns)
    {
        if (turns.Count == 0)
            yield break;
        var names = turns.First().Select(metric => metric.Key)
            .Where(name => name != "turn" && !name.EndsWith(CodenamesGame.ValidationError, StringComparison.Ordinal));
        foreach (var name in names)
            yield return new($"Average {name}", PythonArithmetic.Round(PythonArithmetic.Mean([.. turns.Select(turn => turn[name]!)]), Digits));
    }

    // How often each leniency of the experiment was needed, in its order.
    private static IEnumerable<KeyValuePair<string, object?>> EngagedFlags(JsonMap keys, GameInstance instance)
    {
        foreach (var flag in (instance.ExperimentProperties.GetOrDefault<JsonMap>("flags") ?? JsonMap.Empty).Where(flag => flag.Value is true).Select(flag => flag.Key))
        {
            foreach (var (player, counts) in ((string, string)[])[("Cluegiver", ClueGiverFlags), ("Guesser", GuesserFlags)])
                yield return new($"{player} {flag.ToLowerInvariant()}", keys.GetOrDefault<JsonMap>(counts)?.GetOrDefault<long>(flag) ?? 0L);
        }
    }

    private static bool IsWon(Interactions interactions) =>
        interactions.Events.Any(e => e.Type == CodenamesGame.GameEnd && e.Content is "team has won");

    // As Python divides: 0, a whole number, where there is nothing to divide by.
    private static object Ratio(long part, long whole) => whole == 0 ? (object)0L : (double)part / whole;

    private static object HarmonicMean(object precision, object recall)
    {
        double p = precision as double? ?? 0, r = recall as double? ?? 0;
        return p + r == 0 ? (object)0L : 2 * p * r / (p + r);
    }

    /// <summary>What happened in a round.</summary>
    private sealed record Round(
        IReadOnlyDictionary<string, long> Errors,
        IReadOnlyDictionary<string, long> Targeted,
        IReadOnlyList<object?> Guesses,
        IReadOnlyDictionary<string, long> Revealed,
        long HiddenTeamWords)
    {
        public static Round Of(IReadOnlyList<InteractionEvent> events)
        {
            Dictionary<string, long> errors = new() { ["Cluegiver"] = 0, ["Guesser"] = 0 };
            var targeted = Assignments.ToDictionary(assignment => assignment, _ => 0L);
            var revealed = Assignments.Prepend(Target).ToDictionary(assignment => assignment, _ => 0L);
            IReadOnlyList<object?> guesses = [];
            var hidden = 0L;

            static void Count(Dictionary<string, long> counts, InteractionEvent e, string member)
            {
                if ((e.Content as JsonMap)?.GetOrDefault<string>(member) is { } name && counts.TryGetValue(name, out var count))
                    counts[name] = count + 1;
            }

            foreach (var e in events)
            {
                switch (e.Type)
                {
                    case CodenamesGame.BoardStatus:
                        hidden = (e.Content as JsonMap)?.GetOrDefault<JsonMap>("hidden")?.GetOrDefault<object?[]>(CodenamesBoard.Team)?.LongLength ?? 0;
                        break;
                    case CodenamesGame.ValidationError:
                        Count(errors, e, "player");
                        break;
                    case CodenamesGame.WordTargeted:
                        Count(targeted, e, "assignment");
                        break;
                    case CodenamesGame.GuessesGiven:
                        guesses = e.Content as object?[] ?? [];
                        break;
                    case CodenamesGame.TeamRevealed:
                        Count(revealed, e, "assignment");
                        break;
                    case CodenamesGame.TargetRevealed:
                        revealed[Target]++;
                        break;
                    default:
                        break;
                }
            }

            return new(errors, targeted, guesses, revealed, hidden);
        }

        public JsonMap ToMetrics()
        {
            var targeted = Targeted.Values.Sum();
            var revealed = Assignments.Sum(assignment => Revealed[assignment]);
            return new([
                new("turn", new JsonMap([
                    .. Errors.Select(error => KeyValuePair.Create(error.Key, (object?)new JsonMap([new(CodenamesGame.ValidationError, error.Value)]))),
                    new("targeted", Counts(Targeted, targeted)),
                    new("guesses", Guesses.ToArray()),
                    new("revealed", Counts(Revealed, revealed))])),
                .. Errors.Select(error => KeyValuePair.Create($"{error.Key} {CodenamesGame.ValidationError}", (object?)error.Value)),
                new("Cluegiver Number of Targets", targeted),
                .. Match("Cluegiver Team", Targeted[CodenamesBoard.Team], targeted, HiddenTeamWords),
                new("Guesser Number of Guesses", (long)Guesses.Count),
                new("Guesser Number of Revealed Words", revealed),
                new("Guesser Number of Unrevealed Guesses", Guesses.Count - revealed),
                .. Match("Guesser Target", Revealed[Target], revealed, targeted),
                .. Match("Guesser Team", Revealed[CodenamesBoard.Team], revealed, HiddenTeamWords)]);
        }

        private static IEnumerable<KeyValuePair<string, object?>> Match(string name, long right, long chosen, long wanted)
        {
            object precision = Ratio(right, chosen), recall = Ratio(right, wanted);
            yield return new($"{name} Precision", PythonArithmetic.Round(precision, Digits));
            yield return new($"{name} Recall", PythonArithmetic.Round(recall, Digits));
            yield return new($"{name} F1", PythonArithmetic.Round(HarmonicMean(precision, recall), Digits));
        }

        private static JsonMap Counts(IReadOnlyDictionary<string, long> counts, long total) =>
            new([.. counts.Select(count => KeyValuePair.Create(count.Key, (object?)count.Value)), new("total", total)]);
    }
}
