using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.AdventureGame;

/// <summary>
/// A text adventure: the player moves through rooms and carries things to where they belong, by commands of a few words
/// such as <c>&gt; take the book</c>, until it says <c>&gt; done</c>. A response must begin with <c>&gt;</c>; in the
/// variant with plans a line <c>Next actions: …</c> must follow (else the episode is aborted, as it is where the rounds
/// run out).
/// </summary>
public sealed class AdventureGame : IGame, IInstanceGenerator
{
    internal const string Information = "adventure_info";
    internal const string InvalidFormat = "invalid_format";
    internal const string TagMissing = "command_tag_missing";
    internal const string PlanMissing = "next_actions_missing";
    internal const string ClaimedEnd = "hallucinated_finish";
    internal const string ActionFailed = "action_fail";
    internal const string ActionDone = "action_info";
    internal const string GoalStatus = "goal_status";
    internal const string PlanSuccess = "plan_command_success_ratio";
    internal const string PlanFollowed = "plan_followed";
    internal const string Finished = "adventure_finished";
    internal const string OutOfRounds = "turn_limit_reached";
    internal const string Result = "game_result";

    private const string CommandTag = ">";
    private const string PlanTag = "\nNext actions:";
    private const string WithPlan = "plan";
    private static readonly string[] EndWords = ["complete", "finish", "done", "successfully"];

    /// <inheritdoc />
    public string Name => "adventuregame";

    /// <inheritdoc />
    public bool IsScoredByDialogueAlone => true;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        if (instance.Properties.ContainsKey("event_definitions"))
        {
            throw new Common.ClemException(
                "Clem.Instance.Unsupported", Common.ErrorKind.InvalidData, $"{instance} has events ('event_definitions'), which cannot be played.",
                "Use instances without them, as the benchmark's are.", instance);
        }

        var episode = new Episode(instance, dialogue, cancellationToken);
        await episode.PlayAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        AdventureInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => AdventureScores.Of(interactions);

    /// <summary>One episode in play.</summary>
    private sealed class Episode
    {
        private readonly GameInstance _instance;
        private readonly Dialogue _dialogue;
        private readonly CancellationToken _cancellationToken;
        private readonly Adventure _adventure;
        private readonly Player _player;
        private readonly bool _hasPlan;
        private readonly int _maxRounds;
        private readonly List<IReadOnlyList<string>> _plans = [];
        private IReadOnlyList<string> _reached = [];
        private bool _isFinished;
        private IReadOnlyList<string>? _solution;

