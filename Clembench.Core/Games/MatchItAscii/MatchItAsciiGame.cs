using Clembench.Games.Generation;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.MatchItAscii;

/// <summary>
/// Two players, with a grid each, find out whether their grids are the same: they describe them, ask each other questions
/// in turn, and decide. Each message begins with the flag that the experiment has for it, and a decision is one of two,
/// else the episode is aborted. The game is won when both decide rightly.
/// </summary>
public sealed class MatchItAsciiGame : IGame, IInstanceGenerator
{
    private const string ValidFormat = "valid format";
    private const string InvalidFormat = "invalid format";
    private const string InvalidContent = "invalid content";
    private const string DecisionOfA = "Decision Player A";
    private const string DecisionOfB = "Decision Player B";
    private const string Success = "success";

    /// <inheritdoc />
    public string Name => "matchit_ascii";

    /// <inheritdoc />
    public bool IsScoredByDialogueAlone => true;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken) =>
        await new Episode(instance, dialogue, cancellationToken).PlayAsync().ConfigureAwait(false);

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        MatchItAsciiInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance)
    {
        var turns = new SortedDictionary<int, JsonMap>();
        long parsed = 0, violated = 0;
        for (var round = 0; round < interactions.Rounds.Count; round++)
        {
            // A decision of the right form and wrong content counts as parsed and as violated.
            var events = interactions.Rounds[round];
            var valid = events.LongCount(e => e.Type == ValidFormat);
            var invalid = events.LongCount(e => e.Type is InvalidFormat or InvalidContent);
            parsed += valid;
            violated += invalid;
            turns[round] = new([
                new(Metrics.ViolatedRequestCount, invalid),
                new(Metrics.ParsedRequestCount, valid),
                new(Metrics.RequestCount, valid + invalid)]);
        }

        var right = new[] { DecisionOfA, DecisionOfB }.Count(decision => interactions.Events.Any(e => e.Type == decision && e.Content is Success));
        var outcome = violated > 0 ? Outcome.Aborted : right == 2 ? Outcome.Success : Outcome.Lose;
        object Unless(long value) => outcome == Outcome.Aborted ? (object)double.NaN : value;
        return new EpisodeScores(turns, new([
            new(Metrics.ViolatedRequestCount, violated),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.RequestCount, parsed + violated),
            .. CommonScores.Ends(outcome),
            new(Metrics.MainScore, Unless(right == 2 ? 100 : 0)),
            new("Player Score", Unless(50L * right)),
            new("Asked Request Count", (long)interactions.Events.Count(e => e.Type == "get message"))]))
        {
            RepeatsHead = false,
        };
    }

    /// <summary>One episode in play.</summary>
    private sealed class Episode
    {
        private readonly Dialogue _dialogue;
        private readonly CancellationToken _cancellationToken;
        private readonly string _prompt;
        private readonly string _askQuestion;
        private readonly string _askDecision;
        private readonly string _askAnswer;
        private readonly string _introduction;
        private readonly string _description;
        private readonly string _question;
        private readonly string _answer;
        private readonly string _decision;
        private readonly string _solution;
        private readonly string _wrongSolution;
        private readonly string _gridA;
        private readonly string _gridB;
        private readonly int _decisionRound;
        private readonly Player _playerA;
        private readonly Player _playerB;

        public Episode(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
        {
            _dialogue = dialogue;
            _cancellationToken = cancellationToken;
            _prompt = instance.GetExperimentText("initial_prompt");
            _askQuestion = instance.GetExperimentText("q_reprompt");
            _askDecision = instance.GetExperimentText("d_reprompt");
            _askAnswer = instance.GetExperimentText("a_request");
            _introduction = instance.GetExperimentText("desc_intro");
            _solution = instance.GetExperimentText("solution");
            _wrongSolution = instance.GetExperimentText("wrong_solution");
            var flags = instance.ExperimentProperties.GetOrDefault<JsonMap>("flags") ?? throw instance.ExperimentLacks("map 'flags'");
            string Flag(string name) => flags.GetOrDefault<string>(name) ?? throw instance.ExperimentLacks($"text 'flags.{name}'");
            _description = Flag("description");
            _question = Flag("question");
            _answer = Flag("answer");
            _decision = Flag("decision");
            _gridA = instance.GetText("grid_a");
            _gridB = instance.GetText("grid_b");
            _decisionRound = instance.GetNumber("decision_turn");
            _playerA = dialogue.AddPlayer("MatchItPlayer", said => PlayCooperatively(said[^1].Content, _gridA));
            _playerB = dialogue.AddPlayer("MatchItPlayer", said => PlayCooperatively(said[^1].Content, _gridB));
        }

        public async Task PlayAsync()
        {
            // Both describe their grids, and the second player asks the first question.
            if (await AskAsync(_playerA, _prompt.Replace("$GRID$", _gridA, StringComparison.Ordinal), _description).ConfigureAwait(false) is not { } descriptionA
                || await AskAsync(_playerB, _prompt.Replace("$GRID$", _gridB, StringComparison.Ordinal), _description).ConfigureAwait(false) is not { } descriptionB
                || await AskAsync(_playerB, $"{_introduction}{descriptionA}\n{_askQuestion}", _question).ConfigureAwait(false) is not { } question)
                return;

            // What the first player is told: what the second one said before, and the question.
            var toPlayerA = $"{_introduction}{descriptionB}";
            while (true)
            {
                _dialogue.NextRound();
                if (await AskAsync(_playerA, $"{toPlayerA}\n{question}{_askAnswer}", _answer).ConfigureAwait(false) is not { } answerA
                    || await AskAsync(_playerA, _askQuestion, _question).ConfigureAwait(false) is not { } questionA
                    || await AskAsync(_playerB, $"{answerA}\n{questionA}{_askAnswer}", _answer).ConfigureAwait(false) is not { } answerB)
                    return;
                toPlayerA = answerB;
                if (_dialogue.Round >= _decisionRound)
                    break;
                if (await AskAsync(_playerB, _askQuestion, _question).ConfigureAwait(false) is not { } next)
                    return;
                question = next;
            }

            if (!await DecideAsync(_playerB, _askDecision, DecisionOfB).ConfigureAwait(false))
                return;
            _dialogue.NextRound();
            await DecideAsync(_playerA, $"{toPlayerA}\n{_askDecision}", DecisionOfA).ConfigureAwait(false);
        }

        // The response; null where it does not begin with the flag, which ends the episode.
        private async Task<string?> AskAsync(Player player, string context, string flag)
        {
            var response = await _dialogue.AskAsync(player, context, _cancellationToken).ConfigureAwait(false);
            if (response.Length == 0)
                return Abort(InvalidContent, "abort, empty message");
            var word = response.Split('\n')[0].Split(' ')[0];
            if (word != flag)
                return Abort(InvalidFormat, $"abort, first word: {word}, but expected {flag}");
            _dialogue.Note(ValidFormat, "continue");
            return response;
        }

        private async Task<bool> DecideAsync(Player player, string context, string decision)
        {
            if (await AskAsync(player, context, _decision).ConfigureAwait(false) is not { } response)
                return false;
            bool Is(string solution) => string.Equals(response.Trim('.', '\n'), $"{_decision} {solution}", StringComparison.OrdinalIgnoreCase);
            if (!Is(_solution) && !Is(_wrongSolution))
                return Abort(InvalidContent, "abort, wrong message content.") is not null;
            _dialogue.Note(decision, Is(_solution) ? Success : "loss");
            return true;
        }

        private string? Abort(string type, string reason)
        {
            _dialogue.CountViolation();
            _dialogue.Note(type, reason);
            _dialogue.Note("Game over", "Aborted");
            return null;
        }

        // A player who answers what is asked, and knows the solution.
        private string PlayCooperatively(string context, string grid) =>
            context.EndsWith(_askAnswer, StringComparison.Ordinal) ? $"{_answer} My rows are: {Describe(grid)}."
            : context.EndsWith(_askDecision, StringComparison.Ordinal) ? $"{_decision} {_solution}"
            : context.EndsWith(_askQuestion, StringComparison.Ordinal) ? $"{_question} Which cells are filled in each of your rows?"
            : $"{_description} Row by row, with X for filled and o for empty cells: {Describe(grid)}.";

        private static string Describe(string grid) =>
            string.Join(", ", grid.Split('\n').Select(row => string.Concat(row.Where(cell => cell != ' ').Select(cell => cell == 'X' ? 'X' : 'o'))));
    }
}
