using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.Taboo;

/// <summary>
/// One player describes a word without using it, related words or forms of these; the other one guesses it, in a few
/// rounds. Clues begin with <c>CLUE:</c> and guesses with <c>GUESS:</c> (else the episode is aborted); a forbidden word
/// in a clue loses.
/// </summary>
public sealed class TabooGame : IGame, IInstanceGenerator
{
    private const string ClueTag = "CLUE:";
    private const string GuessTag = "GUESS:";
    private const string InvalidFormat = "invalid format";
    private const string ValidClue = "valid clue";
    private const string ValidGuess = "valid guess";
    private const string CorrectGuess = "correct guess";

    // What the cooperative describer says: the first of these that does not happen to be forbidden.
    private static readonly string[] HarmlessClues =
        ["Read my mind, please!", "Something everybody has heard of.", "It is what it is."];

    /// <inheritdoc />
    public string Name => "taboo";

    /// <inheritdoc />
    public bool IsScoredByDialogueAlone => true;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var target = instance.GetText("target_word");
        var related = instance.GetTexts("related_word");
        var rounds = instance.GetExperimentNumber("max_turns");
        var describer = dialogue.AddPlayer(
            "WordDescriber", _ => $"{ClueTag} {HarmlessClues.FirstOrDefault(clue => FindForbidden(Simplify(clue), target, related) is null, "it")}");
        var guesser = dialogue.AddPlayer("WordGuesser", _ => $"{GuessTag} {target}");

        var toDescriber = instance.GetExperimentText("describer_initial_prompt")
            .Replace("$TARGET_WORD$", target, StringComparison.Ordinal)
            .Replace("$REL_WORD$", string.Join('\n', related.Select(word => $"- {word}")), StringComparison.Ordinal)
            .Replace("$N$", $"{rounds}", StringComparison.Ordinal);
        var guesserPrompt = instance.GetExperimentText("guesser_initial_prompt").Replace("$N$", $"{rounds}", StringComparison.Ordinal);

        while (true)
        {
            var clue = await dialogue.AskAsync(describer, toDescriber, cancellationToken).ConfigureAwait(false);
            if (!HasForm(clue, ClueTag, dialogue))
                return;
            var simplified = Simplify(PythonText.AfterTag(clue, ClueTag));
            if (FindForbidden(simplified, target, related) is { } finding)
            {
                dialogue.Note("invalid clue", finding);
                return;
            }

            dialogue.Note(ValidClue, simplified);
            var toGuesser = dialogue.Round == 0 ? $"{guesserPrompt}\n\n{clue}" : clue;
            var response = await dialogue.AskAsync(guesser, toGuesser, cancellationToken).ConfigureAwait(false);
            if (!HasForm(response, GuessTag, dialogue))
                return;
            var guess = Simplify(PythonText.AfterTag(response, GuessTag));
            dialogue.Note(ValidGuess, guess);

            var isLast = dialogue.Round + 1 >= rounds;
            if (isLast)
                dialogue.Note("max rounds reached", $"{rounds}");
            if (guess == target)
                dialogue.Note(CorrectGuess, "end game");
            if (isLast || guess == target)
                return;
            dialogue.NextRound();
            toDescriber = response;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        TabooInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance)
    {
        // clemcore counts one request for each round, whether one or both players were asked.
        var rounds = interactions.Rounds.Count;
        long violated = 0, asked = 0;
        var isSuccess = false;
        var turns = new SortedDictionary<int, Json.JsonMap>();
        for (var i = 0; i < rounds; i++)
        {
            bool isViolated = false, isCorrect = false;
            foreach (var said in interactions.Rounds[i])
            {
                isViolated |= said.Type == InvalidFormat;
                isCorrect |= said.Type == CorrectGuess;
                asked += said.Type == "get message" ? 1 : 0;
            }

            violated += isViolated ? 1 : 0;
            isSuccess |= isCorrect;
            turns[i] = new([
                new("Accuracy", isCorrect ? 1L : 0L),
                new(Metrics.ViolatedRequestCount, isViolated ? 1L : 0L),
                new(Metrics.ParsedRequestCount, isViolated ? 0L : 1L),
                new(Metrics.RequestCount, 1L)]);
        }

        var outcome = violated > 0 ? Outcome.Aborted : isSuccess ? Outcome.Success : Outcome.Lose;
        var parsed = rounds - violated;
        return new EpisodeScores(turns, new([
            new(Metrics.ViolatedRequestCount, violated),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.RequestCount, (long)rounds),
            new(Metrics.RequestSuccessRatio, rounds == 0 ? 0.0 : (double)parsed / rounds),
            .. CommonScores.Ends(outcome),
            new(Metrics.MainScore, outcome switch
            {
                Outcome.Aborted => (object)double.NaN,
                Outcome.Success => 100.0 / rounds,
                _ => 0L,
            }),

            // Always 0 in clemcore, whatever was repeated; the counts are the metrics after these.
            new("Repetition-Guesser", 0L),
            new("Repetition-Describer", 0L),
            new("Repeated Guesses", CountRepeated(interactions, ValidGuess)),
            new("Repeated Clues", CountRepeated(interactions, ValidClue)),
            new("Asked Request Count", asked)]));
    }

    private static bool HasForm(string response, string tag, Dialogue dialogue)
    {
        var hasForm = response.StartsWith(tag, StringComparison.Ordinal);
        if (hasForm)
        {
            dialogue.Note("valid response", "continue");
            return true;
        }

        dialogue.CountViolation();
        dialogue.Note(InvalidFormat, "abort game");
        return false;
    }

    private static string Simplify(string text) => PythonText.WithoutPunctuation(text.ToLowerInvariant());

    private static string? FindForbidden(string clue, string target, IReadOnlyList<string> related)
    {
        var targetStem = EnglishStems.Of(target);
        var relatedStems = related.Select(EnglishStems.Of).ToArray();

        // Words are what stands between blanks: a line break does not part them (clemcore's split(" ")).
        foreach (var word in clue.Split(' ').Where(word => word.Length > 0 && !FunctionWords.Contains(word)))
        {
            var stem = EnglishStems.Of(word);
            if (stem == targetStem)
                return $"Target word '{target}' (stem={stem}) is similar to clue word '{word}' (stem={stem})";
            if (Array.IndexOf(relatedStems, stem) is var index and >= 0)
                return $"Related word '{related[index]}' (stem={stem}) is similar to clue word '{word}' (stem={stem})";
        }

        return null;
    }

    private static long CountRepeated(Interactions interactions, string type)
    {
        var said = interactions.Events.Where(e => e.Type == type).Select(e => e.Content as string).ToList();
        return said.Count - said.Distinct().Count();
    }
}
