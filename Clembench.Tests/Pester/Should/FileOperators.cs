using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>-Exist and what a file says.</summary>
internal static class FileOperators
{
    public static IReadOnlyList<ShouldOperator> All { get; } =
    [
        new("Exist", [], call => call.Verdict(
            call.State.InvokeProvider.Item.Exists(LanguagePrimitives.ConvertTo<string>(call.Actual)), "a path that exists")),
        new("FileContentMatch", ["ExpectedContent"], call => Test(call, "match", Lines)),
        new("FileContentMatchExactly", ["ExpectedContent"], call => Test(call, "cmatch", Lines)),
        new("FileContentMatchMultiline", ["ExpectedContent"], call => Test(call, "match", Whole)),
        new("FileContentMatchMultilineExactly", ["ExpectedContent"], call => Test(call, "cmatch", Whole)),
    ];

    private static ShouldVerdict Test(ShouldCall call, string name, Func<string, IEnumerable<string>> read)
    {
        var pattern = call.Argument("ExpectedContent");
        var paths = call.State.Path.GetResolvedProviderPathFromPSPath(LanguagePrimitives.ConvertTo<string>(call.Actual), out _);
        return call.Verdict(paths.SelectMany(read).Any(text => Values.Test(text, name, pattern)), $"a file with a match of {ValueText.Of(pattern)}");
    }

    private static IEnumerable<string> Lines(string path) => File.ReadLines(path);

    private static IEnumerable<string> Whole(string path) => [File.ReadAllText(path)];
}
