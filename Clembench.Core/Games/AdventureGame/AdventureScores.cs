using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.AdventureGame;

/// <summary>The scores of an adventure: how many of the goals were reached, what went wrong, and how good the plans were.</summary>
internal static class AdventureScores
{
    private static readonly string[] Failures =
    [
        "lark_exception", "malformed_command", "undefined_action_verb", "undefined_action", "undefined_repr_str", "manipulating_room",
        "undefined_argument_type", "taking_from_inventory", "other_room_argument", "domain_trait_type_mismatch", "domain_type_discrepancy",
        "world_state_discrepancy", "entity_not_accessible", "entity_state_mismatch", "entity_trait_mismatch", "entity_already_inventory",
        "going_to_current_room", "no_exit_to", "inventory_limit_exceeded",
    ];

    private static readonly string[] Explorations =
        ["effective_epistemic_gain_amount", "known_entities_ratio", "visited_rooms_ratio", "known_goal_entities_ratio"];

    public static EpisodeScores Of(Interactions interactions)
    {
        var info = interactions.Keys.GetOrDefault<JsonMap>(AdventureGame.Information) ?? JsonMap.Empty;
        var turns = new SortedDictionary<int, JsonMap>();
        var rounds = new List<Round>();
        var isFinished = false;
        string? problem = null;
        foreach (var events in interactions.Rounds)
        {
            var round = Round.Of(events, ref isFinished, ref problem);
            turns[rounds.Count] = new(round.ToMetrics(problem));
            rounds.Add(round);
        }

        var result = interactions.Events.LastOrDefault(e => e.Type == AdventureGame.Result)?.Content as JsonMap ?? JsonMap.Empty;
        isFinished = result.GetOrDefault<bool>("game_successfully_finished");
        var isOutOfRounds = interactions.Events.Any(e => e.Type == AdventureGame.OutOfRounds);
        var outcome = problem is not null || isOutOfRounds ? Outcome.Aborted : isFinished ? Outcome.Success : Outcome.Lose;
        var reached = (double)(result.GetOrDefault<object?[]>("goal_states_achieved")?.Length ?? 0) / Math.Max(1, info.GetOrDefault<long>("goal_count"));
        return new EpisodeScores(turns, new([
            .. RequestsOf(rounds, turns),
            .. FailuresOf(rounds, turns),
            new("turn_limit_loss", isOutOfRounds ? 1L : 0L),
            .. SpeedOf(info, rounds.Count, isFinished),
            new("achieved_goal_ratio", reached),
            .. outcome == Outcome.Aborted
                ? [new(Metrics.Aborted, 1L), new(Metrics.Success, 0L), new(Metrics.Lose, 0L)]
                : CommonScores.Ends(outcome),
            new(Metrics.MainScore, outcome == Outcome.Aborted ? double.NaN : reached * 100),
            .. PlansOf(rounds),

            // An adventure that ran out of rounds counts as aborted, whatever was reached: these two tell it apart.
            new("Out of Rounds", isOutOfRounds ? 1L : 0L),
            new("Goals Reached", reached * 100)]))
        {
            RepeatsHead = false,
        };
    }

