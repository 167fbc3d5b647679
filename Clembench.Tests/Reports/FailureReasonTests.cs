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
    public void Quotations_and_numbers_are_left_out_and_what_stands_between_stays(string error, string reason) =>
        FailureReason.Of(Episode(Outcome.Error) with { Error = error }, null).ShouldBe(reason);

    [Fact]
    public void A_long_quotation_does_not_turn_the_others_inside_out() =>
        FailureReason.Of(Episode(Outcome.Error) with { Error = $"\"{new string('x', 500)}\" is missing \"b\"" }, null).ShouldBe("… is missing …");

    [Theory]
    [InlineData("  aborted game\n", "no clue")]
    [InlineData("abort", "no clue")]
    [InlineData("attempts = 3\nof 3", "no clue")]
    [InlineData("no guess", "no guess")]
    public void The_last_note_that_tells_more_than_the_end_is_the_reason(string last, string reason) =>
        FailureReason.Of(Episode(Outcome.Aborted), Notes("no clue", last)).ShouldBe($"invalid: {reason}");

    [Fact]
    public void Long_texts_are_no_longer_looked_at_than_short_ones()
    {
        var space = new string(' ', 1_000_000);
        FailureReason.Of(Episode(Outcome.Aborted), Notes($"{space}no{space}clue", $"{space}abort{space}")).ShouldStartWith("invalid: no ");
        FailureReason.Of(Episode(Outcome.Aborted), Notes($"abort{space}x")).ShouldStartWith("invalid: abort");
    }

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
