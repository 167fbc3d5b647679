using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.ImageGame;

/// <summary>The scores of an episode: how well the last grid matches the target.</summary>
internal static class ImageGameScores
{
    public static EpisodeScores Of(Interactions interactions, GameInstance instance)
    {
        var target = LetterGrid.Parse(instance.GetText("target_grid"));
        var turns = new SortedDictionary<int, JsonMap>();
        var changes = new List<long>();
        var lengths = new List<long>();
        var tokens = new List<long>();
        var match = new GridMatch(0L, 0L, 0L);
        LetterGrid? last = null;
        for (var round = 0; round < interactions.Rounds.Count; round++)
        {
            var events = interactions.Rounds[round];
            if (events.FirstOrDefault(e => e.Type == ImageGame.FoundGrid)?.Content is not string drawn)
                continue;
            var grid = LetterGrid.Parse(drawn);
            var instruction = events.FirstOrDefault(e => e.Type == ImageGame.FoundInstruction)?.Content as string ?? "";

            // An empty grid has no precision: clemcore then keeps what the grid before it had.
            match = GridMatch.Of(grid, target) ?? match;
            changes.Add(grid.CountChanges(last ?? LetterGrid.Blank));
            // clemcore's tokens are what stands between blanks, which may be nothing; its answers used to begin with this word.
            instruction = instruction.Replace("Instruction:", "", StringComparison.Ordinal).Trim();
            lengths.Add(instruction.EnumerateRunes().LongCount());
            tokens.Add(instruction.Split(' ').LongLength);
            last = grid;

            var steps = CountSteps(events);
            turns[round] = new([
                new("Generated Expression Length", lengths[^1]),
                new("Generated Expression Number of Tokens", tokens[^1]),
                .. match.ToMetrics(),
                new("Changed Cell Count", changes[^1]),
                new(Metrics.RequestCount, steps),
                new(Metrics.ParsedRequestCount, steps),
                new(Metrics.ViolatedRequestCount, 0L)]);
        }

        // clemcore counts all steps of the protocol where requests are meant; "Asked Request Count" has the requests.
        var violated = interactions.Events.Any(e => e.Type == ImageGame.InvalidFormat) ? 1L : 0L;
        var requests = CountSteps(interactions.Events);
        var outcome = violated > 0 ? Outcome.Aborted : match.IsComplete ? Outcome.Success : Outcome.Lose;
        object Unless(object value) => outcome == Outcome.Aborted ? double.NaN : value;
        object Average(List<long> values) => Unless(values.Count == 0 ? (object)0L : PythonArithmetic.Round((double)values.Sum() / values.Count, 4));

        return new EpisodeScores(turns, new([
            .. match.ToMetrics().Select(metric => KeyValuePair.Create(metric.Key, (object?)Unless(metric.Value!))),
            new(Metrics.MainScore, Unless(match.F1)),
            new("Average Changed Cell Count", Average(changes)),
            new("Average Generated Instruction Length", Average(lengths)),
            new("Average Generated Expression Number of Tokens", Average(tokens)),
            new(Metrics.Success, outcome == Outcome.Success ? 1L : 0L),
            new(Metrics.Lose, outcome == Outcome.Lose ? 1L : 0L),
            new(Metrics.Aborted, violated),
            new(Metrics.RequestCount, requests),
            new(Metrics.ViolatedRequestCount, violated),
            new(Metrics.ParsedRequestCount, requests - violated),
            new(Metrics.RequestSuccessRatio, requests == 0 ? 0.0 : PythonArithmetic.Round((double)(requests - violated) / requests, 4)),
            new("Asked Request Count", (long)interactions.Events.Count(e => e.Type == "get message")),
            new("Last Grid F1", Unless(last is null ? 0.0 : (GridMatch.Of(last, target) ?? new(0.0, 0.0, 0.0)).F1))]))
        {
            RepeatsHead = false,
        };
    }

    private static long CountSteps(IEnumerable<InteractionEvent> events) => events.LongCount(e => e.Type != ImageGame.FoundEnd);

    /// <summary>Precision, recall and F1 of the filled cells, in whole per cent; what is a whole number in clemcore's files is one here.</summary>
    private sealed record GridMatch(object Precision, object Recall, object F1)
    {
        public bool IsComplete => F1 is >= 99.0;

        /// <summary>
        /// Compares a grid with the target, as clemcore does: nothing is right where their sizes differ, by the number of rows and the first of
        /// them; null where it gives up, which is where a row is too short, or the grid or the target is empty.
        /// </summary>
        public static GridMatch? Of(LetterGrid grid, LetterGrid target)
        {
            if (!grid.HasSizeOf(target))
                return new(0.0, 0.0, 0.0);
            if (!grid.Covers(target))
                return null;
            int filled = 0, wanted = 0, right = 0;
            foreach (var (row, column, letter) in target.Cells)
            {
                var drawn = grid.At(row, column);
                filled += drawn == LetterGrid.Empty ? 0 : 1;
                wanted += letter == LetterGrid.Empty ? 0 : 1;
                right += letter != LetterGrid.Empty && LetterGrid.AreSame(letter, drawn) ? 1 : 0;
            }

            if (filled == 0 || wanted == 0)
                return null;
            double precision = PythonArithmetic.Round((double)right / filled, 4), recall = PythonArithmetic.Round((double)right / wanted, 4);
            return new(
                PerCent(precision), PerCent(recall),
                precision == 0 || recall == 0 ? (object)0L : PerCent(PythonArithmetic.Round(2 * precision * recall / (precision + recall), 4)));
        }

        public IEnumerable<KeyValuePair<string, object?>> ToMetrics() =>
            [new("Precision", Precision), new("Recall", Recall), new("F1", F1)];

        private static double PerCent(double value) => PythonArithmetic.Round(100 * value, 0);
    }
}
