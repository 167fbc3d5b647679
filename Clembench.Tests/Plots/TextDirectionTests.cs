using Clembench.Plots;

namespace Clembench.Tests.Plots;

public class TextDirectionTests
{
    // Capitals stand for Hebrew letters, as in UAX #9; what is drawn is read from left to right.
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("", "")]
    [InlineData("ABC", "CBA")]
    [InlineData("model-ABC", "model-CBA")]
    [InlineData("ABC-model", "model-CBA")]
    [InlineData("ABC DEF", "FED CBA")]
    [InlineData("abc ABC DEF xyz", "abc FED CBA xyz")]
    [InlineData("ABC 7 DEF", "FED 7 CBA")]
    [InlineData("ABC 12.5", "12.5 CBA")]
    [InlineData("ABC 50%", "50% CBA")]
    [InlineData("abc 12 ABC", "abc 12 CBA")]
    [InlineData("abc ABC 12", "abc 12 CBA")]
    [InlineData("7 ABC", "CBA 7")]
    [InlineData("abc (ABC)", "abc (CBA)")]
    [InlineData("ABC-v2-xyz", "v2-xyz-CBA")]
    [InlineData("...", "...")]
    public void Runs_are_in_the_order_in_which_they_are_drawn(string text, string drawn)
    {
        var hebrew = string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c - 'A' + 'א') : c));
        var runs = TextDirection.Runs(hebrew);
        string.Concat(runs.Select(run =>
        {
            var part = text.Substring(run.Start, run.Length);
            return run.IsRightToLeft ? string.Concat(part.Reverse()) : part;
        })).ShouldBe(drawn);
    }

    [Fact]
    public void A_mark_stays_with_its_letter_and_a_pair_of_surrogates_together()
    {
        TextDirection.Runs("אָב").ShouldBe([new(0, 3, true)]);
        TextDirection.Runs("a\U00010840b").ShouldBe([new(0, 1, false), new(1, 2, true), new(3, 1, false)]);
    }
}
