using Clembench.Backends;
using Clembench.Games;
using Clembench.Games.HelloGame;
using Clembench.Json;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

public class HelloGameTests
{
    [Theory]
    [InlineData("GREET: Hello and welcome, Ada!", Outcome.Success, "greeting successful|end game")]
    [InlineData("GREET:HELLO-Welcome ada", Outcome.Success, "greeting successful|end game")]
    [InlineData("  GREET: Hello, welcome Ada  \n", Outcome.Success, "greeting successful|end game")]
    [InlineData("GREET: Hello Ada", Outcome.Lose, "greeting failed|missing words=[welcome]")]
    [InlineData("GREET: nobody", Outcome.Lose, "greeting failed|missing words=[welcome,hello,ada]")]
    [InlineData("Hello, welcome Ada", Outcome.Aborted, "invalid format|abort game;greeting failed|missing words=[]")]
    [InlineData("greet: Hello, welcome Ada", Outcome.Aborted, "invalid format|abort game;greeting failed|missing words=[]")]
    [InlineData("", Outcome.Aborted, "invalid format|abort game;greeting failed|missing words=[]")]
    public async Task A_greeting_is_judged_by_its_tag_and_words(string response, Outcome outcome, string notes)
    {
        var (interactions, scores) = await PlayAsync(Instance("Ada"), response);

        string.Join(';', interactions.Events.Where(e => e.From == e.To).Select(e => $"{e.Type}|{e.Content}")).ShouldBe(notes);
        scores.Outcome.ShouldBe(outcome);
        scores.MainScore.ShouldBe(outcome switch { Outcome.Success => 100, Outcome.Lose => 0, _ => null });
        scores.Number("Request Count").ShouldBe(1);
        scores.Number("Violated Request Count").ShouldBe(outcome == Outcome.Aborted ? 1 : 0);
    }

    [Fact]
    public async Task An_instance_without_a_prompt_is_refused_by_name()
    {
        var instance = Instance("Ada") with { Properties = new JsonMap([new("game_id", 0L)]) };
        var error = await Should.ThrowAsync<Common.ClemException>(() => PlayAsync(instance, "GREET: hello"));
        error.Id.ShouldBe("Clem.Instance.Incomplete");
        error.Message.ShouldContain("'prompt'");
    }

    [SkippableFact]
    public async Task Official_instances_are_played_to_success_by_mock()
    {
        var instances = await InstanceFile.ReadAsync(ReferenceData.Get("instances/hellogame/instances.json.gz"), "hellogame", default);
        instances.Count.ShouldBe(10);
        foreach (var instance in instances)
            (await PlayAsync(instance, response: null)).Scores.Outcome.ShouldBe(Outcome.Success);
    }

    private static GameInstance Instance(string name) => new()
    {
        Game = "hellogame",
        Experiment = "greet_en",
        InstanceId = 0,
        Properties = new JsonMap([new("game_id", 0L), new("prompt", "Greet them."), new("target_name", name)]),
        ExperimentProperties = JsonMap.Empty,
    };

    private static async Task<(Interactions Interactions, Scoring.EpisodeScores Scores)> PlayAsync(GameInstance instance, string? response)
    {
        await using IModel model = response is null
            ? await new MockBackend().LoadModelAsync(new Models.ModelEntry { Name = "mock", Backend = "mock" }, null, default)
            : new ProgrammaticModel("fixed", _ => response);
        var dialogue = new Dialogue([model], new GenerationOptions(), TimeProvider.System);
        var game = new HelloGame();
        await game.PlayAsync(instance, dialogue, default);
        var interactions = dialogue.ToInteractions(new InteractionsMeta("hellogame", instance.Experiment, instance.InstanceId, "fixed", "test"));
        return (interactions, game.Score(interactions, instance));
    }
}
