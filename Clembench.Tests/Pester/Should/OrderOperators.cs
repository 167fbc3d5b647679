namespace Clembench.Tests.Pester.Should;

/// <summary>Less and greater.</summary>
internal static class OrderOperators
{
    // As in Pester an operator fails where its opposite holds; with -Not it is its opposite.
    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        new("BeGreaterThan", ["ExpectedValue"], call => Test(call, "gt", "le", "greater than")) { Alias = "GT" },
        new("BeGreaterOrEqual", ["ExpectedValue"], call => Test(call, "ge", "lt", "at least")) { Alias = "GE" },
        new("BeLessThan", ["ExpectedValue"], call => Test(call, "lt", "ge", "less than")) { Alias = "LT" },
        new("BeLessOrEqual", ["ExpectedValue"], call => Test(call, "le", "gt", "at most")) { Alias = "LE" },
    ];

    private static ShouldVerdict Test(ShouldCall call, string name, string opposite, string words)
    {
        var expected = call.Argument("ExpectedValue");
        var failed = Values.Test(call.Actual, call.Negate ? name : opposite, expected);
        return new ShouldVerdict(!failed, $"{words} {ValueText.Of(expected)}", ValueText.Of(call.Actual));
    }
}
