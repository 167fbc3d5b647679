using Clembench.Games.Generation;
using Clembench.Games.Words;
using Clembench.Json;

namespace Clembench.Games.TextMapWorld;

/// <summary>Makes instances of the map games: rooms on the cells of a grid, joined to a tree or with cycles.</summary>
internal static class TextMapWorldInstances
{
    private const int GridSize = 4;
    private const int InstancesInExperiment = 10;

    // Of each map with cycles, so many passages more than a tree has.
    private const int ExtraPassages = 2;
    private static readonly (string Direction, int X, int Y)[] Steps = [("north", 0, 1), ("south", 0, -1), ("east", 1, 0), ("west", -1, 0)];

    public static IReadOnlyList<ExperimentDraft> Main(GameResources resources, SeededRandom random) =>
    [
        Make("small", 4, 0, resources, random),
        Make("medium", 6, 0, resources, random),
        Make("large", 8, 0, resources, random),
        Make("medium_cycle", 6, ExtraPassages, resources, random),
        Make("large_cycle", 8, ExtraPassages, resources, random),
    ];

    public static IReadOnlyList<ExperimentDraft> WithGraph(GameResources resources, SeededRandom random)
    {
        KeyValuePair<string, object?> form = new(
            "Response_Construction", @"^\{\s*""action""\s*:\s*""([^""{}]*)""\s*,\s*""graph""\s*:\s*(\{\s*""nodes""\s*:\s*\[.*\]\s*,\s*""edges""\s*:\s*\{.*\}\s*\})\s*\}$");
        return
        [
            Make("small", 4, 0, resources, random, _ => [form]),
            Make("medium", 6, 0, resources, random, _ => [form]),
            Make("large", 8, 0, resources, random, _ => [form]),
        ];
    }

    public static IReadOnlyList<ExperimentDraft> WithGoal(GameResources resources, SeededRandom random)
    {
        return [Make("on", 8, 0, resources, random, Goal(0, 0)), Make("close", 8, 0, resources, random, Goal(1, 2)), Make("far", 8, 0, resources, random, Goal(3, 4))];

        // A room so far from the first one; null where the map has none.
        Func<Drawing, JsonMap?> Goal(int least, int most) => drawing =>
        {
            var distances = drawing.DistancesFrom(drawing.Start);
            var rooms = Enumerable.Range(0, drawing.Rooms.Count).Where(room => distances[room] >= least && distances[room] <= most).ToList();
            if (rooms.Count == 0)
                return null;
            var room = random.Pick(rooms);
            return new([new("Specific_Room", drawing.Rooms[room]), new("Specific_Room_Distance", $"{distances[room]}")]);
        };
    }

    private static ExperimentDraft Make(
        string name, int size, int extra, GameResources resources, SeededRandom random, Func<Drawing, IEnumerable<KeyValuePair<string, object?>>?>? further = null)
    {
        var names = resources.ReadLines("rooms.en.txt");
        JsonMap texts = new([
            new("Prompt", resources.ReadText("prompt.en.template")),
            new("Player2_positive_answer", resources.ReadText("entered.en.template")),
            new("Player2_negative_answer", resources.ReadText("blocked.en.template")),
            new("Move_Construction", @"^GO:\s*(north|south|east|west)$"),
            new("Stop_Construction", "^DONE$")]);
        var instances = new List<JsonMap>();
        while (instances.Count < InstancesInExperiment)
        {
            // Maps that do not have what the experiment is about, or cannot be walked by efficient moves alone in time,
            // are drawn again.
            if (Draw(random, size, extra, names) is not { } drawing || (further is null ? [] : further(drawing)) is not { } members)
                continue;
            var instance = new JsonMap([.. texts, .. drawing.ToMembers(), .. members]);
            var map = RoomMap.Of(new GameInstance { Game = "", Experiment = name, InstanceId = 0, Properties = instance, ExperimentProperties = JsonMap.Empty });
            if (map.FindWalk(drawing.StartIn(map), map.All, map.FindEfficientMoves) is { } walk && walk.Count < TextMapWorldGame.MaxRounds)
                instances.Add(instance);
        }

        return new(name, JsonMap.Empty, instances);
    }

