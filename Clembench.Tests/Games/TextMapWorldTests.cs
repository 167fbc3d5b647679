using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>Walks that do and do not keep to the rules of textmapworld and its variants, on a map of four rooms.</summary>
public class TextMapWorldTests
{
    // Loft - Forge - Chapel from west to east, Nook north of Forge; the player begins in the Loft.
    private static readonly JsonMap House = new([
        new("Graph_Nodes", "['Loft', 'Forge', 'Chapel', 'Nook']"),
        new("Graph_Edges", "[('Loft', 'Forge'), ('Forge', 'Chapel'), ('Forge', 'Nook')]"),
        new("Current_Position", "Loft"),
        new("Moves", """
            [{'node': 'Loft', 'node_moves': [('east', 'Forge')]}, {'node': 'Chapel', 'node_moves': [('west', 'Forge')]},
            {'node': 'Forge', 'node_moves': [('west', 'Loft'), ('east', 'Chapel'), ('north', 'Nook')]},
            {'node': 'Nook', 'node_moves': [("south", 'Forge')]}]
            """),
        new("Specific_Room", "Nook")]);

    [Theory]
    [InlineData("GO: east|GO: east|GO: west|GO: north|DONE", Outcome.Success, 100.0, "stop|The guesser decided to stop the game", 0)]
    [InlineData("go: EAST|GO:east|GO: west|GO: north|done", Outcome.Success, 100.0, "stop|The guesser decided to stop the game", 0)]
    [InlineData("GO: east|GO: west|GO: east|GO: north|GO: south|GO: east|DONE", Outcome.Success, 2 * 100 * 500 / 6.0 / (100 + (500 / 6.0)), "stop|The guesser decided to stop the game", 0)]
    [InlineData("GO: west|GO: east|GO: east|DONE", Outcome.Lose, 2 * 100 * 75 / 175.0, "parse|DONE;stop|The guesser decided to stop the game", 1)]
    [InlineData("DONE", Outcome.Lose, 0.0, "parse|DONE;stop|The guesser decided to stop the game", 0)]
    [InlineData("GO: up", Outcome.Aborted, null, "aborted|abort game", 0)]
    [InlineData("GO: east|east", Outcome.Aborted, null, """move|{"old": "Loft", "new": "Forge"};aborted|abort game""", 0)]
    [InlineData("I go east.\nGO: east", Outcome.Aborted, null, "aborted|abort game", 0)]
    [InlineData("GO: east\nGO: east", Outcome.Aborted, null, "aborted|abort game", 0)]
    [InlineData("DONE!", Outcome.Aborted, null, "aborted|abort game", 0)]
    [InlineData("", Outcome.Aborted, null, "aborted|abort game", 0)]
    public async Task Main(string responses, Outcome outcome, double? score, string lastNotes, int blocked)
    {
        var played = await CheckAsync("textmapworld", responses.Split('|'), outcome, score, lastNotes);
        played.Scores.Number("Blocked Move Count").ShouldBe(blocked);
    }

    [Theory]
    [InlineData("GO: east|GO: north|DONE", Outcome.Success, 100.0, "stop|The guesser decided to stop the game")]
    [InlineData("GO: east|GO: north|GO: south|DONE", Outcome.Lose, 0.0, "stop|The guesser decided to stop the game")]
    [InlineData("GO: east|GO: north|We are there.", Outcome.Aborted, null, "aborted|abort game")]
    public Task Specific_room(string responses, Outcome outcome, double? score, string lastNotes) =>
        CheckAsync("textmapworld_specificroom", responses.Split('|'), outcome, score, lastNotes);

