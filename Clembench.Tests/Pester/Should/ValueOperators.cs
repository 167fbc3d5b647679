using System.Collections;
using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>Truth, emptiness and type.</summary>
internal static class ValueOperators
{
    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        new("BeTrue", [], call => call.Verdict(LanguagePrimitives.IsTrue(call.Actual), "$true or true as a condition")),
        new("BeFalse", [], call => call.Verdict(!LanguagePrimitives.IsTrue(call.Actual), "$false or false as a condition")),
        new("BeNullOrEmpty", [], call => call.Verdict(IsNullOrEmpty(call.Actual), "$null or empty")) { TakesArray = true },
        new("BeOfType", ["ExpectedType"], BeOfType) { Alias = "HaveType" },
    ];

    private static bool IsNullOrEmpty(object? actual) => actual switch
    {
        null or object?[] { Length: 0 } => true,
        object?[] { Length: 1 } one => Values.Base(one[0]) is Hashtable map ? map.Count == 0 : LanguagePrimitives.ConvertTo<string>(one[0]).Length == 0,
        _ => false,
    };

    private static ShouldVerdict BeOfType(ShouldCall call)
    {
        var type = Values.TypeOf(call.Argument("ExpectedType"));
        var actual = Values.Base(call.Actual);
        return call.Verdict(
            Values.Test(call.Actual, "is", type), $"a value of the type {ValueText.Of(type)}", actual is null ? null : $"Its type is {ValueText.Of(actual.GetType())}.");
    }
}