    private static IEnumerable<KeyValuePair<string, object?>> RequestsOf(List<Round> rounds, SortedDictionary<int, JsonMap> turns)
    {
        var violated = turns.Values.Sum(turn => (long)turn[Metrics.ViolatedRequestCount]!);
        var parsed = rounds.Count - violated;
        return
        [
            new(Metrics.ViolatedRequestCount, violated),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.RequestCount, (long)rounds.Count),
            new(Metrics.RequestSuccessRatio, rounds.Count == 0 ? 0.0 : (double)parsed / rounds.Count),
        ];
    }

    private static IEnumerable<KeyValuePair<string, object?>> FailuresOf(List<Round> rounds, SortedDictionary<int, JsonMap> turns)
    {
        long Sum(string metric) => turns.Values.Sum(turn => (long)turn[metric]!);
        var failed = Sum("action_parsing_fail") + Sum("action_resolution_fail");
        return
        [
            new("hallucination_count", Sum("hallucination")),
            new("action_parsing_fail", Sum("action_parsing_fail")),
            new("action_resolution_fail", Sum("action_resolution_fail")),
            .. Failures.Select(kind => KeyValuePair.Create(kind, (object?)Sum(kind))),
            new("successful_actions", rounds.Count - Sum(Metrics.ViolatedRequestCount) - failed),
        ];
    }

    private static IEnumerable<KeyValuePair<string, object?>> SpeedOf(JsonMap info, int rounds, bool isFinished)
    {
        var over = rounds - info.GetOrDefault<long>("optimal_turns");
        var range = info.GetOrDefault<long>("max_turns") - info.GetOrDefault<long>("optimal_turns");
        var ratio = range == 0 ? double.NaN : 1 - ((double)over / range);
        object IfFinished(object value) => isFinished ? value : double.NaN;
        return [new("turns_over_par", IfFinished(over)), new("turn_ratio", IfFinished(ratio)), new("finish_speed", IfFinished(1 - ratio))];
    }

    private static IEnumerable<KeyValuePair<string, object?>> PlansOf(List<Round> rounds)
    {
        double Ratio(double sum) => rounds.Count == 0 ? 0.0 : sum / rounds.Count;

        // A plan is bad where not even its first command would have worked.
        var bad = Ratio(rounds.Skip(1).Where((round, before) => round.PlanFollowed > 0 && rounds[before].PlanSuccess == 0).Count());
        return
        [
            new("plan_followed_ratio", Ratio(rounds.Skip(1).Sum(round => round.PlanFollowed))),
            new("plan_average_viability_ratio", Ratio(rounds.Sum(round => round.PlanSuccess))),
            new("bad_plan_follow_ratio", bad),
            new("bad_plan_dismiss_ratio", 1 - bad),
        ];
    }

    /// <summary>What a round's events say.</summary>
    private sealed record Round(JsonMap? Failure, JsonMap? Exploration, bool HasClaimedEnd, long GoalScore, long PlanFollowed, double PlanSuccess)
    {
        private object? _planSuccess = 0L;

        public static Round Of(IReadOnlyList<InteractionEvent> events, ref bool isFinished, ref string? problem)
        {
            JsonMap? failure = null, exploration = null;
            var hasClaimedEnd = false;
            var (goals, followed) = (0L, 0L);
            object? success = 0L;
            foreach (var e in events)
            {
                var content = e.Content as JsonMap;
                switch (e.Type)
                {
                    case AdventureGame.InvalidFormat:
                        problem = e.Content as string;
                        break;
                    case AdventureGame.Finished:
                        isFinished = true;
                        break;
                    case AdventureGame.ClaimedEnd:
                        hasClaimedEnd = true;
                        break;
                    case AdventureGame.ActionDone:
                        exploration = content?.GetOrDefault<JsonMap>("exploration_info");
                        hasClaimedEnd |= content?.GetOrDefault<string>("action_type") == "done" && !isFinished;
                        break;
                    case AdventureGame.ActionFailed:
                        failure = content;
                        exploration = content?.GetOrDefault<JsonMap>("exploration_info");
                        break;
                    case AdventureGame.GoalStatus:
                        goals = content?.GetOrDefault<long>("turn_goal_score") ?? 0;
                        break;
                    case AdventureGame.PlanFollowed:
                        followed = e.Content as long? ?? 0;
                        break;
                    case AdventureGame.PlanSuccess:
                        success = e.Content;
                        break;
                    case AdventureGame.OutOfRounds:
                        isFinished = false;
                        break;
                }
            }

            return new(failure, exploration, hasClaimedEnd, goals, followed, EpisodeScores.ToNumber(success) ?? 0) { _planSuccess = success };
        }

        public IEnumerable<KeyValuePair<string, object?>> ToMetrics(string? problem)
        {
            var phase = Failure?.GetOrDefault<string>("phase");
            var kind = Failure?.GetOrDefault<string>("fail_type");
            static KeyValuePair<string, object?> Flag(string metric, bool value) => new(metric, value ? 1L : 0L);
            return
            [
                new(Metrics.RequestCount, 1L),
                Flag(Metrics.ParsedRequestCount, problem is null),
                Flag(Metrics.ViolatedRequestCount, problem is not null),
                Flag(AdventureGame.TagMissing, problem == AdventureGame.TagMissing),
                Flag(AdventureGame.PlanMissing, problem == AdventureGame.PlanMissing),
                Flag("hallucination", HasClaimedEnd),
                Flag("action_parsing_fail", phase == "parsing"),
                Flag("action_resolution_fail", phase == "resolution"),
                .. Failures.Select(one => Flag(one, one == kind)),
                new("goal_score", GoalScore),
                .. Exploration is null ? [] : (KeyValuePair<string, object?>[])
                [
                    Flag("epistemic_action", Exploration.GetOrDefault<bool>("action_epistemic")),
                    Flag("pragmatic_action", Exploration.GetOrDefault<bool>("action_pragmatic")),
                    .. Explorations.Select(metric => KeyValuePair.Create(metric, Exploration.GetValueOrDefault(metric))),
                ],
                new(AdventureGame.PlanFollowed, PlanFollowed),
                new(AdventureGame.PlanSuccess, _planSuccess),

                // clemcore writes this before it is known; the episode's ratio has it.
                new("bad_plan_followed", 0L),
            ];
        }
    }
}