    [Theory]
    [InlineData("""{"action": "GO: east", "graph": GRAPH}|{"action": "DONE", "graph": GRAPH}""", Outcome.Lose, "stop|The guesser decided to stop the game")]
    [InlineData("""{"ACTION": "DONE", "GRAPH": {"NODES": [], "EDGES": {}}}""", Outcome.Lose, "stop|The guesser decided to stop the game")]
    [InlineData("{\n  \"action\": \"GO: east\",\n  \"graph\": {\"nodes\": [\"Loft\"],\n \"edges\": {}}\n}|no", Outcome.Aborted, "graph|{'nodes': ['Loft'], 'edges': {}};aborted|abort game")]
    [InlineData("""{"action": "GO: east", "graph": {"nodes": ["Loft"], "edges": {"west": [("Forge", "Loft")]}}}|no""", Outcome.Aborted, "graph|{'nodes': ['Loft'], 'edges': {'west': [('Forge', 'Loft')]}};aborted|abort game")]
    [InlineData("""{"ACTION": "GO: east", "GRAPH": {"NODES": [], "EDGES": {}}}""", Outcome.Aborted, """parse|{"ACTION": "GO: east", "GRAPH": {"NODES": [], "EDGES": {}}};aborted|abort game""")]
    [InlineData("""{"action": "GO: east", "graph": {"nodes": [Loft], "edges": {}}}""", Outcome.Aborted, """parse|{"action": "GO: east", "graph": {"nodes": [Loft], "edges": {}}};aborted|abort game""")]
    [InlineData("""{"action": "GO: up", "graph": GRAPH}""", Outcome.Aborted, "aborted|abort game")]
    [InlineData("""{"graph": GRAPH, "action": "GO: east"}""", Outcome.Aborted, "aborted|abort game")]
    [InlineData("""{"action": "GO: east"}""", Outcome.Aborted, "aborted|abort game")]
    [InlineData("GO: east", Outcome.Aborted, "aborted|abort game")]
    [InlineData("DONE", Outcome.Aborted, "aborted|abort game")]
    [InlineData("""Sure! {"action": "GO: east", "graph": GRAPH}""", Outcome.Aborted, "aborted|abort game")]
    public async Task Graph_reasoning(string responses, Outcome outcome, string lastNotes)
    {
        const string graph = """{"nodes": ["Loft"], "edges": {"north": [], "south": [], "east": [], "west": []}}""";
        var played = await CheckAsync(
            "textmapworld_graphreasoning", responses.Replace("GRAPH}", graph + "}", StringComparison.Ordinal).Split('|'), outcome, null, lastNotes);
        (outcome == Outcome.Aborted ? played.Notes[^1] : "aborted|abort game").ShouldBe("aborted|abort game");
    }

    [Fact]
    public async Task A_graph_is_compared_with_the_passages_that_were_walked()
    {
        string Response(string action, string edges) => $$$$"""{"action": "{{{{action}}}}", "graph": {"nodes": [], "edges": { {{{{edges}}}} }}}""";
        async Task<double?> ScoreAsync(string edges) => (await CheckAsync(
            "textmapworld_graphreasoning", [Response("GO: east", ""), Response("GO: north", edges), Response("DONE", "")], Outcome.Lose, null, "")).Scores.Number("Graph Edge F1");

        (await ScoreAsync("\"east\": [[\"Loft\", \"Forge\"]]")).ShouldBe(100);
        (await ScoreAsync("\"west\": [[\"Forge\", \"Loft\"]]")).ShouldBe(100);
        (await ScoreAsync("\"west\": [[\"Loft\", \"Forge\"]]")).ShouldBe(0);
        (await ScoreAsync("\"east\": [[\"Loft\", \"Forge\"], [\"Forge\", \"Chapel\"]]"))!.Value.ShouldBe(200 / 3.0, 1e-9);
        (await ScoreAsync("")).ShouldBe(0);
    }

