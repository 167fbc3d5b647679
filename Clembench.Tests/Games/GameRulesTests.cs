using Clembench.Games;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>Players that do and do not keep to the rules, on packaged instances: the outcome and the last notes.</summary>
public class GameRulesTests
{
    [Theory]
    [InlineData("CLUE: a thing with a wheel|GUESS: wheel|CLUE: two of them|GUESS: Bicycle!", Outcome.Success, 50.0, "correct guess|end game")]
    [InlineData("CLUE: x|GUESS: a|CLUE: y|GUESS: b|CLUE: z|GUESS: bicycle", Outcome.Success, 100 / 3.0, "max rounds reached|3;correct guess|end game")]
    [InlineData("CLUE: x|GUESS: a|CLUE: y|GUESS: b|CLUE: z|GUESS: c", Outcome.Lose, 0.0, "valid guess|c;max rounds reached|3")]
    [InlineData("CLUE: x|GUESS: the bicycle|CLUE: y|GUESS: b|CLUE: z|GUESS: c", Outcome.Lose, 0.0, "valid guess|c;max rounds reached|3")]
    [InlineData("CLUE: many Bicycles, here", Outcome.Lose, 0.0, "valid response|continue;invalid clue|Target word 'bicycle' (stem=bicycl) is similar to clue word 'bicycles' (stem=bicycl)")]
    [InlineData("CLUE: the RIDING of it", Outcome.Lose, 0.0, "valid response|continue;invalid clue|Related word 'ride' (stem=ride) is similar to clue word 'riding' (stem=ride)")]
    [InlineData("clue: a thing", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("It is a CLUE: a thing", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("CLUE: x|bicycle", Outcome.Aborted, null, "valid clue|x;invalid format|abort game")]
    [InlineData("CLUE: x|CLUE: bicycle", Outcome.Aborted, null, "valid clue|x;invalid format|abort game")]
    [InlineData("CLUE: x|GUESS: a|GUESS: bicycle", Outcome.Aborted, null, "valid guess|a;invalid format|abort game")]
    public Task Taboo(string responses, Outcome outcome, double? score, string lastNotes) =>
        CheckAsync("taboo", new JsonMap([new("target_word", "bicycle"), new("related_word", new object?[] { "pedal", "ride", "chain" })]), responses, outcome, score, lastNotes);

    [Theory]
    [InlineData("explanation: e\nguess: river", Outcome.Success, 100.0, "correct guess|game_result = WIN")]
    [InlineData("explanation: e\nguess: RIVER", Outcome.Success, 100.0, "correct guess|game_result = WIN")]
    [InlineData("explanation: e guess: river", Outcome.Success, 100.0, "correct guess|game_result = WIN")]
    [InlineData("explanation: e\nguess: stone|explanation: e\nguess: qqqqq|explanation: e\nguess: water|explanation: e\nguess: river", Outcome.Success, 100.0, "correct guess|game_result = WIN")]
    [InlineData("guess: river", Outcome.Aborted, null, "metadata|Error: The response should always start with the keyword 'explanation:';invalid format|game_result = ABORT")]
    [InlineData("guess: river\nexplanation: e", Outcome.Aborted, null, "metadata|Error: The response should always start with the keyword 'explanation:';invalid format|game_result = ABORT")]
    [InlineData("explanation: e\n\nguess: river", Outcome.Aborted, null, "metadata|Error: The response should contain only the 'guess:' and 'explanation:' keywords and associated information.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nriver", Outcome.Aborted, null, "metadata|Error: The response should contain the 'guess:' keyword exactly once.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e guess: stone\nguess: river", Outcome.Aborted, null, "metadata|Error: The response should contain the 'guess:' keyword exactly once.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nexplanation: f guess: river", Outcome.Aborted, null, "metadata|Error: The response should contain the 'explanation:' keyword exactly once.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: two words", Outcome.Aborted, null, "metadata|Error: The guess should be a single word and should only contain letters.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: riv3r", Outcome.Aborted, null, "metadata|Error: The guess should be a single word and should only contain letters.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess:", Outcome.Aborted, null, "metadata|Error: The guess should be a single word and should only contain letters.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: rivers", Outcome.Aborted, null, "metadata|Error: The length of the guessed word is not 5.;invalid format|game_result = ABORT")]
    public Task Wordle(string responses, Outcome outcome, double? score, string lastNotes) =>
        CheckAsync("wordle", River, responses, outcome, score, lastNotes);

    [Fact]
    public async Task Wordle_takes_five_unknown_words_in_a_row_and_not_six()
    {
        var unknown = Enumerable.Repeat("explanation: e\nguess: qqqqq", 5).ToArray();
        await CheckAsync("wordle", River, string.Join('|', [.. unknown, "explanation: e\nguess: stone", .. unknown, "explanation: e\nguess: river"]), Outcome.Success, 100, "correct guess|game_result = WIN");
        await CheckAsync("wordle", River, string.Join('|', [.. unknown, unknown[0]]), Outcome.Aborted, null, "metadata|Error: The guessed word is not a valid word for this game.;invalid format|game_result = ABORT");
    }

    [Fact]
    public Task Wordle_is_lost_after_six_attempts() =>
        CheckAsync("wordle", River, string.Join('|', Enumerable.Repeat("explanation: e\nguess: stone", 6)), Outcome.Lose, 0, "max rounds played|game_result = LOSS");

    [Theory]
    [InlineData("label", "llama", "l<green> a<yellow> b<red> e<red> l<yellow>")]
    [InlineData("llama", "label", "l<green> l<yellow> a<yellow> m<red> a<red>")]
    [InlineData("sheep", "enemy", "s<red> h<red> e<green> e<yellow> p<red>")]
    [InlineData("river", "river", "r<green> i<green> v<green> e<green> r<green>")]
    public async Task Letters_are_coloured_as_often_as_the_target_has_them(string guess, string target, string feedback)
    {
        var played = await PlayedEpisode.WithResponsesAsync(
            GameCatalog.BuiltIn.FindRules("wordle")!, await InstanceAsync("wordle", new([new("target_word", target)])),
            Enumerable.Repeat($"explanation: e\nguess: {guess}", 6));
        ((object?[])played.Interactions.Keys["Guesser Feedbacks"]!)[0].ShouldBe(feedback);
    }

    [Theory]
    [InlineData("explanation: e\nguess: stone|explanation: r\nagreement: no|explanation: e\nguess: river", Outcome.Success, 100.0, "correct guess|game_result = WIN")]
    [InlineData("explanation: e\nguess: stone|explanation: r\nagreement: YES|explanation: e\nguess: river", Outcome.Success, 100.0, "correct guess|game_result = WIN")]
    [InlineData("explanation: e\nguess: stone|explanation: r\nagreement: maybe", Outcome.Aborted, null, "metadata|The agreement should be one of the following: ['yes', 'no'];invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: stone|explanation: r\nagreement: yes, of course", Outcome.Aborted, null, "metadata|The agreement should be a single word and should only contain letters.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: stone|agreement: yes", Outcome.Aborted, null, "metadata|The response should always start with the keyword 'explanation:';invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: stone|explanation: r", Outcome.Aborted, null, "metadata|The response should contain the 'agreement:' keyword exactly once.;invalid format|game_result = ABORT")]
    [InlineData("explanation: e\nguess: stone|explanation: r\nagreement: no|river", Outcome.Aborted, null, "metadata|Error: The response should always start with the keyword 'explanation:';invalid format|game_result = ABORT")]
    public Task Wordle_with_critic(string responses, Outcome outcome, double? score, string lastNotes) =>
        CheckAsync("wordle_withcritic", River, responses, outcome, score, lastNotes);

    [Theory]
    [InlineData("Expression: a cross|Answer: second", Outcome.Success, 100.0, "parse|Expression: a cross;parse_correct|second")]
    [InlineData("EXPRESSION: a cross|answer: 2", Outcome.Success, 100.0, "parse|EXPRESSION: a cross;parse_correct|2")]
    [InlineData("Expression: a cross|Answer: Second grid", Outcome.Success, 100.0, "parse_correct|second")]
    [InlineData("Expression: a cross|Answer: first", Outcome.Lose, 0.0, "parse_wrong|first")]
    [InlineData("a cross", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross\nand a line", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross|second", Outcome.Aborted, null, "parse|Expression: a cross;invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross|Answer: fourth", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross|Answer: secondly", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross|Answer: second\nbecause", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    public async Task Reference_game(string responses, Outcome outcome, double? score, string lastNotes)
    {
        await CheckAsync("referencegame", new JsonMap([new("target_grid_name", new object?[] { "second", "2" })]), responses, outcome, score, lastNotes);
    }

    [Fact]
    public async Task Reference_game_counts_what_stands_between_blanks()
    {
        var instance = await InstanceAsync("referencegame", JsonMap.Empty);
        var played = await PlayedEpisode.WithResponsesAsync(
            GameCatalog.BuiltIn.FindRules("referencegame")!, instance, ["Expression: a  cross", "Answer: none"]);
        // "Expression:", "a", nothing, "cross".
        played.Scores.Episode["Generated Expression Number of Tokens"].ShouldBe(4L);
    }

    [Fact]
    public Task Reference_game_takes_more_than_it_asks_for_in_its_liberal_mode() => CheckAsync(
        "referencegame", new JsonMap([new("target_grid_name", new object?[] { "second", "2" }), new("p1_mode", "liberal"), new("p2_mode", "liberal")]),
        "Expression: a cross\nand a line|Answer: second\nbecause", Outcome.Success, 100, "parse|Expression: a cross;parse_correct|second");

    [Theory]
    [InlineData("Expression: a cross|Answer: second", Outcome.Success, 100.0, "parse|Expression: a cross;parse|Answer: second;parse_correct|second")]
    [InlineData("EXPRESSION: a cross|answer: 2ND", Outcome.Success, 100.0, "parse|EXPRESSION: a cross;parse|answer: 2ND;parse_correct|2nd")]
    [InlineData("Expression: a cross|Answer: 2.", Outcome.Success, 100.0, "parse_correct|2")]
    [InlineData("Expression: a cross|Answer: first", Outcome.Lose, 0.0, "parse|Answer: first;parse_wrong|first")]
    [InlineData("", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("a cross", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("It is Expression: a cross", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross\nand a line", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross\n\nIt has two lines.", Outcome.Aborted, null, "invalid format|Invalid generated expression")]
    [InlineData("Expression: a cross|", Outcome.Aborted, null, "parse|Expression: a cross;invalid format|Invalid generated choice")]
    [InlineData("Expression: a cross|second", Outcome.Aborted, null, "parse|Expression: a cross;invalid format|Invalid generated choice")]
    [InlineData("Expression: a cross|Answer: fourth", Outcome.Aborted, null, "invalid format|Invalid generated choice")]
    [InlineData("Expression: a cross|Answer: the second", Outcome.Aborted, null, "invalid format|Invalid generated choice")]
    // The game master refuses what follows the choice; clemcore's scorer takes the choice.
    [InlineData("Expression: a cross|Answer: second image", Outcome.Success, 100.0, "parse|Expression: a cross;invalid format|Invalid generated choice")]
    [InlineData("Expression: a cross|Answer: third\nbecause", Outcome.Lose, 0.0, "parse|Expression: a cross;invalid format|Invalid generated choice")]
    public async Task Multimodal_reference_game(string responses, Outcome outcome, double? score, string lastNotes)
    {
        await CheckAsync("multimodal_referencegame", new JsonMap([new("target_image_name", new object?[] { "second", "2nd", "2" })]), responses, outcome, score, lastNotes);
    }

    [Theory]
    [InlineData("Command: x|GRID|Command: DONE", Outcome.Success, 100.0, "found terminate pattern|Command: DONE")]
    [InlineData("Command: x|GRID|COMMAND : done", Outcome.Success, 100.0, "found terminate pattern|COMMAND : done")]
    [InlineData("Command: x|HALF|Command: DONE", Outcome.Lose, 67.0, "found terminate pattern|Command: DONE")]
    [InlineData("Command: x|EMPTY|Command: DONE", Outcome.Lose, 0.0, "found terminate pattern|Command: DONE")]
    [InlineData("Command: DONE", Outcome.Lose, 0.0, "found terminate pattern|Command: DONE")]
    [InlineData("x", Outcome.Aborted, null, "invalid format|Invalid instruction format")]
    [InlineData("Command: x\nCommand: y", Outcome.Aborted, null, "invalid format|Invalid instruction format")]
    [InlineData("Command: x|Here it is: GRID", Outcome.Aborted, null, "found instruction|Command: x;invalid format|Invalid grid format")]
    [InlineData("Command: x|A A A A A", Outcome.Aborted, null, "found instruction|Command: x;invalid format|Invalid grid format")]
    [InlineData("Command: x|LOWER", Outcome.Aborted, null, "found instruction|Command: x;invalid format|Invalid grid format")]
    public Task Image_game(string responses, Outcome outcome, double? score, string lastNotes)
    {
        const string empty = "▢ ▢ ▢ ▢ ▢";
        string Grid(string first, string last) => string.Join('\n', first, empty, empty, empty, last);
        var target = Grid("A A ▢ ▢ ▢", "▢ ▢ ▢ A A");
        return CheckAsync(
            "imagegame", new JsonMap([new("target_grid", target)]),
            responses.Replace("GRID", target, StringComparison.Ordinal).Replace("HALF", Grid("A A ▢ ▢ ▢", empty), StringComparison.Ordinal)
                .Replace("EMPTY", Grid(empty, empty), StringComparison.Ordinal).Replace("LOWER", target.ToLowerInvariant(), StringComparison.Ordinal),
            outcome, score, lastNotes);
    }

    [Fact]
    public async Task Image_game_ends_after_twice_as_many_rounds_as_there_are_cells()
    {
        var instance = await InstanceAsync("imagegame", JsonMap.Empty);
        var target = instance.GetText("target_grid");
        var played = await PlayedEpisode.WithResponsesAsync(
            GameCatalog.BuiltIn.FindRules("imagegame")!, instance, Enumerable.Repeat(new[] { "Command: x", target }, 50).SelectMany(pair => pair));
        played.Interactions.Rounds.Count.ShouldBe(50);
        (played.Interactions.Events.Last().Type, played.Interactions.Events.Last().Content).ShouldBe(("game end", "turn limit reached"));
        played.Scores.Outcome.ShouldBe(Outcome.Success);
        // clemcore counts the last note as well.
        played.Scores.Number("Request Count").ShouldBe((50 * 6) + 1);
        played.Scores.Number("Asked Request Count").ShouldBe(100);
    }

    [Fact]
    public async Task Image_game_counts_what_stands_between_blanks_and_gives_the_first_line()
    {
        var instance = await InstanceAsync("imagegame", new JsonMap([new("player_1_response_pattern", "^command: ")]));
        var target = instance.GetText("target_grid");
        var played = await PlayedEpisode.WithResponsesAsync(
            GameCatalog.BuiltIn.FindRules("imagegame")!, instance, ["Command:  x\nand more", target, "Command: DONE"]);
        played.Interactions.Events.ShouldContain(e => e.Type == "found instruction" && (string)e.Content! == "Command:  x");
        played.Interactions.Events.ShouldContain(e => e.To == "Player 2" && ((string)e.Content!).EndsWith("\n\nCommand:  x", StringComparison.Ordinal));
        // "Command:", nothing, "x".
        played.Scores.Turns[0]["Generated Expression Number of Tokens"].ShouldBe(3L);
    }

    // What Python's evaluator gives for the same grids; "x" is an empty cell, "|" the end of a row.
    [Theory]
    [InlineData("A A x x x|x x x x x|x x x x x|x x x x x|x x x x x", 100.0, 50.0, 67.0, 2L)]
    [InlineData("B B x x x|x x x x x|x x x x x|x x x x x|x x x x x", 0.0, 0.0, 0L, 2L)]
    [InlineData("A\tA x x x|x x x x x|x x x x x|x x x x x|x x x A A", 0.0, 0.0, 0.0, 0L)]
    [InlineData("A A x x x|x\tx x x x|x x x x x|x x x x x|x x x A A", 0L, 0L, 0L, 0L)]
    [InlineData("x x x x x|x x x x x|x x x x x|x x x x x|x x x x x", 0L, 0L, 0L, 0L)]
    [InlineData("A B A B A|A A A A A|A A A A A|A A A A A|x x x A x", 10.0, 50.0, 16.0, 21L)]
    public async Task Image_game_measures_grids_as_clemcore_does(string drawn, object precision, object recall, object f1, long changed)
    {
        string Grid(string cells) => cells.Replace('x', '▢').Replace('|', '\n');
        var instance = await InstanceAsync("imagegame", new JsonMap([new("target_grid", Grid("A A x x x|x x x x x|x x x x x|x x x x x|x x x A A"))]));
        var played = await PlayedEpisode.WithResponsesAsync(
            GameCatalog.BuiltIn.FindRules("imagegame")!, instance, ["Command: x", Grid(drawn), "Command: DONE"]);
        var turn = played.Scores.Turns[0];
        (turn["Precision"], turn["Recall"], turn["F1"], turn["Changed Cell Count"]).ShouldBe((precision, recall, f1, changed));
        played.Scores.Episode["Main Score"].ShouldBe(f1);
    }

    [Fact]
    public async Task Image_game_without_a_grid_has_averages_of_nothing()
    {
        var instance = await InstanceAsync("imagegame", JsonMap.Empty);
        var played = await PlayedEpisode.WithResponsesAsync(GameCatalog.BuiltIn.FindRules("imagegame")!, instance, ["Command: DONE"]);
        (played.Scores.Outcome, played.Scores.Episode["Average Changed Cell Count"], played.Scores.Episode["F1"]).ShouldBe((Outcome.Lose, 0L, 0L));
    }

    [Theory]
    [InlineData("ASIDE: no", "ANSWER: a fig", new[] { "parse|no", "metadata|Answer for ONE valid after 1 tries.", "check|Answer is correct.", "metadata|Slot filled: False" })]
    [InlineData("ASIDE: Yes, of course", "ANSWER: FIRST VALUE it is", new[] { "parse|yes", "metadata|Answer for ONE valid after 1 tries.", "check|Answer is incorrect.", "metadata|Slot filled: True" })]
    [InlineData("ASIDE: no", "ANSWER: second value", new[] { "check|Answer is correct.", "metadata|Slot filled: False", "metadata|Value for TWO anticipated; ground truth turn updated from 1 to 0." })]
    [InlineData("no|aside: no|Well, ASIDE: no|ASIDE: no", "ANSWER: x", new[] { "parse|NA", "parse|NA", "parse|NA", "parse|no", "metadata|Answer for ONE valid after 4 tries.", "check|Answer is correct." })]
    [InlineData("ASIDE: perhaps|ASIDE: no\nASIDE: no||ASIDE:|no", "ANSWER: x", new[] { "parse|NA", "parse|NA", "parse|NA", "parse|NA", "parse|NA", "metadata|Answer for ONE invalid after 5 tries.", "check|Answer is incorrect." })]
    public async Task Privateshared_probes(string asides, string answer, string[] notes)
    {
        var played = await PlayPrivateSharedAsync([.. asides.Split('|'), "ASIDE: no", answer, "ASIDE: no", "ASIDE: no", "ANSWER: second value", "ASIDE: yes", "ASIDE: yes"]);
        var next = 0;
        foreach (var note in played.Notes)
            next += next < notes.Length && note == notes[next] ? 1 : 0;
        next.ShouldBe(notes.Length, string.Join('\n', played.Notes));
        played.Notes[^1].ShouldBe("end|Game finished.");
        played.Scores.Outcome.ShouldBe(Outcome.Lose);
    }

    [Theory]
    [InlineData("first value")]
    [InlineData("answer: first value")]
    [InlineData("ANSWER: first value\nANSWER: first value")]
    [InlineData("")]
    public async Task Privateshared_goes_on_without_probes_after_an_answer_of_another_form(string answer)
    {
        var played = await PlayPrivateSharedAsync(["ASIDE: no", "ASIDE: no", answer, "ANSWER: second value", "ASIDE: yes", "ASIDE: yes"]);
        JsonData.ToJson(played.Interactions.Keys["Violated Request Count"]).ShouldBe("[0,1,0]");
        JsonData.ToJson(played.Interactions.Keys["Request Count"]).ShouldBe("[2,0,3]");
        JsonData.ToJson(played.Interactions.Keys["Filled Slots"]).ShouldBe("[true]");
        played.Interactions.Rounds.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Privateshared_probes_are_forgotten()
    {
        var heard = new List<int>();
        var answers = new Queue<string>(["ASIDE: no", "ASIDE: no", "ANSWER: first value", "ASIDE: yes", "ASIDE: no", "ANSWER: second value", "ASIDE: yes", "ASIDE: yes"]);
        var played = await PlayedEpisode.WithScriptAsync(GameCatalog.BuiltIn.FindRules("privateshared")!, await PrivateSharedAsync(), said =>
        {
            heard.Add(said.Count);
            return answers.Dequeue();
        });

        heard.ShouldBe([3, 3, 3, 5, 5, 5, 7, 7]);
        played.Scores.Outcome.ShouldBe(Outcome.Success);
        played.Scores.MainScore.ShouldBe(100);
    }

    [Theory]
    [InlineData("taboo", "target_word")]
    [InlineData("wordle", "target_word")]
    [InlineData("wordle_withclue", "target_word_clue")]
    [InlineData("referencegame", "player_1_response_pattern")]
    [InlineData("imagegame", "grid_dimension")]
    public async Task An_instance_that_lacks_something_is_refused_by_name(string game, string key)
    {
        var instance = await InstanceAsync(game, JsonMap.Empty);
        instance = instance with { Properties = new JsonMap(instance.Properties.Where(member => member.Key != key)) };
        var error = await Should.ThrowAsync<Common.ClemException>(() => PlayedEpisode.WithMockAsync(GameCatalog.BuiltIn.FindRules(game)!, instance));
        error.Id.ShouldBe("Clem.Instance.Incomplete");
        error.Message.ShouldContain($"'{key}'");
    }

    private static async Task<PlayedEpisode> PlayPrivateSharedAsync(IEnumerable<string> responses) =>
        await PlayedEpisode.WithResponsesAsync(GameCatalog.BuiltIn.FindRules("privateshared")!, await PrivateSharedAsync(), responses);

    // Two slots, asked for in their order.
    private static async Task<GameInstance> PrivateSharedAsync()
    {
        var numbers = new JsonMap([new("one", 0L), new("two", 0L)]);
        var questions = new JsonMap([new("one", new object?[] { "One?" }), new("two", new object?[] { "Two?" })]);
        var instance = await InstanceAsync("privateshared", new JsonMap([
            new("slots", new JsonMap([new("one", "first value"), new("two", "second value")])),
            new("request_order", new object?[] { "one", "two" }),
            new("requests", numbers),
            new("probes", new JsonMap([new("0", numbers), new("1", numbers), new("2", numbers)]))]));
        var texts = (JsonMap)instance.ExperimentProperties["texts"]!;
        return instance with
        {
            ExperimentProperties = new JsonMap([
                .. instance.ExperimentProperties,
                new("texts", new JsonMap([.. texts, new("requests", questions), new("probing_questions", questions)]))]),
        };
    }

    private static JsonMap River => new([new("target_word", "river")]);

    // The first packaged instance, with some of its members changed.
    private static async Task<GameInstance> InstanceAsync(string game, JsonMap changes)
    {
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame(game).InstancePath, game, default))[0];
        return instance with { Properties = new JsonMap([.. instance.Properties, .. changes]) };
    }

    private static async Task CheckAsync(string game, JsonMap changes, string responses, Outcome outcome, double? score, string lastNotes)
    {
        var played = await PlayedEpisode.WithResponsesAsync(
            GameCatalog.BuiltIn.FindRules(game)!, await InstanceAsync(game, changes), responses.Split('|'));

        played.Scores.Outcome.ShouldBe(outcome);
        if (score is null)
            played.Scores.MainScore.ShouldBeNull();
        else
            played.Scores.MainScore!.Value.ShouldBe(score.Value, 1e-9);
        string.Join(';', played.Notes).ShouldEndWith(lastNotes);
        played.Scores.Number("Violated Request Count").ShouldBe(outcome == Outcome.Aborted && !lastNotes.Contains("not a valid word", StringComparison.Ordinal) ? 1 : 0);
    }
}
