using Clembench.Games;
using Clembench.Games.Codenames;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>Players that do and do not keep to the rules of codenames, matchit_ascii and guesswhat.</summary>
public class TwoPlayerGameRulesTests
{
    private const string Described = "DESCRIPTION: a|DESCRIPTION: b|QUESTION: c";
    private const string Round = "ANSWER: d|QUESTION: e|ANSWER: f";
    private const string Talk = $"{Described}|{Round}|QUESTION: g|{Round}|QUESTION: g|{Round}";

    // The board: ant, bee, cat are the team's; dog, elk the opponent's; fox is innocent and gnu the assassin.
    [Theory]
    [InlineData("CLUE: pet\nTARGETS: ant, bee, cat|GUESS: ant, bee, cat", Outcome.Success, "game end|team has won;game end|team has won")]
    [InlineData("CLUE: Pet\nTARGETS: ANT, Bee|GUESS: Bee, ANT|CLUE: pet\nTARGETS: cat|GUESS: cat.", Outcome.Success, "game end|team has won")]
    [InlineData("TARGETS: ant,bee,cat\nCLUE: pet|GUESS: ant,bee,cat", Outcome.Success, "game end|team has won")]
    [InlineData("CLUE: 'pet'\nTARGETS: <ant>, \"bee\", cat.|GUESS: <ant>, bee, cat", Outcome.Success, "game end|team has won")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: gnu", Outcome.Lose, "turn end after|gnu;game end|opponent has won through assassin;game end|opponent has won through assassin")]
    [InlineData("CLUE: pet\nTARGETS: ant, bee|GUESS: ant, dog|CLUE: pet\nTARGETS: bee|GUESS: fox", Outcome.Lose, "game end|opponent has won")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: fox|CLUE: pet\nTARGETS: ant|GUESS: ant", Outcome.Lose, "game end|opponent has won")]
    [InlineData("", Outcome.Aborted, "prefix error")]
    [InlineData("clue: pet\ntargets: ant", Outcome.Aborted, "prefix error")]
    [InlineData("CLUE: pet TARGETS: ant", Outcome.Aborted, "prefix error")]
    [InlineData("CLUE: pet\nant, bee", Outcome.Aborted, "prefix error")]
    [InlineData("Sure!\nCLUE: pet\nTARGETS: ant", Outcome.Aborted, "rambling error")]
    [InlineData("CLUE: house pet\nTARGETS: ant", Outcome.Aborted, "clue contains spaces")]
    [InlineData("CLUE: pet, 2\nTARGETS: ant, bee", Outcome.Aborted, "clue line contains the number of targets")]
    [InlineData("CLUE: elk\nTARGETS: ant", Outcome.Aborted, "clue is morphologically related to word on the board")]
    [InlineData("CLUE: Foxes\nTARGETS: ant", Outcome.Aborted, "clue is morphologically related to word on the board")]
    [InlineData("CLUE: pet\nTARGETS: ant, whale", Outcome.Aborted, "target is hallucination")]
    [InlineData("CLUE: pet\nTARGETS: ant, ant", Outcome.Aborted, "target appears more than once in utterance")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: ant|CLUE: pet\nTARGETS: ant", Outcome.Aborted, "target was already guessed")]
    [InlineData("CLUE: pet\nTARGETS: ant|ant", Outcome.Aborted, "prefix error")]
    [InlineData("CLUE: pet\nTARGETS: ant|guess: ant", Outcome.Aborted, "prefix error")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: ant\nas they are pets", Outcome.Aborted, "rambling error")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: ant, bee", Outcome.Aborted, "wrong number of guesses")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: whale", Outcome.Aborted, "guess word is hallucination")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: pet", Outcome.Aborted, "guess is clue word")]
    [InlineData("CLUE: pet\nTARGETS: ant, bee|GUESS: bee, bee", Outcome.Aborted, "guess appears more than once in utterance")]
    [InlineData("CLUE: pet\nTARGETS: ant|GUESS: ant|CLUE: pet\nTARGETS: bee|GUESS: ant", Outcome.Aborted, "guess was already guessed")]
    public async Task Codenames(string responses, Outcome outcome, string last)
    {
        var played = await PlayCodenamesAsync(responses);

        Check(played, outcome, outcome == Outcome.Success ? 100 : 0);
        if (outcome == Outcome.Aborted)
            ((JsonMap)played.Interactions.Events.Last().Content!)["type"].ShouldBe(last);
        else
            string.Join(';', played.Notes).ShouldEndWith(last);
        played.Scores.Number("Game ended through assassin").ShouldBe(responses.Contains("GUESS: gnu", StringComparison.Ordinal) ? 1 : 0);
    }

    [Theory]
    [InlineData("IGNORE RAMBLING", "Sure!\nCLUE: pet\nTARGETS: ant, bee, cat|Sure!\nGUESS: ant, bee, cat", 1, 1)]
    [InlineData("IGNORE FALSE TARGETS OR GUESSES", "CLUE: pet\nTARGETS: whale, ant, bee, cat|GUESS: ant, bee, cat", 1, 0)]
    [InlineData("IGNORE FALSE TARGETS OR GUESSES", "CLUE: pet\nTARGETS: ant, bee|GUESS: whale, ant|CLUE: pet\nTARGETS: bee, cat|GUESS: bee, cat", 0, 1)]
    [InlineData("IGNORE NUMBER OF TARGETS", "CLUE: pet, 3\nTARGETS: ant, bee, cat|GUESS: ant, bee, cat", 1, 0)]
    [InlineData("REPROMPT ON ERROR", "pet\nTARGETS: ant|CLUE: cats\nTARGETS: ant|CLUE: pet\nTARGETS: ant, bee, cat|whale|GUESS: ant, bee, cat", 2, 1)]
    public async Task Codenames_with_a_leniency_takes_what_it_else_aborts_on(string flag, string responses, int clueGiver, int guesser)
    {
        (await PlayCodenamesAsync(responses, flag)).Scores.Outcome.ShouldBe(Outcome.Success);
        var played = await PlayCodenamesAsync(responses, flag);
        ((JsonMap)played.Interactions.Keys["Cluegiver engaged flags"]!)[flag].ShouldBe((long)clueGiver);
        ((JsonMap)played.Interactions.Keys["Guesser engaged flags"]!)[flag].ShouldBe((long)guesser);
    }

    [Fact]
    public async Task Codenames_has_a_metric_for_each_leniency_of_the_experiment_and_for_no_other()
    {
        var scores = (await PlayCodenamesAsync("CLUE: pet, 3\nTARGETS: ant, bee, cat|GUESS: ant, bee, cat", "IGNORE NUMBER OF TARGETS")).Scores;
        (scores.Number("Cluegiver ignore number of targets"), scores.Number("Guesser ignore number of targets")).ShouldBe((1, 0));
        var without = await PlayedEpisode.WithResponsesAsync(
            new CodenamesGame(), await CodenamesInstanceAsync("STRIP WORDS", false), ["CLUE: pet\nTARGETS: ant, bee, cat", "GUESS: ant, bee, cat"]);
        without.Scores.Episode.Keys.ShouldNotContain("Cluegiver strip words");
    }

    [Fact]
    public async Task Codenames_counts_more_guesses_than_two_in_a_turn_as_the_whole_number_one()
    {
        var instance = await CodenamesInstanceAsync("STRIP WORDS", true);
        var played = await PlayedEpisode.WithResponsesAsync(new CodenamesGame(), instance, ["CLUE: pet\nTARGETS: ant, bee, cat", "GUESS: ant, bee, cat"]);
        var keys = new JsonMap(played.Interactions.Keys.Select(key => key.Key == "Number of turns" ? new(key.Key, 1L) : key));
        new CodenamesGame().Score(played.Interactions with { Keys = keys }, instance).Episode["Efficiency"].ShouldBeOfType<long>().ShouldBe(1);
        played.Scores.Episode["Efficiency"].ShouldBe(0.75);
    }

    [Theory]
    [InlineData("REPROMPT ON ERROR", "a|b|c", "prefix error")]
    [InlineData("IGNORE FALSE TARGETS OR GUESSES", "CLUE: pet\nTARGETS: whale, shark", "no correct target")]
    [InlineData("IGNORE FALSE TARGETS OR GUESSES", "CLUE: pet\nTARGETS: ant, bee|GUESS: whale, shark", "no correct guess")]
    public async Task Codenames_with_a_leniency_still_aborts_where_nothing_is_left(string flag, string responses, string last)
    {
        var played = await PlayCodenamesAsync(responses, flag);
        played.Scores.Outcome.ShouldBe(Outcome.Aborted);
        ((JsonMap)played.Interactions.Events.Last().Content!)["type"].ShouldBe(last);
    }

    [Fact]
    public async Task Codenames_without_stripping_takes_clean_words_alone()
    {
        var instance = await CodenamesInstanceAsync("STRIP WORDS", false);
        var played = await PlayedEpisode.WithResponsesAsync(new CodenamesGame(), instance, ["CLUE: \"pet\"\nTARGETS: ant"]);
        ((JsonMap)played.Interactions.Events.Last().Content!)["type"].ShouldBe("clue contains non-alphabetical characters");
        played = await PlayedEpisode.WithResponsesAsync(new CodenamesGame(), instance, ["CLUE: pet\nTARGETS: ant", "GUESS: <ant>"]);
        ((JsonMap)played.Interactions.Events.Last().Content!)["type"].ShouldBe("guess contains non-alphabetical characters");
    }

    [Fact]
    public async Task Codenames_has_the_same_opponent_for_all_who_play_an_instance()
    {
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame("codenames").InstancePath, "codenames", default))[0];
        var first = await PlayedEpisode.WithMockAsync(new CodenamesGame(), instance);
        var second = await PlayedEpisode.WithMockAsync(new CodenamesGame(), instance);
        second.Notes.ShouldBe(first.Notes);
        first.Notes.ShouldContain(note => note.StartsWith("opponent revealed", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Codenames_plays_official_instances_with_the_prompts_beside_them()
    {
        var instances = await InstanceFile.ReadAsync(ReferenceData.Get("instances/codenames/instances.json.gz"), "codenames", default);
        var played = await PlayedEpisode.WithMockAsync(new CodenamesGame(), instances[0]);
        played.Scores.Outcome.ShouldBe(Outcome.Success);

        var error = await Should.ThrowAsync<Common.ClemException>(() => PlayedEpisode.WithMockAsync(new CodenamesGame(), instances[0] with { Source = null }));
        error.Id.ShouldBe("Clem.Instance.Incomplete");
        error.Message.ShouldContain("resources/initial_prompts/prompt_cluegiver.template");
    }

    [Theory]
    [InlineData($"{Talk}|DECISION: different grids|DECISION: different grids", Outcome.Success, 100.0, "Decision Player A|success")]
    [InlineData($"{Talk}|DECISION: Different Grids.|DECISION: different grids.\n", Outcome.Success, 100.0, "Decision Player A|success")]
    [InlineData($"{Talk}|DECISION: same grid|DECISION: different grids", Outcome.Lose, 50.0, "Decision Player A|success")]
    [InlineData($"{Talk}|DECISION: different grids|DECISION: same grid", Outcome.Lose, 50.0, "Decision Player A|loss")]
    [InlineData($"{Talk}|DECISION: same grid|DECISION: same grid.", Outcome.Lose, 0.0, "Decision Player A|loss")]
    [InlineData($"{Talk}|DECISION: unsure", Outcome.Aborted, null, "valid format|continue;invalid content|abort, wrong message content.;Game over|Aborted")]
    [InlineData($"{Talk}|DECISION: same grid, I think", Outcome.Aborted, null, "invalid content|abort, wrong message content.;Game over|Aborted")]
    [InlineData($"{Talk}|same grid", Outcome.Aborted, null, "invalid format|abort, first word: same, but expected DECISION:;Game over|Aborted")]
    [InlineData($"{Talk}|DECISION: same grid|DECISION: same\ngrid", Outcome.Aborted, null, "Decision Player B|loss;valid format|continue;invalid content|abort, wrong message content.;Game over|Aborted")]
    [InlineData("", Outcome.Aborted, null, "invalid content|abort, empty message;Game over|Aborted")]
    [InlineData("a grid", Outcome.Aborted, null, "invalid format|abort, first word: a, but expected DESCRIPTION:;Game over|Aborted")]
    [InlineData("DESCRIPTION: a|description: b", Outcome.Aborted, null, "invalid format|abort, first word: description:, but expected DESCRIPTION:;Game over|Aborted")]
    [InlineData("DESCRIPTION: a|DESCRIPTION: b|DESCRIPTION: c", Outcome.Aborted, null, "invalid format|abort, first word: DESCRIPTION:, but expected QUESTION:;Game over|Aborted")]
    [InlineData($"{Described}|QUESTION: d", Outcome.Aborted, null, "invalid format|abort, first word: QUESTION:, but expected ANSWER:;Game over|Aborted")]
    [InlineData($"{Described}|ANSWER: d|ANSWER:d", Outcome.Aborted, null, "invalid format|abort, first word: ANSWER:d, but expected QUESTION:;Game over|Aborted")]
    [InlineData($"{Described}|ANSWER: d|QUESTION: e|Sure! ANSWER: f", Outcome.Aborted, null, "invalid format|abort, first word: Sure!, but expected ANSWER:;Game over|Aborted")]
    public async Task Matchit_ascii(string responses, Outcome outcome, double? playerScore, string lastNotes)
    {
        var instances = await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame("matchit_ascii").InstancePath, "matchit_ascii", default);
        var different = instances.First(instance => instance.Experiment == "one_cell_en");
        var played = await PlayedEpisode.WithResponsesAsync(GameCatalog.BuiltIn.FindRules("matchit_ascii")!, different, responses.Split('|'));

        Check(played, outcome, outcome == Outcome.Success ? 100 : 0);
        string.Join(';', played.Notes).ShouldEndWith(lastNotes);
        if (playerScore is not null)
            played.Scores.Number("Player Score").ShouldBe(playerScore);
        else
            played.Scores.Number("Player Score")!.Value.ShouldBe(double.NaN);
    }

    // The target is Owl.
    [Theory]
    [InlineData("GUESS: owl", Outcome.Success, 100.0, "correct guess|owl;correct guess|end game")]
    [InlineData("QUESTION: Does it fly?|ANSWER: Yes.|GUESS: \"Owl\".", Outcome.Success, 100.0, "correct guess|owl;correct guess|end game")]
    [InlineData("QUESTION: It flies, does it|ANSWER: no|GUESS: Owl", Outcome.Success, 100.0, "correct guess|owl;correct guess|end game")]
    [InlineData("GUESS: Desk", Outcome.Lose, 0.0, "incorrect guess|desk;incorrect guess|end game")]
    [InlineData("GUESS: the owl", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("GUESS: owl\nGUESS: owl", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("", Outcome.Aborted, null, "invalid format|Invalid format. Guesser must use the form 'QUESTION: ' or 'GUESS: '.;invalid format|abort game")]
    [InlineData("Is it a bird?", Outcome.Aborted, null, "invalid format|Invalid format. Guesser must use the form 'QUESTION: ' or 'GUESS: '.;invalid format|abort game")]
    [InlineData("guess: owl", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("QUESTION: Does it fly? QUESTION: Is it alive?", Outcome.Aborted, null, "invalid format|Multiple questions detected in a single turn.;invalid format|abort game")]
    [InlineData("QUESTION: Does it fly? Is it alive?", Outcome.Aborted, null, "invalid format|Invalid format. Question must stop after the question mark.;invalid format|abort game")]
    [InlineData("QUESTION: Does it fly?\nThank you!", Outcome.Aborted, null, "invalid format|Invalid format. Question must stop after the question mark.;invalid format|abort game")]
    [InlineData("QUESTION: Does it start with an O?", Outcome.Aborted, null, "invalid content|Invalid question. Asking about specific letters or their positions is not allowed.;invalid content|abort game")]
    [InlineData("QUESTION: Is it \"Owl\"?", Outcome.Aborted, null, "invalid content|Invalid question. Guessing without 'GUESS:' format is not allowed.;invalid content|abort game")]
    [InlineData("QUESTION: Has it more than 5 letters?", Outcome.Aborted, null, "invalid content|Invalid question. Asking about specific letters or their positions is not allowed.;invalid content|Invalid question. Asking about the length of the target word is not allowed.;invalid content|abort game")]
    [InlineData("QUESTION: Does it have two syllables?", Outcome.Aborted, null, "invalid content|Invalid question. Asking about the number of syllables is not allowed.;invalid content|abort game")]
    [InlineData("QUESTION: Is it a noun?", Outcome.Aborted, null, "invalid content|Invalid question. Asking about the part of speech (POS) of the target word is not allowed.;invalid content|abort game")]
    [InlineData("QUESTION: Does it fly?|ANSWER: maybe", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("QUESTION: Does it fly?|yes", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("QUESTION: Does it fly?|ANSWER: yes, it does", Outcome.Aborted, null, "invalid format|abort game")]
    [InlineData("QUESTION: Does it fly?|", Outcome.Aborted, null, "invalid format|abort game")]
    public async Task Guesswhat(string responses, Outcome outcome, double? score, string lastNotes)
    {
        var played = await PlayGuessWhatAsync(responses.Split('|'));
        Check(played, outcome, score);
        string.Join(';', played.Notes).ShouldEndWith(lastNotes);
    }

    [Theory]
    [InlineData(5, 100.0)]
    [InlineData(6, 200 / 3.0)]
    [InlineData(7, 100 / 3.0)]
    [InlineData(8, 0.0)]
    public async Task Guesswhat_is_worth_less_from_the_sixth_round_on(int rounds, double score)
    {
        var talk = Enumerable.Repeat(new[] { "QUESTION: Does it fly?", "ANSWER: yes" }, rounds - 1).SelectMany(pair => pair);
        Check(await PlayGuessWhatAsync([.. talk, "GUESS: owl"]), Outcome.Success, score);
    }

    [Fact]
    public async Task Guesswhat_is_lost_after_eight_questions()
    {
        var played = await PlayGuessWhatAsync([.. Enumerable.Repeat(new[] { "QUESTION: Does it fly?", "ANSWER: yes" }, 8).SelectMany(pair => pair)]);
        Check(played, Outcome.Lose, 0);
        played.Notes.ShouldBe(["max turns reached|8"]);
    }

    [Theory]
    [InlineData("codenames", "assignments")]
    [InlineData("codenames", "opponent difficulty")]
    [InlineData("codenames", "flags")]
    [InlineData("matchit_ascii", "grid_b")]
    [InlineData("matchit_ascii", "q_reprompt")]
    [InlineData("guesswhat", "candidate_list")]
    [InlineData("guesswhat", "answer_variations")]
    public async Task An_instance_that_lacks_something_is_refused_by_name(string game, string key)
    {
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame(game).InstancePath, game, default))[0];
        instance = instance with
        {
            Properties = new JsonMap(instance.Properties.Where(member => member.Key != key)),
            ExperimentProperties = new JsonMap(instance.ExperimentProperties.Where(member => member.Key != key)),
        };
        var error = await Should.ThrowAsync<Common.ClemException>(() => PlayedEpisode.WithMockAsync(GameCatalog.BuiltIn.FindRules(game)!, instance));
        error.Id.ShouldBe("Clem.Instance.Incomplete");
        error.Message.ShouldContain($"'{key}'");
    }

    private static void Check(PlayedEpisode played, Outcome outcome, double? score)
    {
        played.Scores.Outcome.ShouldBe(outcome);
        if (outcome == Outcome.Aborted)
            played.Scores.MainScore.ShouldBeNull();
        else
            played.Scores.MainScore!.Value.ShouldBe(score!.Value, 1e-9);
        played.Scores.Number("Violated Request Count").ShouldBe(outcome == Outcome.Aborted ? 1 : 0);
    }

    private static async Task<PlayedEpisode> PlayGuessWhatAsync(IEnumerable<string> responses)
    {
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame("guesswhat").InstancePath, "guesswhat", default))[0];
        instance = instance with { Properties = new JsonMap([.. instance.Properties, new("target_word", "Owl")]) };
        return await PlayedEpisode.WithResponsesAsync(GameCatalog.BuiltIn.FindRules("guesswhat")!, instance, responses);
    }

    private static async Task<PlayedEpisode> PlayCodenamesAsync(string responses, string? flag = null) =>
        await PlayedEpisode.WithResponsesAsync(new CodenamesGame(), await CodenamesInstanceAsync(flag, true), responses.Split('|'));

    private static async Task<GameInstance> CodenamesInstanceAsync(string? flag, bool value)
    {
        var instance = (await InstanceFile.ReadAsync(GeneratedInstancesTests.FindGame("codenames").InstancePath, "codenames", default))[0];
        var flags = (JsonMap)instance.ExperimentProperties["flags"]!;
        return instance with
        {
            Properties = new JsonMap([
                new("board", new object?[] { "gnu", "ant", "dog", "fox", "cat", "elk", "bee" }),
                new("assignments", new JsonMap([
                    new("team", new object?[] { "ant", "bee", "cat" }),
                    new("opponent", new object?[] { "dog", "elk" }),
                    new("innocent", new object?[] { "fox" }),
                    new("assassin", new object?[] { "gnu" })]))]),
            ExperimentProperties = new JsonMap([
                .. instance.ExperimentProperties,
                new("flags", flag is null ? flags : new JsonMap([.. flags, new(flag, value)]))]),
        };
    }
}
