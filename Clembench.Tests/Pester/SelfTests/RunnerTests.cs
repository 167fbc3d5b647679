using Clembench.Tests.Pester.Model;
using Clembench.Tests.Support;

namespace Clembench.Tests.Pester.SelfTests;

/// <summary>The runner itself: files whose tests must pass, fail or be skipped in known ways.</summary>
[Collection(PesterAlone.Name)]
public class RunnerTests
{
    private static readonly string Folder = Path.Join(Repository.Root, "Clembench.Tests", "Pester", "SelfTests", "Fixtures");

    [Theory]
    [InlineData("Assertions.ps1", 103)]
    [InlineData("Scopes.ps1", 12)]
    [InlineData("Names.ps1", 13)]
    [InlineData("Outcomes.ps1", 28)]
    public void Every_test_ends_as_its_tag_says(string name, int count)
    {
        using var file = new PesterFile(Path.Join(Folder, name));
        var discovery = file.Discover();
        discovery.Error.ShouldBeNull();

        var result = file.Run();
        result.Errors.ShouldBeEmpty();
        var wrong = discovery.Tests.Zip(result.Tests)
            .Where(pair => pair.Second.Outcome != ExpectedOutcome(pair.First))
            .Select(pair => $"line {pair.First.Line}: {pair.Second.Path}: {pair.Second.Outcome} {string.Join("; ", pair.Second.Errors)}");
        wrong.ShouldBeEmpty();
        discovery.Tests.Count.ShouldBe(count);
        result.Tests.Count.ShouldBe(count);
    }

    [Fact]
    public void Failures_say_what_was_expected_and_where()
    {
        using var file = new PesterFile(Path.Join(Folder, "Outcomes.ps1"));
        var tests = file.Run().Tests;

        var assertion = tests.First(t => t.Path == "outcomes › fails by an assertion").Errors.ShouldHaveSingleItem();
        assertion.Line.ShouldBe(5);
        assertion.Id.ShouldStartWith("PesterAssertionFailed");
        assertion.Message.ShouldBe("Should -Be does not hold, because one is not two.\nexpected: 2\nactual:   1");
        assertion.ScriptStack.ShouldNotContain("No file");

        tests.First(t => t.Path.EndsWith("fails by an assertion in a function", StringComparison.Ordinal)).Errors.ShouldHaveSingleItem().Line.ShouldBe(13);
        tests.First(t => t.Path.EndsWith("assertion that goes on", StringComparison.Ordinal)).Errors.Select(e => e.Line).ShouldBe([23, 24]);
        tests.First(t => t.Path.EndsWith("fails by Mock, which the runner does not have", StringComparison.Ordinal))
            .Errors.ShouldHaveSingleItem().Message.ShouldBe("'Mock' is not supported by this runner.");
        tests.First(t => t.Path.EndsWith("skips itself", StringComparison.Ordinal)).Reason.ShouldBe("is skipped, because it wants to");
    }

    [Fact]
    public void Names_are_filled_in_at_discovery_as_far_as_data_goes_and_then_in_the_run()
    {
        using var file = new PesterFile(Path.Join(Folder, "Names.ps1"));
        string[] common =
        [
            "rows › number 1", "rows › number 2", "rows › one is 1, not 2", "rows › two is 2, not 3",
        ];
        string[] blocks =
        [
            "block a › has 1 of a", "block a › has 2 of a", "block a › hands its data on", "block b › has 3 of b", "block b › hands its data on", "loop first › is a block", "loop second › is a block",
        ];
        file.Discover().Tests.Select(t => t.Path).ShouldBe(
            [.. common, "rows › stays <as it is>, <late>", "rows › is not filled from discovery: <notForNames>", .. blocks]);
        file.Run().Tests.Select(t => t.Path).ShouldBe(
            [.. common, "rows › stays <as it is>, known late", "rows › is not filled from discovery: ", .. blocks]);
    }

    [Fact]
    public void A_failed_set_up_fails_its_tests_and_a_failed_tear_down_fails_the_file()
    {
        using var file = new PesterFile(Path.Join(Folder, "FailingBlocks.ps1"));
        var result = file.Run();
        result.Tests.Select(t => t.Outcome).ShouldBe(
        [
            PesterOutcome.Failed, PesterOutcome.Failed, PesterOutcome.Failed, PesterOutcome.Passed, PesterOutcome.Passed,
        ]);
        result.Tests[0].Errors.ShouldHaveSingleItem().Message.ShouldBe("BeforeAll of 'BeforeAll that fails' failed: no ground to stand on");
        result.Errors.Select(e => (e.Line, e.Message)).ShouldBe(
        [
            (4, "BeforeAll of 'BeforeAll that fails' failed: no ground to stand on"),
            (6, "AfterAll of 'BeforeAll that fails' failed: AfterAll ran all the same"),
            (18, "AfterAll of 'AfterAll that fails' failed: no end"),
        ]);
    }

    [Theory]
    [InlineData("Throws.ps1", 3, "at discovery")]
    [InlineData("DoesNotParse.ps1", 1, "Missing closing '}'")]
    [InlineData("TestInRoot.ps1", 1, "stands in no Describe")]
    [InlineData("BeforeEachInRoot.ps1", 1, "'BeforeEach' can stand only in")]
    [InlineData("TwoBeforeAll.ps1", 3, "second 'BeforeAll'")]
    [InlineData("EmptyForEach.ps1", 2, "has no value")]
    [InlineData("Parameters.ps1", 0, "not supported by this runner")]
    [InlineData("UnknownParameter.ps1", 2, "'Focus'")]
    [InlineData("RefusedCommand.ps1", 2, "'New-PesterConfiguration' is not supported by this runner.")]
    [InlineData("NoSuchFile.ps1", 0, "There is no test file")]
    public void A_failed_discovery_fails_the_file(string name, int line, string message)
    {
        using var file = new PesterFile(Path.Join(Folder, "Discovery", name));
        file.Discover().Tests.ShouldBeEmpty();
        var error = file.Run().Errors.ShouldHaveSingleItem();
        error.Message.ShouldContain(message);
        error.Line.ShouldBe(line);
    }

    [Fact]
    public void A_file_leaves_the_process_as_it_was()
    {
        const string variable = "CLEMBENCH_RUNNER_TEST";
        using var folder = new TemporaryFolder();
        var path = folder.File("Environment.ps1");
        File.WriteAllText(path, $$"""
            Describe 'x' {
                It 'y' {
                    $env:{{variable}} = 'set'
                    $env:PATH = 'gone'
                    [System.IO.Directory]::SetCurrentDirectory($TestDrive)
                    Set-Location TestDrive:/
                }
            }
            """);
        var (before, search) = (Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable("PATH"));
        using var file = new PesterFile(path);
        file.Run().Tests.ShouldHaveSingleItem().Outcome.ShouldBe(PesterOutcome.Passed);
        Environment.GetEnvironmentVariable(variable).ShouldBeNull();
        Environment.GetEnvironmentVariable("PATH").ShouldBe(search);
        Directory.GetCurrentDirectory().ShouldBe(before);
    }

    private static PesterOutcome ExpectedOutcome(PesterDiscoveredTest test) => test.Tags switch
    {
        ["Fails", ..] => PesterOutcome.Failed,
        ["Skipped", ..] => PesterOutcome.Skipped,
        ["Inconclusive", ..] => PesterOutcome.Inconclusive,
        _ => PesterOutcome.Passed,
    };
}
