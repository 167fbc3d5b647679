using Clembench.Reports;
using Clembench.Results;

namespace Clembench.Tests.Reports;

public sealed class FailureReasonTests
{
    [Theory]
    [InlineData("the answer \"cat\" does not begin with \"CLUE:\"", "the answer … does not begin with …")]
    [InlineData("\"a\" is missing \"b\"", "… is missing …")]
    [InlineData("\"a\" is wrong \"b\"", "… is wrong …")]
    [InlineData("\"\" is not 'b', nor 3.5, nor \"c", "… is not …, nor …, nor \"c")]
    [InlineData("it took 12ms, 1,024 tokens and 3/4 calls after 5.", "it took …, … tokens and … calls after ….")]
    [InlineData("request 6e1f0b52-9d1c-4d3f-8a50-2c1b7f0a9e77 to https://h:8080/v1 (req_0a1b2c3d) failed", "request … to … (…) failed")]
    [InlineData("the service answered (HTTP 429) after 3 attempts; Error code: 503", "the service answered (HTTP 429) after … attempts; Error code: 503")]
    [InlineData("The model `gpt-4o` does not exist", "The model … does not exist")]
    [InlineData("The model 'mock' at http://127.0.0.1:1/v1 did not answer: no", "did not answer: no")]
    [InlineData("mock: no such thing", "no such thing")]
    [InlineData("mocking is no name", "mocking is no name")]
    [InlineData("mock", "mock")]
    public void Quotations_and_numbers_are_left_out_and_what_stands_between_stays(string error, string reason) =>
        Text(Episode(Outcome.Error) with { Error = error }, null).ShouldBe(reason);

    [Fact]
    public void A_long_quotation_does_not_turn_the_others_inside_out() =>
        FailureReason.Of(Episode(Outcome.Error) with { Error = $"\"{new string('x', 500)}\" is missing \"b\"" }, null)!.Text.ShouldBe("… is missing …");

    [Theory]
    [InlineData("  aborted game\n", "no clue")]
    [InlineData("abort", "no clue")]
    [InlineData("attempts = 3\nof 3", "no clue")]
    [InlineData("no guess", "no guess")]
    public void The_last_note_that_tells_more_than_the_end_is_the_reason(string last, string reason) =>
        Text(Episode(Outcome.Aborted), Notes("no clue", last)).ShouldBe($"invalid: {reason}");

    [Fact]
    public void Long_texts_are_no_longer_looked_at_than_short_ones()
    {
        var space = new string(' ', 1_000_000);
        Text(Episode(Outcome.Aborted), Notes($"{space}no{space}clue", $"{space}abort{space}")).ShouldStartWith("invalid: no ");
        Text(Episode(Outcome.Aborted), Notes($"abort{space}x")).ShouldStartWith("invalid: abort");
    }

    [Fact]
    public void The_example_is_what_the_episode_says_itself()
    {
        FailureReason.Of(Episode(Outcome.Error) with { Error = "mock: 3 things failed\nand more" }, null)!.Example.ShouldBe("mock: 3 things failed");
        FailureReason.Of(Episode(Outcome.Aborted), Notes("'cat' has 3 letters"))!.ShouldBe(new FailureReason("invalid: … has … letters", "invalid: 'cat' has 3 letters"));
        FailureReason.Of(Episode(Outcome.Lose), Notes("no"))!.ShouldBeNull();
    }

    private static string Text(Episode episode, Interactions? interactions) => FailureReason.Of(episode, interactions)!.Text;

    private static Episode Episode(Outcome outcome) => new()
    {
        Model = "mock",
        Game = "taboo",
        Experiment = "x",
        InstanceId = 1,
        Outcome = outcome,
        Path = "/results/mock/taboo/x/instance_00001",
    };

    private static Interactions Notes(params string[] texts) => new()
    {
        Meta = new InteractionsMeta("taboo", "x", 1, "mock", "1"),
        Players = [],
        Rounds = [[.. texts.Select(text => new InteractionEvent { Turn = 0, From = "GM", To = "GM", Type = "invalid", Content = text })]],
    };
}