    private static Drawing? Draw(SeededRandom random, int size, int extra, IReadOnlyList<string> names)
    {
        // Grown from a cell: each further one beside one that is there.
        var cells = new List<(int X, int Y)> { (random.Next(GridSize), random.Next(GridSize)) };
        var passages = new List<(int From, int To)>();
        while (cells.Count < size)
        {
            var from = random.Next(cells.Count);
            var step = random.Pick(Steps);
            var cell = (X: cells[from].X + step.X, Y: cells[from].Y + step.Y);
            if (cell.X is < 0 or >= GridSize || cell.Y is < 0 or >= GridSize || cells.Contains(cell))
                continue;
            passages.Add((from, cells.Count));
            cells.Add(cell);
        }

        var others = from a in Enumerable.Range(0, size)
                     from b in Enumerable.Range(a + 1, size - a - 1)
                     where Math.Abs(cells[a].X - cells[b].X) + Math.Abs(cells[a].Y - cells[b].Y) == 1 && !passages.Contains((a, b))
                     select (a, b);
        var added = random.Shuffle(others).Take(extra).ToList();
        return added.Count < extra ? null : new([.. random.Shuffle(names).Take(size)], cells, [.. passages, .. added], random.Next(size), extra > 0);
    }

    /// <summary>A map: names of rooms, their cells, the passages between them, and where the player begins.</summary>
    private sealed record Drawing(
        IReadOnlyList<string> Rooms, IReadOnlyList<(int X, int Y)> Cells, IReadOnlyList<(int From, int To)> Passages, int Start, bool HasCycle)
    {
        public int StartIn(RoomMap map) => Enumerable.Range(0, map.Count).First(room => map.NameOf(room) == Rooms[Start]);

        public int[] DistancesFrom(int room)
        {
            var distances = Enumerable.Repeat(int.MaxValue, Rooms.Count).ToArray();
            distances[room] = 0;
            for (var open = new Queue<int>([room]); open.TryDequeue(out var at);)
            {
                foreach (var (_, to) in ExitsOf(at).Where(exit => distances[exit.To] == int.MaxValue))
                {
                    distances[to] = distances[at] + 1;
                    open.Enqueue(to);
                }
            }

            return distances;
        }

        // In the form that clembench's reader of these instances wants: texts in Python's notation.
        public IEnumerable<KeyValuePair<string, object?>> ToMembers()
        {
            static PythonLiteral.PythonTuple Pair(object? first, object? second) => new([first, second]);
            var rooms = Enumerable.Range(0, Rooms.Count).ToArray();
            return
            [
                new("Grid_Dimension", $"{GridSize}"),
                new("Graph_Nodes", PythonLiteral.Repr(Rooms.ToArray<object?>())),
                new("Graph_Edges", PythonLiteral.Repr(Passages.Select(passage => (object?)Pair(Rooms[passage.From], Rooms[passage.To])).ToArray())),
                new("Current_Position", Rooms[Start]),
                new("Directions", PythonLiteral.Repr(rooms.Select(room =>
                    (object?)Pair(Rooms[room], ExitsOf(room).Select(exit => (object?)exit.Direction).ToArray())).ToArray())),
                new("Moves", PythonLiteral.Repr(rooms.Select(room => (object?)new JsonMap([
                    new("node", Rooms[room]),
                    new("node_moves", ExitsOf(room).Select(exit => (object?)Pair(exit.Direction, Rooms[exit.To])).ToArray())])).ToArray())),
                new("Cycle", HasCycle ? "cycle_true" : "cycle_false"),
                new("Ambiguity", null),
                new("Game_Type", "named_graph"),
                new("Loop_Reminder", false),
                new("Max_Turns_Reminder", false),
                new("Mapping", $"{{{string.Join(", ", rooms.Select(room => $"({Cells[room].X}, {Cells[room].Y}): {PythonLiteral.Repr(Rooms[room])}"))}}}"),
                new("Strict", true),
            ];
        }

        private IEnumerable<(string Direction, int To)> ExitsOf(int room) =>
            from step in Steps
            from passage in Passages
            where passage.From == room || passage.To == room
            let to = passage.From == room ? passage.To : passage.From
            where Cells[to] == (Cells[room].X + step.X, Cells[room].Y + step.Y)
            select (step.Direction, to);
    }
}
