namespace Clembench.Tests.Pester.Should;

/// <summary>Wildcards and regular expressions.</summary>
internal static class TextOperators
{
    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        new("BeLike", ["ExpectedValue"], call => Test(call, "like", "ExpectedValue", "like")),
        new("BeLikeExactly", ["ExpectedValue"], call => Test(call, "clike", "ExpectedValue", "exactly like")),
        new("Match", ["RegularExpression"], call => Test(call, "match", "RegularExpression", "a match of")),
        new("MatchExactly", ["RegularExpression"], call => Test(call, "cmatch", "RegularExpression", "an exact match of")) { Alias = "CMATCH" },
    ];

    private static ShouldVerdict Test(ShouldCall call, string name, string parameter, string words)
    {
        var pattern = call.Argument(parameter);
        return call.Verdict(Values.Test(call.Actual, name, pattern), $"{words} {ValueText.Of(pattern)}");
    }
}