        public Episode(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
        {
            _instance = instance;
            _dialogue = dialogue;
            _cancellationToken = cancellationToken;
            _adventure = Adventure.Of(instance);
            _hasPlan = instance.GetText("variant") == WithPlan;
            _maxRounds = instance.GetNumber("max_turns");
            _player = dialogue.AddPlayer("Adventurer", _ => Cooperate());
        }

        public async Task PlayAsync()
        {
            _dialogue.LogKey(Information, new JsonMap([
                new("variant", _instance.GetText("variant")),
                new("max_turns", (long)_maxRounds),
                new("optimal_turns", (long)_instance.GetNumber("optimal_turns")),
                new("goal_count", (long)_adventure.Goals.Distinct().Count())]));
            var context = _instance.GetText("prompt") + _adventure.World.DescribeRoom();
            while (await PlayRoundAsync(context).ConfigureAwait(false) is { } next)
            {
                _dialogue.NextRound();
                context = next;
            }

            _dialogue.Note(Result, new JsonMap([new("goal_states_achieved", ToList(_reached)), new("game_successfully_finished", _isFinished)]));
        }

        // What the player is told next; null where the episode ends.
        private async Task<string?> PlayRoundAsync(string context)
        {
            var response = await _dialogue.AskAsync(_player, context, _cancellationToken).ConfigureAwait(false);
            _dialogue.Note("metadata", $"Round: {_dialogue.Round}");
            if (FindProblem(response) is { } problem)
            {
                _dialogue.CountViolation();
                _dialogue.Note(InvalidFormat, problem);
                return null;
            }

            ReadPlan(response);
            var command = response[CommandTag.Length..].Split('\n')[0].Trim();
            var outcome = _adventure.Act(command);
            _dialogue.Note(outcome.IsFailed ? ActionFailed : ActionDone, outcome.Info);
            var before = _reached.Count;
            _reached = _adventure.Reached;
            _dialogue.Note(GoalStatus, new JsonMap([
                new("goal_states_achieved", ToList(_reached)), new("turn_goal_score", (long)_reached.Count - before)]));
            if (_hasPlan && _plans.Count > 0)
                JudgePlan(command);

            if (_reached.Count == _adventure.Goals.Count)
            {
                _isFinished = true;
                _dialogue.Note(Finished, ToList(_reached));
            }

            if (_dialogue.Round + 1 >= _maxRounds)
            {
                _dialogue.Note(OutOfRounds, $"Turn limit {_maxRounds} reached, end episode.");
                return null;
            }

            if (outcome.IsDone)
            {
                _dialogue.Note("model_done", $"Model produced DONE action at turn {_dialogue.Round}, end episode.");
                return null;
            }

            return outcome.Text;
        }

        private string? FindProblem(string response)
        {
            if (!response.StartsWith(CommandTag, StringComparison.Ordinal))
            {
                if (EndWords.Any(word => response.Contains(word, StringComparison.Ordinal)))
                    _dialogue.Note(ClaimedEnd, response);
                return TagMissing;
            }

            return _hasPlan && !response.Contains(PlanTag, StringComparison.Ordinal) && !response.Contains("done", StringComparison.Ordinal)
                ? PlanMissing
                : null;
        }

        private void ReadPlan(string response)
        {
            var parts = response.Split(PlanTag);
            if (!_hasPlan || parts.Length < 2)
                return;
            _plans.Add([.. parts[1].Split(',').Select(command => command.Trim())]);
            _dialogue.Note("turn_plan", ToList(_plans[^1]));
        }

        // How far the latest plan would go, and whether the command is what the plan before it began with.
        private void JudgePlan(string command)
        {
            var plan = _plans[^1];
            _dialogue.Note("current_plan", PythonLiteral.Repr(ToList(plan)));
            _dialogue.Note("plan_length", (long)plan.Count);
            var results = _adventure.Try(plan);
            _dialogue.Note("plan_results", results.Select(one => (object?)new object?[] { ToList(one.Reached), one.Outcome.Text, one.Outcome.Info }).ToArray());
            _dialogue.Note(PlanSuccess, (double)results.Count(one => !one.Outcome.IsFailed) / plan.Count);
            if (_plans.Count >= 2)
                _dialogue.Note(PlanFollowed, _plans[^2][0] == command ? 1L : 0L);
        }

        private string Cooperate()
        {
            var solution = _solution ??= FindSolution();
            var rest = solution.Skip(_dialogue.Round).Append("done").ToList();
            return !_hasPlan || rest.Count == 1
                ? $"{CommandTag} {rest[0]}"
                : $"{CommandTag} {rest[0]}{PlanTag} {string.Join(", ", rest.Skip(1).Take(3))}";
        }

        // The solution that the instance brings. Those of the benchmark know of no limit to what is carried; where one fails, another
        // way is looked for.
        private IReadOnlyList<string> FindSolution()
        {
            var given = _instance.GetTexts("optimal_commands");
            var trial = Adventure.Of(_instance);
            foreach (var command in given)
                trial.Act(command);
            return trial.Reached.Count == trial.Goals.Count ? given : Adventure.Of(_instance).Solve(_cancellationToken) ?? given;
        }

        private static object?[] ToList(IEnumerable<string> texts) => [.. texts];
    }
}
