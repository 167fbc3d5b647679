using Clembench.Games.Generation;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.Codenames;

/// <summary>
/// Which card the opponent, who is played by the game, turns over next.
/// </summary>
/// <param name="instance">What is played.</param>
/// <param name="hidden">The opponent's hidden words, at least one.</param>
/// <returns>One of these.</returns>
public delegate string OpponentChoice(GameInstance instance, IReadOnlyList<string> hidden);

/// <summary>
/// One player, who knows whose each word of the board is, gives a clue for some of the team's words; the other one
/// guesses them, up to a word that is not the team's. After each round the opponent turns over as many of its own words
/// as the experiment says. The team wins with its last word; the opponent with its own, or when the team hits an
/// assassin. An answer of another form than <c>CLUE: …</c> with <c>TARGETS: …</c>, or <c>GUESS: …</c>, ends the episode as
/// aborted, unless the experiment's flags let it pass.
/// </summary>
/// <param name="opponent">
/// The opponent. Without one, the choice depends on the board and on how many of the opponent's words are hidden, so that
/// all models that play an instance meet the same opponent.
/// </param>
public sealed class CodenamesGame(OpponentChoice? opponent = null) : IGame, IInstanceGenerator
{
    internal const string ValidationError = "validation error";
    internal const string BoardStatus = "board status";
    internal const string TargetsGiven = "targets";
    internal const string WordTargeted = "word targeted";
    internal const string GuessesGiven = "guesses";
    internal const string TeamRevealed = "team revealed";
    internal const string TargetRevealed = "target revealed";
    internal const string GameEnd = "game end";

    private const int MaxRetries = 2;

    // How many words a cooperative clue giver aims at, at least; a clue of its own is the first that is no word of the board.
    private const int CooperativeTargets = 4;
    private static readonly string[] CooperativeClues = ["connection", "kinship", "relation"];

    private readonly OpponentChoice _opponent = opponent ?? ChooseByBoard;

    /// <inheritdoc />
    public string Name => "codenames";

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var episode = new Episode(instance, dialogue, _opponent, cancellationToken);
        await episode.PlayAsync().ConfigureAwait(false);
        episode.LogKeys();
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        CodenamesInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => CodenamesScores.Of(interactions, instance);

    private static string ChooseByBoard(GameInstance instance, IReadOnlyList<string> hidden)
    {
        // FNV-1a over the words: .NET's own hash of a text differs from run to run.
        var hash = 14695981039346656037UL;
        foreach (var character in string.Join('\n', instance.GetTexts("board")))
            hash = unchecked((hash ^ character) * 1099511628211UL);
        return new SeededRandom(unchecked((long)hash) + hidden.Count).Pick(hidden);
    }

    /// <summary>One episode in play.</summary>
    private sealed class Episode
    {
        private readonly GameInstance _instance;
        private readonly Dialogue _dialogue;
        private readonly OpponentChoice _opponent;
        private readonly CancellationToken _cancellationToken;
        private readonly CodenamesPrompts _prompts;
        private readonly CodenamesBoard _board;
        private readonly int _difficulty;
        private readonly CodenamesFlags _clueGiverFlags;
        private readonly CodenamesFlags _guesserFlags;
        private readonly Player _clueGiver;
        private readonly Player _guesser;
        private IReadOnlyList<string> _targets = [];
        private long _turns = 1;
        private long _requests;
        private long _violated;
        private bool _isAborted;

        public Episode(GameInstance instance, Dialogue dialogue, OpponentChoice opponent, CancellationToken cancellationToken)
        {
            _instance = instance;
            _dialogue = dialogue;
            _opponent = opponent;
            _cancellationToken = cancellationToken;
            _prompts = CodenamesPrompts.Of(instance);
            _board = CodenamesBoard.Of(instance);
            _difficulty = instance.GetExperimentNumber("opponent difficulty");
            _clueGiverFlags = new(instance);
            _guesserFlags = new(instance);
            _clueGiver = dialogue.AddPlayer("ClueGiver", _ => GiveCooperativeClue());
            _guesser = dialogue.AddPlayer("Guesser", _ => $"GUESS: {string.Join(", ", _targets)}");
        }

