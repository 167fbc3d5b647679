namespace Clembench.Tests.Pester.Model;

/// <summary>How a test of a Pester file ended.</summary>
public enum PesterOutcome
{
    Passed,
    Failed,
    Skipped,
    Inconclusive,
}

/// <summary>A test as discovery finds it.</summary>
/// <param name="Index">The position among the file's tests, from 0.</param>
/// <param name="Path">The names from the outermost block to the test; templates that need a set-up stand as written.</param>
/// <param name="Line">The line of its It, from 1.</param>
/// <param name="Tags">Its tags and those of its blocks.</param>
public sealed record PesterDiscoveredTest(int Index, string Path, int Line, IReadOnlyList<string> Tags);

/// <summary>What discovery found in a file.</summary>
/// <param name="Tests">The tests; none if there is an error.</param>
/// <param name="Error">Why discovery failed; null if it did not.</param>
public sealed record PesterDiscovery(IReadOnlyList<PesterDiscoveredTest> Tests, PesterError? Error);

/// <summary>The result of a test.</summary>
/// <param name="Path">The names from the outermost block to the test.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it ran, with its set-up and tear-down.</param>
/// <param name="Reason">Why it was skipped or is inconclusive; null otherwise.</param>
/// <param name="Errors">What failed: the test, its set-up, or its tear-down.</param>
public sealed record PesterTestResult(
    string Path, PesterOutcome Outcome, TimeSpan Duration, string? Reason, IReadOnlyList<PesterError> Errors);

/// <summary>The results of a file.</summary>
/// <param name="Tests">One for each discovered test, in that order.</param>
/// <param name="Errors">What failed outside of tests: discovery, BeforeAll, AfterAll, the runner itself.</param>
public sealed record PesterFileResult(IReadOnlyList<PesterTestResult> Tests, IReadOnlyList<PesterError> Errors);
