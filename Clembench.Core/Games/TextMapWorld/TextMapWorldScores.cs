using System.Text.Json;
using Clembench.Games.Words;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.TextMapWorld;

/// <summary>
/// The scores of a walk: how many of the rooms were visited (exploration), how many of the moves were efficient ones
/// (efficiency), both from 0 to 100, and their harmonic mean; NaN unless the player stopped.
/// </summary>
internal static class TextMapWorldScores
{
    public static EpisodeScores Of(Interactions interactions, GameInstance instance, string game, CancellationToken cancellationToken)
    {
        var map = RoomMap.Of(instance);
        var room = map.Find(instance.GetText("Current_Position"), instance);
        var (visited, seen) = (1UL << room, (1UL << room) | map.NeighboursOf(room));
        var walk = new List<int> { room };
        var turns = new SortedDictionary<int, JsonMap>();
        long efficient = 0;
        foreach (var (old, to) in ReadMoves(interactions, map, instance))
        {
            var isEfficient = (map.FindEfficientMoves(old, visited) >> to & 1) == 1;
            efficient += isEfficient ? 1 : 0;

            // By the number of the move, not of the round; clemcore spells it so.
            turns[turns.Count] = new([new("effiencient_move", isEfficient)]);
            visited |= 1UL << to;
            seen |= (1UL << to) | map.NeighboursOf(to);
            walk.Add(to);
        }

        var (similarities, estimated) = game == TextMapWorldGame.WithGraph ? MeasureGraphs(interactions, instance, cancellationToken) : ([], 0);
        foreach (var (place, similarity) in similarities.Index())
            turns[place] = new([.. turns.GetValueOrDefault(place) ?? JsonMap.Empty, new("similarity", similarity)]);

        var moves = walk.Count - 1L;
        var hasStopped = interactions.Events.Any(e => e.Type == TextMapWorldGame.Stop);
        var hasReached = game == TextMapWorldGame.WithGoal
            ? walk[^1] == map.Find(instance.GetText("Specific_Room"), instance)
            : visited == map.All;
        var outcome = !hasStopped ? Outcome.Aborted : hasReached ? Outcome.Success : Outcome.Lose;
        var efficiency = moves == 0 ? 0.0 : (double)efficient / moves * 100;
        var exploration = (double)System.Numerics.BitOperations.PopCount(visited) / map.Count * 100;
        var mean = 2 * efficiency * exploration / (efficiency + exploration);
        object IfStopped(object value) => hasStopped ? value : double.NaN;

        var requests = RequestCounts.Of(interactions, outcome);
        var (all, parsed) = (requests.Sum(round => round.Requests), requests.Sum(round => round.Parsed));
        return new EpisodeScores(turns, new([
            .. Ends(outcome),
            new("moves", IfStopped(moves)),
            new("valid_moves", IfStopped(moves)),
            new("invalid_moves", IfStopped(0L)),
            new("stopped", IfStopped(1L)),
            new("turns_limit", IfStopped(0L)),
            new("loops", IfStopped(CountLoops(walk, isApart: game == TextMapWorldGame.WithGoal))),
            new("number_visited", IfStopped((long)System.Numerics.BitOperations.PopCount(visited))),
            new("seen", IfStopped((long)System.Numerics.BitOperations.PopCount(seen))),
            new("efficiency", IfStopped(moves == 0 ? (object)0L : efficiency)),
            new("exploration", IfStopped(exploration)),
            .. game == TextMapWorldGame.WithGraph ? [new("graph_similarity", IfStopped(similarities is [.., var last] ? last : 0L))] : Array.Empty<KeyValuePair<string, object?>>(),
            .. game == TextMapWorldGame.WithGoal
                ? [new("old_benchscore", IfStopped(mean)), new(Metrics.MainScore, IfStopped(hasReached ? 100L : 0L))]
                : new KeyValuePair<string, object?>[] { new(Metrics.MainScore, IfStopped(mean)) },
            new(Metrics.ViolatedRequestCount, all - parsed),
            new(Metrics.ParsedRequestCount, parsed),
            new(Metrics.RequestCount, all),
            new(Metrics.RequestSuccessRatio, all == 0 ? 0.0 : (double)parsed / all),

            // clemcore counts no move against a wall, and takes an episode that ran out of rounds for aborted.
            new("Blocked Move Count", interactions.Events.LongCount(e => e.Type == TextMapWorldGame.ValidFormat) - moves),
            new("Out of Rounds", interactions.Events.Any(e => e.Type == TextMapWorldGame.TurnsLimit) ? 1L : 0L),
            .. game == TextMapWorldGame.WithGraph ? [new("Graph Edge F1", ScoreGraph(interactions, map, instance))] : Array.Empty<KeyValuePair<string, object?>>(),
            .. estimated > 0 ? [new("Estimated Similarity Count", estimated)] : Array.Empty<KeyValuePair<string, object?>>()]))
        {
            RepeatsHead = false,
        };
    }

