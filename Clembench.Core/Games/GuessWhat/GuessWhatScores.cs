using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.GuessWhat;

/// <summary>The scores of an episode, from the game master's notes.</summary>
internal static class GuessWhatScores
{
    // What clemcore takes for all levels: one question for each of four kinds of words or of four features, and the guess.
    private const double LowerBound = 5;

    public static EpisodeScores Of(Interactions interactions, GameInstance instance)
    {
        var turns = new SortedDictionary<int, JsonMap>();
        var isWon = false;
        var isLastViolated = false;
        long violated = 0, guesserFormat = 0, answererFormat = 0, guesserContent = 0, answererContent = 0;
        for (var round = 0; round < interactions.Rounds.Count; round++)
        {
            isLastViolated = false;
            InteractionEvent? before = null;
            foreach (var e in interactions.Rounds[round])
            {
                var isFormat = e.Type == GuessWhatGame.InvalidFormat;
                if (isFormat || e.Type == GuessWhatGame.InvalidContent)
                {
                    // Who is at fault: the player who spoke right before.
                    isLastViolated = true;
                    guesserFormat += isFormat && before?.From == "Player 1" ? 1 : 0;
                    answererFormat += isFormat && before?.From == "Player 2" ? 1 : 0;
                    guesserContent += !isFormat && before?.From == "Player 1" ? 1 : 0;
                    answererContent += !isFormat && before?.From == "Player 2" ? 1 : 0;
                }

                isWon |= e.Type == GuessWhatGame.CorrectGuess;
                before = e;
            }

            violated += isLastViolated ? 1 : 0;
            turns[round] = new([
                new("Accuracy", isWon ? 1L : 0L),
                new(Metrics.ViolatedRequestCount, isLastViolated ? 1L : 0L),
                new(Metrics.ParsedRequestCount, isLastViolated ? 0L : 1L),
                new(Metrics.RequestCount, 1L)]);
        }

        // clemcore counts one request for each round, whether one or both players were asked.
        var requests = (long)interactions.Rounds.Count;
        var rounds = instance.GetExperimentNumber("max_turns");
        var speed = Speed(requests, rounds, LowerBound);
        KeyValuePair<string, object?>[] end = isLastViolated
            ? [new(Metrics.Aborted, 1L), new(Metrics.MainScore, double.NaN)]
            :
            [
                new(Metrics.Aborted, 0L),
                new(Metrics.Success, isWon ? 1L : 0L),
                new(Metrics.Lose, isWon ? 0L : 1L),
                .. isWon ? [new("Speed", speed)] : Array.Empty<KeyValuePair<string, object?>>(),
                new(Metrics.MainScore, isWon ? speed : 0L),
            ];
        return new EpisodeScores(turns, new([
            new(Metrics.ViolatedRequestCount, violated),
            new(Metrics.ParsedRequestCount, requests - violated),
            new(Metrics.RequestCount, requests),
            new(Metrics.RequestSuccessRatio, requests == 0 ? 0.0 : (double)(requests - violated) / requests),
            .. end,
            new("Invalid format guesser response", guesserFormat),
            new("Invalid format answerer response", answererFormat),
            new("Invalid content guesser response", guesserContent),
            new("Invalid content answerer response", answererContent),
            new("Speed By Level", isLastViolated ? double.NaN : isWon ? Speed(requests, rounds, BoundOf(instance.Experiment, rounds)) : 0L),
            new("Asked Request Count", (long)interactions.Events.Count(e => e.Type == "get message"))]))
        {
            RepeatsHead = false,
        };
    }

    // 100 up to the bound; from there on less with each round, down to 0 at the last.
    private static object Speed(long requests, int rounds, double bound)
    {
        if (requests <= bound)
            return 100L;
        var speed = 100 * (rounds - requests) / (rounds - bound);
        return speed > 0 ? (object)speed : 0L;
    }

    // The bounds that clemcore means to take: where the words are of two kinds, halving the list takes the fewest questions.
    private static double BoundOf(string experiment, int rounds) =>
        experiment is "Level_2" or "Abs_Level_2" or GuessWhatInstances.TwoKinds ? Math.Log2(rounds) + 1 : LowerBound;
}
