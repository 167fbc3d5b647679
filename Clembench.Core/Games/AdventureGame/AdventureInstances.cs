using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>
/// Makes adventures in a home: three things are to be carried to where they belong. In the easy ones all lie open, in
/// the hard ones they are in closed furniture, or belong there. Each comes with a shortest solution.
/// </summary>
internal static class AdventureInstances
{
    private const int AdventuresInExperiment = 5;
    private const int Goals = 3;
    private const int MaxRounds = 50;

    // What may stand in which rooms, and what may lie on or in what.
    private static readonly (string Thing, string[] Rooms)[] Furniture =
    [
        ("table", ["kitchen", "livingroom"]), ("sidetable", ["bedroom", "livingroom"]), ("counter", ["kitchen"]), ("shelf", ["kitchen", "livingroom", "pantry"]),
        ("chair", ["livingroom", "bedroom"]), ("bed", ["bedroom"]), ("couch", ["livingroom"]), ("cupboard", ["kitchen", "pantry"]),
        ("refrigerator", ["kitchen", "pantry"]), ("freezer", ["pantry"]), ("wardrobe", ["bedroom"]),
    ];

    private static readonly string[] Containers = ["cupboard", "refrigerator", "freezer", "wardrobe"];

    private static readonly (string Thing, string[] Open, string[] Closed)[] Things =
    [
        ("pottedplant", ["sidetable", "floor"], []), ("broom", ["floor"], []), ("mop", ["floor"], []),
        ("sandwich", ["counter", "table"], ["refrigerator"]), ("apple", ["counter", "table"], ["refrigerator"]), ("banana", ["counter", "shelf"], ["refrigerator"]),
        ("orange", ["counter", "shelf"], ["cupboard"]), ("peach", ["counter", "table"], ["refrigerator"]), ("plate", ["table", "counter"], ["cupboard"]),
        ("book", ["shelf", "bed", "couch"], ["wardrobe"]), ("pillow", ["bed", "couch"], ["wardrobe"]),
    ];

    private static readonly string[] Rooms = ["hallway", "kitchen", "livingroom", "bedroom", "pantry", "broomcloset"];

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var experiments = new List<ExperimentDraft>();
        foreach (var isHard in new[] { false, true })
        {
            var homes = Enumerable.Range(0, AdventuresInExperiment).Select(_ => Draw(random, isHard)).ToList();
            foreach (var hasLimit in new[] { false, true })
            {
                var adventures = homes.Select(home => Solve(home, hasLimit)).ToList();
                foreach (var variant in new[] { "basic", "plan" })
                {
                    var prompt = resources.ReadText($"{variant}.en.template");
                    experiments.Add(new(
                        $"home_{(isHard ? "hard" : "easy")}_{variant}{(hasLimit ? "_two_hands" : "")}_en", JsonMap.Empty,
                        [.. adventures.Select(adventure => ToInstance(adventure, variant, prompt, hasLimit ? resources.ReadText("limit.en.template") : ""))]));
                }
            }
        }

        return experiments;
    }

    private static Home Draw(SeededRandom random, bool isHard)
    {
        // Each room but the first is joined to one before it; the closet and the pantry are dead ends.
        var joined = Rooms[1..].Select((room, i) => (room, random.Pick(room == "broomcloset" ? ["hallway"] : Rooms[..Math.Min(i + 1, 4)]))).ToList();
        var facts = new List<Fact>();
        foreach (var (room, other) in joined)
            facts.AddRange([new("exit", $"{room}1", $"{other}1"), new("exit", $"{other}1", $"{room}1")]);
        var places = Furniture.ToDictionary(one => one.Thing, one => random.Pick(one.Rooms));
        facts.AddRange(Rooms.Select(room => new Fact("room", $"{room}1", room)));
        facts.AddRange(places.Select(place => new Fact("at", $"{place.Key}1", $"{place.Value}1")));
        facts.AddRange(Containers.Select(one => new Fact("closed", $"{one}1")));

        var lying = new Dictionary<string, string>();
        foreach (var (thing, open, closed) in Things)
        {
            var on = random.Pick(isHard && closed.Length > 0 ? closed : open);
            var room = on != "floor" ? places[on] : thing is "broom" or "mop" ? "broomcloset" : "hallway";
            lying[thing] = on;
            facts.AddRange([
                new("at", $"{thing}1", $"{room}1"),
                new(Containers.Contains(on) ? "in" : "on", $"{thing}1", on == "floor" ? $"{room}1floor1" : $"{on}1")]);
        }

        facts.Add(new("at", AdventureWorld.Player, $"{random.Pick(Rooms)}1"));
        facts.Add(new("type", AdventureWorld.Player, "player"));
        facts.AddRange(Furniture.Select(one => one.Thing).Concat(Things.Select(one => one.Thing)).Select(thing => new Fact("type", $"{thing}1", thing)));

        var targets = Furniture.Select(one => one.Thing).Where(thing => isHard || !Containers.Contains(thing)).ToList();
        var goals = random.Shuffle(Things.Select(one => one.Thing)).Take(Goals).Select(thing =>
        {
            var target = random.Pick(targets.Where(one => one != lying[thing]).ToList());
            return new Fact(Containers.Contains(target) ? "in" : "on", $"{thing}1", $"{target}1");
        }).ToList();
        return new(facts, goals);
    }

    private static JsonMap ToInstance(JsonMap adventure, string variant, string prompt, string limit)
    {
        var goals = adventure.GetOrDefault<object?[]>("goal_texts")!.Cast<string>().ToList();
        return new([
            new("variant", variant),
            new("prompt", $"{prompt.Replace("$GOALS$", $"{string.Join(", ", goals[..^1])} and {goals[^1]}", StringComparison.Ordinal)
                .Replace("$LIMIT$", limit, StringComparison.Ordinal)}\n\n"),
            .. adventure.Where(member => member.Key != "goal_texts")]);
    }

    private static JsonMap Solve(Home home, bool hasLimit)
    {
        var suffix = hasLimit ? "_invlimit" : "";
        static object?[] Texts(IEnumerable<string> texts) => [.. texts];
        JsonMap members = new([
            new("initial_state", Texts(home.Facts.Select(fact => fact.ToString()))),
            new("goal_state", Texts(home.Goals.Select(goal => goal.ToString()))),
            new("max_turns", (long)MaxRounds),
            new("action_definitions", Texts([$"basic_actions_v2{suffix}.json"])),
            new("room_definitions", Texts(["home_rooms.json"])),
            new("entity_definitions", Texts(["home_entities.json"])),
            new("domain_definitions", Texts([$"home_domain{suffix}.json"]))]);
        var instance = new GameInstance { Game = "adventuregame", Experiment = "", InstanceId = 0, Properties = members, ExperimentProperties = JsonMap.Empty };
        var definitions = AdventureDefinitions.Of(instance);
        var world = AdventureWorld.Of(instance, definitions);
        var solution = AdventureSolver.Solve(world, definitions, home.Goals)
            ?? throw new InvalidOperationException("A home whose rooms are all joined has a solution.");
        return new([
            .. members,
            new("optimal_turns", (long)solution.Count),
            new("optimal_commands", Texts(solution)),
            new("goal_texts", Texts(home.Goals.Select(goal => $"the {world.NameOf(goal.First)} {goal.Predicate} the {world.NameOf(goal.Second!)}")))]);
    }

    private sealed record Home(IReadOnlyList<Fact> Facts, IReadOnlyList<Fact> Goals);
}