    [Theory]
    [InlineData("{'nodes': ['loft', 'forge', 'chapel', 'nook'], 'edges': {'east': [('Loft', 'Forge'), ('Forge', 'Chapel')], 'north': [('Forge', 'Nook')]}}", 0)]
    [InlineData("{'nodes': ['A', 'B', 'C', 'D'], 'edges': {'north': [('A', 'B'), ['B', 'C']], 'x': [('D', 'B', 'west')]}}", 0)]
    [InlineData("{'nodes': ['Loft'], 'edges': {'east': [('Loft', 'Forge')]}}", 4)]
    [InlineData("{'nodes': [], 'edges': {}}", 7)]
    [InlineData("{'nodes': ['Loft', 'Forge', 'Chapel', 'Nook', 'Hall'], 'edges': {'east': [('Loft', 'Forge'), ('Forge', 'Loft'), ('Chapel', 'Nook'), ('Nook', 'Hall')]}}", 3)]
    [InlineData("{'nodes': [1], 'edges': {}}", null)]
    [InlineData("{'nodes': ['Loft']}", null)]
    [InlineData("{'nodes': ['Loft'], 'edges': {'east': [('Loft',)]}}", null)]
    [InlineData("Loft - Forge", null)]
    public async Task A_graph_is_compared_with_the_form_of_the_map(string drawn, int? distance)
    {
        var instance = await InstanceAsync("textmapworld_graphreasoning", House);
        var rules = GameCatalog.BuiltIn.FindRules("textmapworld_graphreasoning")!;
        var played = await PlayedEpisode.WithMockAsync(rules, instance);
        var scores = rules.Score(played.Interactions with { Rounds = [.. played.Interactions.Rounds.Select(round => (IReadOnlyList<InteractionEvent>)[.. round.Select(e => e.Type == "graph" ? e with { Content = drawn } : e)])] }, instance);

        // 1 - (2 ÷ (1 + e^(-d/2)) - 1), in per cent; what cannot be read is a whole 0.
        object expected = distance is { } d ? (object)((2 - (2 / (1 + Math.Exp(-d / 2.0)))) * 100) : 0L;
        foreach (var similarity in scores.Turns.Values.Select(turn => turn["similarity"]!).Append(scores.Episode["graph_similarity"]!))
        {
            similarity.ShouldBeOfType(expected.GetType());
            Convert.ToDouble(similarity, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(Convert.ToDouble(expected, System.Globalization.CultureInfo.InvariantCulture), 1e-9);
        }
    }

    [Fact]
    public async Task Without_a_move_efficiency_is_a_whole_number_and_there_is_no_graph()
    {
        var scores = (await CheckAsync("textmapworld_graphreasoning", ["""{"action": "DONE", "graph": {"nodes": [], "edges": {}}}"""], Outcome.Lose, 0, "")).Scores;
        (scores.Episode["efficiency"], scores.Episode["graph_similarity"]).ShouldBe(((object)0L, (object)0L));
    }

    [Fact]
    public async Task An_exploration_that_does_not_stop_in_twenty_rounds_is_aborted_and_says_so()
    {
        var played = await CheckAsync("textmapworld", Enumerable.Repeat("GO: north", 20), Outcome.Aborted, null, "Valid format|Continue;turns_limit|20");
        played.Interactions.Rounds.Count.ShouldBe(20);
        played.Scores.Number("Out of Rounds").ShouldBe(1);
        played.Scores.Number("Blocked Move Count").ShouldBe(20);
    }

    [Theory]
    [InlineData("Loop_Reminder", true)]
    [InlineData("Max_Turns_Reminder", true)]
    [InlineData("Game_Type", "unnamed_graph")]
    public async Task Settings_whose_rules_are_not_known_are_refused(string key, object value)
    {
        var instance = await InstanceAsync("textmapworld", new([new(key, value)]));
        var error = await Should.ThrowAsync<Common.ClemException>(() => PlayedEpisode.WithMockAsync(GameCatalog.BuiltIn.FindRules("textmapworld")!, instance));
        error.Id.ShouldBe("Clem.Instance.Unsupported");
        error.Message.ShouldContain(key);
    }

    [Theory]
    [InlineData("Moves", "[('Loft', ")]
    [InlineData("Moves", "[{'node': 'Loft', 'node_moves': [('east', 'Cellar')]}]")]
    [InlineData("Graph_Nodes", "Loft, Forge")]
    [InlineData("Current_Position", "Cellar")]
    public async Task A_map_that_is_not_whole_is_refused(string key, string value)
    {
        var instance = await InstanceAsync("textmapworld", new([.. House, new(key, value)]));
        var error = await Should.ThrowAsync<Common.ClemException>(() => PlayedEpisode.WithMockAsync(GameCatalog.BuiltIn.FindRules("textmapworld")!, instance));
        error.Id.ShouldBe("Clem.Instance.Incomplete");
    }

    private static async Task<GameInstance> InstanceAsync(string game, JsonMap changes)
    {
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame(game).InstancePath, game, default))[0];
        return instance with { Properties = new JsonMap([.. instance.Properties, .. changes]) };
    }

    private static async Task<PlayedEpisode> CheckAsync(string game, IEnumerable<string> responses, Outcome outcome, double? score, string lastNotes)
    {
        var played = await PlayedEpisode.WithResponsesAsync(GameCatalog.BuiltIn.FindRules(game)!, await InstanceAsync(game, House), responses);

        played.Scores.Outcome.ShouldBe(outcome);
        if (outcome == Outcome.Aborted)
            played.Scores.MainScore.ShouldBeNull();
        if (score is not null)
            played.Scores.MainScore!.Value.ShouldBe(score.Value, 1e-9);
        string.Join(';', played.Notes).ShouldEndWith(lastNotes);
        played.Scores.Number("Violated Request Count").ShouldBe(played.Notes[^1] == "aborted|abort game" ? 1 : 0);
        return played;
    }
}