    private static IEnumerable<KeyValuePair<string, object?>> Ends(Outcome outcome)
    {
        KeyValuePair<string, object?> End(string metric, Outcome end) => new(metric, outcome == end ? 1L : 0L);
        return outcome == Outcome.Aborted
            ? [End(Metrics.Aborted, Outcome.Aborted), End(Metrics.Success, Outcome.Success), End(Metrics.Lose, Outcome.Lose)]
            : [End(Metrics.Success, Outcome.Success), End(Metrics.Aborted, Outcome.Aborted), End(Metrics.Lose, Outcome.Lose)];
    }

    private static IEnumerable<(int Old, int New)> ReadMoves(Interactions interactions, RoomMap map, GameInstance instance)
    {
        foreach (var move in interactions.Events.Where(e => e.Type == TextMapWorldGame.Move))
        {
            using var content = JsonDocument.Parse(move.Content as string ?? "{}");
            string Room(string key) => content.RootElement.TryGetProperty(key, out var room) ? room.GetString() ?? "" : "";
            yield return (map.Find(Room("old"), instance), map.Find(Room("new"), instance));
        }
    }

    // Twice back and forth between two rooms. clemcore counts every place where it holds; in the variant with a goal,
    // each one after the end of the one before.
    private static long CountLoops(List<int> walk, bool isApart)
    {
        var count = 0L;
        for (var i = 3; i < walk.Count; i++)
        {
            if (walk[i] != walk[i - 2] || walk[i - 1] != walk[i - 3])
                continue;
            count++;
            i += isApart ? 3 : 0;
        }

        return count;
    }

    // Of each graph that was drawn against the whole map, by their form alone (which room is which does not count), from 0 to
    // 100; 0, a whole number, where it cannot be read. All graphs of an episode share the steps of one search, so that no
    // answers make the scores of an episode take minutes; those that they were not enough for are counted.
    private static (object[] Similarities, long Estimated) MeasureGraphs(Interactions interactions, GameInstance instance, CancellationToken cancellationToken)
    {
        var map = NamedGraph.Of(instance);
        var drawings = interactions.Events.Where(e => e.Type == TextMapWorldGame.Graph).Select(e => NamedGraph.TryRead(e.Content as string ?? "")).ToArray();
        var similarities = new object[drawings.Length];
        var left = GraphEditDistance.MaxSteps;
        var estimated = 0L;
        for (var i = 0; i < drawings.Length; i++)
        {
            similarities[i] = 0L;
            if (drawings[i] is not { } drawn)
                continue;
            // What a graph leaves of its share is for those behind it; most for the last one, which counts for the episode.
            var share = left / (drawings.Length - i);
            left -= share;
            var (distance, isExact) = GraphEditDistance.Between(map, drawn, ref share, cancellationToken);
            left += share;
            similarities[i] = ToSimilarity(distance);
            estimated += isExact ? 0 : 1;
        }

        return (similarities, estimated);
    }

    // A logistic curve from 100 at the distance 0 on down.
    private static double ToSimilarity(int distance) => (1 - (2 * ((1 / (1 + Math.Exp(-0.5 * distance))) - 0.5))) * 100;

    // Of the player's last graph against the passages between the rooms visited before it; 0 to 100. A passage counts in
    // either direction.
    private static double ScoreGraph(Interactions interactions, RoomMap map, GameInstance instance)
    {
        var events = interactions.Events.ToList();
        var last = events.FindLastIndex(e => e.Type == TextMapWorldGame.Graph);
        if (last < 0 || !PythonLiteral.TryParse(events[last].Content as string ?? "", out var value) || value is not JsonMap graph)
            return 0;

        // The graph comes with the move that leaves the last room that it can know.
        var moves = ReadMoves(interactions with { Rounds = [events[..(last + 1)]] }, map, instance).SkipLast(1).ToList();
        var walked = moves.Select(move => Passage(map.NameOf(move.Old), map.DirectionTo(move.Old, move.New), map.NameOf(move.New))).ToHashSet();
        var drawn = (graph.GetOrDefault<JsonMap>("edges") ?? JsonMap.Empty)
            .SelectMany(edges => (PythonLiteral.ToItems(edges.Value) ?? [])
                .Select(edge => PythonLiteral.ToItems(edge) is [string from, string to] ? Passage(from, edges.Key, to) : (null, null, null)))
            .ToHashSet();
        var right = (double)drawn.Intersect(walked).Count();
        return walked.Count + drawn.Count == 0 ? 100 : 200 * right / (walked.Count + drawn.Count);
    }

    private static (string? From, string? Direction, string? To) Passage(string from, string direction, string to) => direction switch
    {
        "south" => (to, "north", from),
        "west" => (to, "east", from),
        _ => (from, direction, to),
    };
}
