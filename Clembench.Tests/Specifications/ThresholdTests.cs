using Clembench.Common;
using Clembench.Scoring.Benchmark;
using Clembench.Specifications;

namespace Clembench.Tests.Specifications;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("Played<95", RunMeasure.Played, "*", null, "<", 95)]
    [InlineData(" my-model : clemscore <= 40.5 ", RunMeasure.ClemScore, "my-model", null, "<=", 40.5)]
    [InlineData("gpt-*/taboo: Quality < 40", RunMeasure.Quality, "gpt-*", "taboo", "<", 40)]
    [InlineData("Failed>0", RunMeasure.Failed, "*", null, ">", 0)]
    [InlineData("Change<-5", RunMeasure.Change, "*", null, "<", -5)]
    [InlineData("Minutes>=1e3", RunMeasure.Minutes, "*", null, ">=", 1000)]
    public void A_condition_is_read(string text, RunMeasure measure, string model, string? game, string comparison, double limit)
    {
        var threshold = Threshold.Parse(text);
        (threshold.Measure, threshold.Model, threshold.Game, threshold.Operator, threshold.Limit).ShouldBe((measure, model, game, comparison, limit));
        threshold.Text.ShouldBe(text);
    }

    [Fact]
    public void A_name_as_it_is_and_whatever_its_pattern_fits_are_meant()
    {
        Threshold.Parse("m[1]: Played<1").IsAbout("m[1]", Leaderboard.All, (_, _) => false).ShouldBeTrue();
        Threshold.Parse("m[12]/taboo: Played<1").IsAbout("m1", "taboo", (pattern, name) => pattern == "m[12]" && name == "m1").ShouldBeTrue();
        Threshold.Parse("m/taboo: Played<1").IsAbout("m", Leaderboard.All, (_, _) => true).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Played")]
    [InlineData("Played=95")]
    [InlineData("Playd<95")]
    [InlineData("3<95")]
    [InlineData("Played<many")]
    [InlineData("m/g/x: Played<1")]
    [InlineData("m: Failed>0")]
    public void What_is_no_condition_is_refused(string text) =>
        Should.Throw<ClemException>(() => Threshold.Parse(text)).ShouldSatisfyAllConditions(
            error => error.Id.ShouldBe("Clem.Specification.BadThreshold"), error => error.Action!.ShouldContain("ClemScore"));
}
