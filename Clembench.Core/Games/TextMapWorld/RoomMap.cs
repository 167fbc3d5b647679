using System.Numerics;
using Clembench.Games.Words;

namespace Clembench.Games.TextMapWorld;

/// <summary>The rooms of an instance, and the directions in which one goes from each to its neighbours.</summary>
internal sealed class RoomMap
{
    // Sets of rooms are bits of a word.
    private const int MaxRooms = 64;

    private readonly string[] _rooms;
    private readonly (string Direction, int Room)[][] _exits;
    private readonly Dictionary<string, int> _places;

    private RoomMap(string[] rooms, (string Direction, int Room)[][] exits)
    {
        _rooms = rooms;
        _exits = exits;
        _places = rooms.Index().ToDictionary(room => room.Item, room => room.Index, StringComparer.Ordinal);
    }

    /// <summary>The number of rooms.</summary>
    public int Count => _rooms.Length;

    /// <summary>All rooms, as a set.</summary>
    public ulong All => Count == MaxRooms ? ulong.MaxValue : (1UL << Count) - 1;

    /// <summary>Reads an instance's map, whose exits are a text in Python's notation (<c>Moves</c>).</summary>
    /// <exception cref="Common.ClemException">The instance has no such map.</exception>
    public static RoomMap Of(GameInstance instance)
    {
        // A room stands there once for each of its exits.
        var exits = new OrderedDictionary<string, List<(string Direction, string Room)>>(StringComparer.Ordinal);
        foreach (var item in ReadList(instance, "Moves"))
        {
            if (item is not Json.JsonMap node || node.GetOrDefault<string>("node") is not { } room
                || !node.TryGetValue("node_moves", out var moves) || PythonLiteral.ToItems(moves) is not { } pairs)
            {
                throw instance.Lacks("list of rooms and their exits as 'Moves'");
            }

            exits[room] = [.. pairs.Select(pair => PythonLiteral.ToItems(pair) is [string direction, string to]
                ? (direction, to) : throw instance.Lacks("list of rooms and their exits as 'Moves'"))];
        }

        foreach (var room in ReadList(instance, "Graph_Nodes"))
            exits.TryAdd(room as string ?? throw instance.Lacks("list of room names 'Graph_Nodes'"), []);
        var rooms = exits.Keys.ToArray();
        if (rooms.Length is 0 or > MaxRooms || exits.Values.SelectMany(list => list).Any(exit => !exits.ContainsKey(exit.Room)))
            throw instance.Lacks($"map of 1 to {MaxRooms} rooms, whose exits lead to rooms of the map");
        return new(rooms, [.. exits.Values.Select(list => list.Select(exit => (exit.Direction, Array.IndexOf(rooms, exit.Room))).ToArray())]);
    }

    /// <summary>The place of a room in the map.</summary>
    /// <exception cref="Common.ClemException">The map has no such room.</exception>
    public int Find(string room, GameInstance instance) =>
        _places.TryGetValue(room, out var place) ? place : throw instance.Lacks($"room '{room}' in its map");

    /// <summary>A room's name.</summary>
    public string NameOf(int room) => _rooms[room];

    /// <summary>The directions in which one can leave a room.</summary>
    public IEnumerable<string> DirectionsOf(int room) => _exits[room].Select(exit => exit.Direction);

    /// <summary>The direction from a room to its neighbour.</summary>
    public string DirectionTo(int room, int neighbour) => _exits[room].First(exit => exit.Room == neighbour).Direction;

    /// <summary>Where a direction leads; null where there is no way.</summary>
    public int? Go(int room, string direction)
    {
        foreach (var exit in _exits[room])
        {
            if (exit.Direction == direction)
                return exit.Room;
        }

        return null;
    }

    /// <summary>The neighbours of a room, as a set.</summary>
    public ulong NeighboursOf(int room) => _exits[room].Aggregate(0UL, (set, exit) => set | (1UL << exit.Room));

    /// <summary>
    /// The moves that clemcore calls efficient: the first steps of the shortest walks to all rooms that have been seen
    /// from visited ones and not been visited. A walk goes on to a room that is new to it wherever it can; it knows
    /// what leads on from rooms that have only been seen, which a player does not.
    /// </summary>
    /// <param name="room">Where the player is.</param>
    /// <param name="visited">Where the player has been, as a set.</param>
    /// <returns>The rooms to go to next, as a set; empty where all rooms that have been seen have been visited.</returns>
    public ulong FindEfficientMoves(int room, ulong visited)
    {
        var goals = 0UL;
        for (var i = 0; i < Count; i++)
            goals |= (visited >> i & 1) == 1 ? NeighboursOf(i) : 0;
        goals &= ~visited;
        if (goals == 0)
            return 0;

        // Walks of the same length that have ended in the same room and passed the same rooms go on alike.
        var known = new HashSet<(int, ulong)>();
        var walks = new Dictionary<(int Room, ulong Passed), ulong> { [(room, 1UL << room)] = 0 };
        for (var isFirst = true; walks.Count > 0; isFirst = false)
        {
            var longer = new Dictionary<(int Room, ulong Passed), ulong>();
            foreach (var ((at, passed), first) in walks)
            {
                var neighbours = NeighboursOf(at);
                for (var left = (neighbours & ~passed) is not 0 and var fresh ? fresh : neighbours; left != 0; left &= left - 1)
                {
                    var to = BitOperations.TrailingZeroCount(left);
                    var key = (to, passed | (1UL << to));
                    if (!known.Contains(key))
                        longer[key] = longer.GetValueOrDefault(key) | (isFirst ? 1UL << to : first);
                }
            }

            var found = longer.Where(walk => (walk.Key.Passed & goals) == goals).Aggregate(0UL, (set, walk) => set | walk.Value);
            if (found != 0)
                return found;
            known.UnionWith(longer.Keys);
            walks = longer;
        }

        return 0;
    }

    /// <summary>The shortest walk from a room that passes all rooms of a set, and takes no other moves than allowed ones.</summary>
    /// <param name="room">Where the walk begins.</param>
    /// <param name="goals">The rooms to pass, as a set.</param>
    /// <param name="allowed">The moves that may be taken from a room after some have been visited; all where absent.</param>
    /// <returns>The rooms after the first one, in order; null where there is no such walk.</returns>
    public IReadOnlyList<int>? FindWalk(int room, ulong goals, Func<int, ulong, ulong>? allowed = null)
    {
        var start = (Room: room, Visited: 1UL << room);
        var before = new Dictionary<(int Room, ulong Visited), (int Room, ulong Visited)> { [start] = start };
        var open = new Queue<(int Room, ulong Visited)>([start]);
        while (open.TryDequeue(out var at))
        {
            if ((at.Visited & goals) == goals)
            {
                var walk = new List<int>();
                for (; at != start; at = before[at])
                    walk.Add(at.Room);
                walk.Reverse();
                return walk;
            }

            for (var left = allowed is null ? NeighboursOf(at.Room) : allowed(at.Room, at.Visited); left != 0; left &= left - 1)
            {
                var to = BitOperations.TrailingZeroCount(left);
                var next = (to, at.Visited | (1UL << to));
                if (before.TryAdd(next, at))
                    open.Enqueue(next);
            }
        }

        return null;
    }

    private static object?[] ReadList(GameInstance instance, string key) =>
        PythonLiteral.TryParse(instance.GetText(key), out var value) && PythonLiteral.ToItems(value) is { } list
            ? list
            : throw instance.Lacks($"list in Python's notation '{key}'");
}
