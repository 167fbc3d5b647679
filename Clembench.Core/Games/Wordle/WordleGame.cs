using Clembench.Games.Generation;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.Wordle;

/// <summary>
/// A player guesses a word of five letters in six attempts, each answered by the colours of its letters. The
/// experiment says whether there is a clue, and whether a second player, the critic, gives an opinion on each guess,
/// which the guesser may then change. An answer has two lines, <c>explanation: …</c> and <c>guess: …</c> (the critic's:
/// <c>agreement: yes</c> or <c>no</c>), else the episode is aborted; a word that is not in the list may be tried again.
/// </summary>
/// <param name="name">The game's name: <c>wordle</c>, or a variant that the experiments make.</param>
public sealed class WordleGame(string name) : IGame, IInstanceGenerator
{
    internal const string InvalidFormat = "invalid format";
    internal const string CorrectGuess = "correct guess";

    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var rules = WordleRules.Of(instance);
        var episode = new Episode(rules, dialogue, cancellationToken);
        var outcome = await episode.PlayAsync().ConfigureAwait(false);
        episode.LogKeys(outcome);
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        WordleInstances.Generate(
        resources, random, useClue: Name != "wordle", useCritic: Name == "wordle_withcritic");

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => WordleScores.Of(interactions, instance);

    /// <summary>One episode in play.</summary>
    private sealed class Episode(WordleRules rules, Dialogue dialogue, CancellationToken cancellationToken)
    {
        private readonly Player _guesser = dialogue.AddPlayer(
            rules.HasCritic ? "ReflectingWordGuesser" : "WordGuesser", _ => $"{rules.ExplanationTag} I happen to know the word\n{rules.GuessTag} {rules.Target}");

        private readonly Player? _critic = !rules.HasCritic ? null : dialogue.AddPlayer(
            "WordCritic", _ => $"{rules.ExplanationTag} it fits all that is known\n{rules.AgreementTag} {rules.AgreementWords[0]}");

        private readonly List<string> _first = [];
        private readonly List<string> _committed = [];
        private readonly List<string> _explanations = [];
        private readonly List<string> _feedbacks = [];
        private readonly List<string> _judgements = [];
        private long _requests;
        private long _violated;

        public async Task<Outcome> PlayAsync()
        {
            var context = rules.Clue is null ? rules.GuesserPrompt : $"{rules.GuesserPrompt}\n\n{rules.ClueTag} {rules.Clue}";
            while (true)
            {
                if (await GuessAsync(context).ConfigureAwait(false) is not var (explanation, guess))
                    return Abort();
                _first.Add(guess);
                if (_critic is not null)
                {
                    if (await CriticiseAsync(_critic, explanation, guess).ConfigureAwait(false) is not { } opinion
                        || await GuessAsync(opinion).ConfigureAwait(false) is not var (secondExplanation, secondGuess))
                        return Abort();
                    (explanation, guess) = (secondExplanation, secondGuess);
                    _committed.Add(guess);
                }

                var feedback = WordleFeedback.For(guess, rules.Target);
                _explanations.Add(explanation);
                _feedbacks.Add(feedback);
                dialogue.Note("metadata", rules.DescribeAttempt(dialogue.Round + 1, guess, feedback));
                if (guess == rules.Target)
                {
                    dialogue.Note(CorrectGuess, "game_result = WIN");
                    return Outcome.Success;
                }

                if (dialogue.Round + 1 >= rules.Attempts)
                {
                    dialogue.Note("max rounds played", "game_result = LOSS");
                    return Outcome.Lose;
                }

                dialogue.NextRound();
                context = $"{rules.FeedbackTag} {feedback}\n\n{rules.GuessForm}";
            }
        }

        public void LogKeys(Outcome outcome)
        {
            dialogue.LogKey(Metrics.Aborted, outcome == Outcome.Aborted ? 1L : 0L);
            dialogue.LogKey(Metrics.Lose, outcome == Outcome.Lose ? 1L : 0L);
            dialogue.LogKey(Metrics.Success, outcome == Outcome.Success ? 1L : 0L);
            dialogue.LogKey(Metrics.RequestCount, _requests);
            dialogue.LogKey(Metrics.ParsedRequestCount, _requests - _violated);
            dialogue.LogKey(Metrics.ViolatedRequestCount, _violated);
            dialogue.LogKey(WordleScores.Guesses, _first.ToArray<object?>());
            dialogue.LogKey(WordleScores.Feedbacks, _feedbacks.ToArray<object?>());
            dialogue.LogKey("Guesser Explanations", _explanations.ToArray<object?>());
            if (_critic is null)
                return;
            dialogue.LogKey(WordleScores.Committed, _committed.ToArray<object?>());
            dialogue.LogKey(WordleScores.Judgements, _judgements.ToArray<object?>());
        }

        // Asks until the guess is a word of the game; null where the episode has to end.
        private async Task<(string Explanation, string Guess)?> GuessAsync(string context)
        {
            for (var retries = 0; ;)
            {
                var response = await dialogue.AskAsync(_guesser, context, cancellationToken).ConfigureAwait(false);
                _requests++;
                var answer = WordleAnswer.Parse(response, rules.ExplanationTag, rules.GuessTag, rules.GuessTag);
                var problem = answer.Problem ?? rules.FindProblem(answer.Content);
                if (problem is null)
                    return (answer.Explanation, answer.Content);
                dialogue.Note("metadata", $"Error: {problem}");
                if (problem != WordleRules.UnknownWord)
                {
                    _violated++;
                    dialogue.CountViolation();
                    return null;
                }

                // A word that is not in the list breaks no rule of form: it counts as parsed.
                if (++retries > rules.Retries)
                    return null;
                context = rules.RetryPrompt;
            }
        }

        // What the guesser is told of the critic's opinion; null where that does not have its form.
        private async Task<string?> CriticiseAsync(Player critic, string explanation, string guess)
        {
            var context = new System.Text.StringBuilder();
            if (dialogue.Round == 0 && rules.CriticPrompt is { } prompt)
                context.Append(prompt).Append("\n\n");
            if (rules.Clue is not null)
                context.Append(rules.ClueTag).Append(' ').Append(rules.Clue).Append('\n');
            context.Append(rules.ExplanationTag).Append(' ').Append(explanation).Append('\n').Append(rules.GuessTag).Append(' ').Append(guess);
            if (dialogue.Round > 0)
                context.Append("\n\n").Append(rules.AgreementForm);

            var response = await dialogue.AskAsync(critic, context.ToString(), cancellationToken).ConfigureAwait(false);
            _requests++;
            var answer = WordleAnswer.Parse(response, rules.ExplanationTag, rules.AgreementTag, rules.GuessTag);
            if ((answer.Problem ?? rules.FindAgreementProblem(answer.Content)) is { } problem)
            {
                dialogue.Note("metadata", problem);
                _violated++;
                dialogue.CountViolation();
                return null;
            }

            _judgements.Add(answer.Content);
            var clue = rules.Clue is null ? "" : $"{rules.ClueTag} {rules.Clue}\n";
            return $"{clue}{rules.GuessAgreementTag} {answer.Content}\n{rules.AgreementExplanationTag} {answer.Explanation}\n\n{rules.GuessForm}";
        }

        private Outcome Abort()
        {
            dialogue.Note(InvalidFormat, "game_result = ABORT");
            return Outcome.Aborted;
        }
    }
}
