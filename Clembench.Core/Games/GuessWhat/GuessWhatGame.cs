using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.GuessWhat;

/// <summary>
/// One player finds out which word of a list is meant, by questions that the other one answers with yes or no. Questions
/// begin with <c>QUESTION:</c>, and the only guess, which ends the game, with <c>GUESS:</c>. Questions about the word's
/// letters, length, syllables or part of speech, and guesses in the form of a question, end the episode as aborted, as do
/// answers of another form.
/// </summary>
public sealed class GuessWhatGame : IGame, IInstanceGenerator
{
    internal const string InvalidFormat = "invalid format";
    internal const string InvalidContent = "invalid content";
    internal const string CorrectGuess = "correct guess";

    /// <inheritdoc />
    public string Name => "guesswhat";

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var rules = GuessWhatRules.Of(instance);
        var guesser = dialogue.AddPlayer("Guesser", said => rules.AskCooperatively(hasAsked: said.Any(message => message.Role == "assistant")));
        var answerer = dialogue.AddPlayer("Answerer", _ => rules.AnswerCooperatively());

        for (var toGuesser = rules.GuesserPrompt; ;)
        {
            var response = await dialogue.AskAsync(guesser, toGuesser, cancellationToken).ConfigureAwait(false);
            if (response.StartsWith(rules.GuessTag, StringComparison.Ordinal) && !response.StartsWith(rules.QuestionTag, StringComparison.Ordinal))
            {
                NoteGuess(response, rules, dialogue);
                return;
            }

            if (rules.FindFormatProblem(response) is { } problem)
            {
                dialogue.CountViolation();
                dialogue.Note(InvalidFormat, problem);
                dialogue.Note(InvalidFormat, "abort game");
                return;
            }

            var offences = rules.FindOffences(response);
            if (offences.Count > 0)
            {
                dialogue.CountViolation();
                foreach (var offence in offences)
                    dialogue.Note(InvalidContent, offence);
                dialogue.Note(InvalidContent, "abort game");
                return;
            }

            var toAnswerer = dialogue.Round == 0 ? $"{rules.AnswererPrompt}\n\n{response}" : response;
            toGuesser = await dialogue.AskAsync(answerer, toAnswerer, cancellationToken).ConfigureAwait(false);
            if (!rules.IsAnswer(toGuesser))
            {
                dialogue.CountViolation();
                dialogue.Note(InvalidFormat, "abort game");
                return;
            }

            if (dialogue.Round + 1 >= rules.Rounds)
            {
                dialogue.Note("max turns reached", $"{rules.Rounds}");
                return;
            }

            dialogue.NextRound();
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        GuessWhatInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => GuessWhatScores.Of(interactions, instance);

    private static void NoteGuess(string response, GuessWhatRules rules, Dialogue dialogue)
    {
        var guess = PythonText.WithoutPunctuation(PythonText.AfterTag(response, rules.GuessTag).ToLowerInvariant());
        if (guess.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > 1)
        {
            dialogue.CountViolation();
            dialogue.Note(InvalidFormat, "abort game");
            return;
        }

        var verdict = string.Equals(guess, rules.Target, StringComparison.OrdinalIgnoreCase) ? CorrectGuess : "incorrect guess";
        dialogue.Note(verdict, guess);
        dialogue.Note(verdict, "end game");
    }
}
