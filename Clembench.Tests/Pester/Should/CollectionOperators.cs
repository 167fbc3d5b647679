using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>Size of a collection and what is in it.</summary>
internal static class CollectionOperators
{
    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        new("HaveCount", ["ExpectedValue"], HaveCount) { TakesArray = true },
        new("Contain", ["ExpectedValue"], call => call.Verdict(
            Values.Test(call.Actual, "contains", call.Argument("ExpectedValue")), $"a collection with {ValueText.Of(call.Argument("ExpectedValue"))}")) { TakesArray = true },
        new("BeIn", ["ExpectedValue"], call => call.Verdict(
            Values.Test(call.Argument("ExpectedValue"), "contains", call.Actual), $"one of {ValueText.Of(call.Argument("ExpectedValue"))}")),
    ];

    private static ShouldVerdict HaveCount(ShouldCall call)
    {
        var expected = LanguagePrimitives.ConvertTo<int>(call.Argument("ExpectedValue"));
        if (expected < 0) throw new ArgumentException("-HaveCount needs a count of 0 or more.");
        var count = call.Actual is object?[] { Length: var length } ? length : 0;
        return call.Verdict(count == expected, $"{expected} values", $"There are {count}.");
    }
}