        public async Task PlayAsync()
        {
            var toClueGiver = _prompts.ForClue(_board, isFirst: true);
            var outcome = "";
            for (var isFirst = true; ; isFirst = false)
            {
                _dialogue.Note(BoardStatus, _board.ToStatus());
                if (await AskAsync(_clueGiver, toClueGiver, _clueGiverFlags, response => CodenamesAnswer.ParseClue(response, _board, _clueGiverFlags))
                        .ConfigureAwait(false) is not { } clue)
                    return;
                NoteClue(clue);

                _turns++;
                var toGuesser = outcome + _prompts.ForGuess(_board, clue.Clue, _targets.Count, isFirst);
                if (await AskAsync(_guesser, toGuesser, _guesserFlags, response => CodenamesAnswer.ParseGuess(response, clue.Clue, _targets.Count, _board, _guesserFlags))
                        .ConfigureAwait(false) is not { } guess)
                    return;
                _dialogue.Note(GuessesGiven, guess.Words.ToArray<object?>());
                var (right, wrong) = RevealGuesses(guess.Words);

                // As in clemcore, the clue giver is told of the words as they are before the opponent's move.
                outcome = CodenamesPrompts.Outcome(right, wrong, "Your");
                toClueGiver = CodenamesPrompts.Outcome(right, wrong, "Your teammate's") + _prompts.ForClue(_board, isFirst: false);
                if (_board.End is null)
                    MoveOpponent();
                if (_board.End is { } end)
                {
                    _dialogue.Note(GameEnd, end);
                    return;
                }

                _dialogue.NextRound();
            }
        }

        public void LogKeys()
        {
            _dialogue.LogKey("board end status", _board.ToStatus());
            _dialogue.LogKey(CodenamesScores.TurnCount, _turns);
            _dialogue.LogKey(Metrics.Aborted, _isAborted);
            _dialogue.LogKey(Metrics.Lose, !_isAborted && !_board.IsWon);
            _dialogue.LogKey(CodenamesScores.Assassinated, _board.IsAssassinated);
            _dialogue.LogKey(Metrics.RequestCount, _requests);
            _dialogue.LogKey(Metrics.ParsedRequestCount, _requests - _violated);
            _dialogue.LogKey(Metrics.ViolatedRequestCount, _violated);
            _dialogue.LogKey(CodenamesScores.ClueGiverFlags, _clueGiverFlags.ToCounts());
            _dialogue.LogKey(CodenamesScores.GuesserFlags, _guesserFlags.ToCounts());
        }

        // The answer; null where the episode has to end. An experiment may allow further tries.
        private async Task<CodenamesAnswer?> AskAsync(Player player, string context, CodenamesFlags flags, Func<string, CodenamesAnswer> parse)
        {
            for (var retries = 0; ; retries++)
            {
                var answer = parse(await _dialogue.AskAsync(player, context, _cancellationToken).ConfigureAwait(false));
                _requests++;
                if (answer.Error is not { } error)
                    return answer;
                _violated++;
                _dialogue.CountViolation();
                _dialogue.Note(ValidationError, error);
                if (retries == MaxRetries || !flags.TryEngage(CodenamesFlags.RepromptOnError))
                {
                    _isAborted = true;
                    return null;
                }

                context = $"Your answer did not follow the requested format: {error["message"]}";
            }
        }

        private void NoteClue(CodenamesAnswer clue)
        {
            _targets = clue.Words;
            _dialogue.Note("clue", clue.Clue);
            _dialogue.Note(TargetsGiven, _targets.ToArray<object?>());
            foreach (var word in _targets)
                _dialogue.Note(WordTargeted, Card(word));
        }

        private (List<string> Right, (string, string)? Wrong) RevealGuesses(IReadOnlyList<string> guesses)
        {
            var right = new List<string>();
            (string, string)? wrong = null;
            foreach (var word in guesses.Distinct())
            {
                var assignment = _board.Reveal(CodenamesBoard.Team, word);
                _dialogue.Note(TeamRevealed, Card(word));
                if (_targets.Contains(word))
                    _dialogue.Note(TargetRevealed, Card(word));
                if (assignment == CodenamesBoard.Team)
                {
                    right.Add(word);
                }
                else
                {
                    wrong = (word, assignment);
                    _dialogue.Note("turn end after", word);
                }

                // The end of the game is noted here, and once more at the end of the round.
                if (_board.End is { } end)
                    _dialogue.Note(GameEnd, end);
                if (wrong is not null || _board.End is not null)
                    break;
            }

            return (right, wrong);
        }

        private void MoveOpponent()
        {
            for (var move = 0; move < _difficulty && _board.End is null; move++)
            {
                var word = _opponent(_instance, _board.Hidden(CodenamesBoard.Opponent));
                _board.Reveal(CodenamesBoard.Opponent, word);
                _dialogue.Note("opponent revealed", Card(word));
            }
        }

        private string GiveCooperativeClue()
        {
            var hidden = _board.HiddenWords;
            var clue = CooperativeClues.FirstOrDefault(word => !hidden.Any(other => Words.NounForms.AreSame(word, other)), "x");
            return $"CLUE: {clue}\nTARGETS: {string.Join(", ", _board.Hidden(CodenamesBoard.Team).Take(CooperativeTargets))}";
        }

        private JsonMap Card(string word) => new([new("word", word), new("assignment", _board.AssignmentOf(word))]);
    }
}
