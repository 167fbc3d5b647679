namespace Clembench.Tests.Pester.Should;

/// <summary>-Be and -BeExactly: equal as <c>-eq</c> and <c>-ceq</c> have it, arrays item by item.</summary>
internal static class EqualityOperators
{
    private const int MaximumDepth = 100;

    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        new("Be", ["ExpectedValue"], call => Test(call, "eq")) { Alias = "EQ", TakesArray = true },
        new("BeExactly", ["ExpectedValue"], call => Test(call, "ceq")) { Alias = "CEQ", TakesArray = true },
    ];

    private static ShouldVerdict Test(ShouldCall call, string equals)
    {
        var expected = call.Argument("ExpectedValue");
        var equal = AreEqual(Values.AsArray(call.Actual), Values.AsArray(expected), equals, 0);
        // One piped value was put into an array only to be compared.
        var actual = call.Actual is object?[] { Length: 1 } one && Values.Base(expected) is not Array ? one[0] : call.Actual;
        return new ShouldVerdict(equal != call.Negate, ValueText.Of(expected), ValueText.Of(actual)) { Detail = equal ? null : Difference(expected, actual, equals) };
    }

    private static bool AreEqual(object?[] first, object?[] second, string equals, int depth)
    {
        if (depth > MaximumDepth) throw new ArgumentException($"The arrays are nested deeper than {MaximumDepth}; one may contain itself.");
        if (IsNothing(first) || IsNothing(second)) return IsNothing(first) && IsNothing(second);
        if (first.Length != second.Length) return false;
        for (var i = 0; i < first.Length; i++)
        {
            var same = Values.Base(first[i]) is Array || Values.Base(second[i]) is Array
                ? AreEqual(Values.AsArray(first[i]), Values.AsArray(second[i]), equals, depth + 1)
                : Values.Test(second[i], equals, first[i]);
            if (!same) return false;
        }

        return true;
    }

    private static bool IsNothing(object?[] array) => array is [] or [null];

    private static string? Difference(object? expected, object? actual, string equals)
    {
        if (Values.Base(expected) is string wanted && Values.Base(actual) is string found)
        {
            var comparison = equals == "ceq" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            var index = 0;
            while (index < Math.Min(wanted.Length, found.Length) && string.Equals(wanted[index..(index + 1)], found[index..(index + 1)], comparison)) index++;
            return $"The first difference is at index {index}; the lengths are {wanted.Length} and {found.Length}.";
        }

        return Values.Base(expected) is Array { Length: var many } && Values.Base(actual) is Array { Length: var other } && many != other
            ? $"The lengths are {many} and {other}."
            : null;
    }
}
