using Clembench.Json;

namespace Clembench.Games.TextMapWorld;

/// <summary>The cooperative player: knows the map, and walks it in as few moves as the scores call efficient.</summary>
internal sealed class MapGuide(RoomMap map, int start, int? goal, bool drawsGraph)
{
    private static readonly string[] Directions = ["north", "south", "east", "west"];

    // Made when it is asked for: models that play do not need it.
    private readonly Lazy<IReadOnlyList<int>> _walk = new(() => Plan(map, start, goal));

    /// <summary>The walk: the rooms after the first one, in order.</summary>
    public IReadOnlyList<int> Walk => _walk.Value;

    /// <summary>The response of a round.</summary>
    /// <param name="round">The round, from 0.</param>
    public string RespondIn(int round)
    {
        var action = round < Walk.Count ? $"GO: {map.DirectionTo(RoomIn(round), Walk[round])}" : "DONE";
        return drawsGraph ? JsonData.ToJson(new JsonMap([new("action", action), new("graph", Draw(round))])) : action;
    }

    private static IReadOnlyList<int> Plan(RoomMap map, int start, int? goal) =>
        goal is not null ? map.FindWalk(start, 1UL << goal.Value) ?? []
        : map.FindWalk(start, map.All, map.FindEfficientMoves) ?? map.FindWalk(start, map.All) ?? [];

    private int RoomIn(int round) => round == 0 ? start : Walk[round - 1];

    // The rooms seen until the round, and the first passage between each two of them.
    private JsonMap Draw(int round)
    {
        var edges = Directions.ToDictionary(direction => direction, _ => new List<object?>());
        var rooms = new List<string> { map.NameOf(start) };
        for (var i = 0; i < round; i++)
        {
            var (from, to) = (RoomIn(i), Walk[i]);
            if (rooms.Contains(map.NameOf(to)))
                continue;
            rooms.Add(map.NameOf(to));
            if (edges.TryGetValue(map.DirectionTo(from, to), out var list))
                list.Add(new object?[] { map.NameOf(from), map.NameOf(to) });
        }

        return new([
            new("nodes", rooms.ToArray<object?>()),
            new("edges", new JsonMap(Directions.Select(direction => KeyValuePair.Create(direction, (object?)edges[direction].ToArray()))))]);
    }
}
