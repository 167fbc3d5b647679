using System.Reflection;
using System.Text.RegularExpressions;
using Clembench.Tests.Support;

namespace Clembench.Tests.Security;

/// <summary>Each line of the threat model names the tests that stand for it, and they are there.</summary>
public partial class ThreatModelTests
{
    public static TheoryData<string> Lines => [.. File.ReadAllLines(Path.Join(Repository.Root, "docs/security.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal) && !line.StartsWith("| what |", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_of_the_threat_model_names_tests_that_are_there(string line)
    {
        var cells = line.Trim('|', ' ').Split(" | ");
        cells.Length.ShouldBe(4);
        var names = Name().Matches(cells[3]).Select(match => match.Groups[1].Value).ToArray();
        names.ShouldNotBeEmpty();
        foreach (var name in names)
        {
            if (name.Split(".Tests.ps1: ") is [var file, var test])
            {
                File.ReadAllText(Path.Join(Repository.Root, $"tests.Pester/{file}.Tests.ps1")).ShouldContain($"It '{test}'");
                continue;
            }

            var methods = typeof(ThreatModelTests).Assembly.GetTypes().Where(type => type.Name == name.Split('.')[0]).SelectMany(type => type.GetMethods()).Where(method => method.Name == name.Split('.')[1]);
            methods.ShouldContain(method => method.GetCustomAttributes<FactAttribute>().Any(), $"There is no test {name}.");
        }
    }

    [Fact]
    public void Nothing_is_made_into_code_but_two_scripts_of_our_own()
    {
        string[] own = ["CurrentWorkspace.cs", "ScriptModel.cs"];
        var makers = ((string[])["Clembench.Core", "Clembench.PowerShell"])
            .SelectMany(project => Directory.EnumerateFiles(Path.Join(Repository.Root, project), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => File.ReadLines(file).Where(line => CodeMaker().IsMatch(line)).Select(line => (File: Path.GetFileName(file), Line: line.Trim()))).ToArray();
        makers.Select(maker => maker.File).Order(StringComparer.Ordinal).ShouldBe(own);
        // A text that stands in the source, or a constant.
        makers.ShouldAllBe(maker => Regex.IsMatch(maker.Line, @"AddScript\((""|Call[,)])"));
    }

    [GeneratedRegex(@"InvokeScript|ExpandString|ScriptBlock\.Create|NewScriptBlock|AddScript\(")]
    private static partial Regex CodeMaker();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
