using System.Collections.Concurrent;
using Clembench.Tests.Pester.Model;
using Clembench.Tests.Support;
using Xunit.Sdk;

namespace Clembench.Tests.Pester;

/// <summary>Runs the files of tests.Pester in the embedded engine: one case for each of their tests.</summary>
[Collection(PesterAlone.Name)]
public class PesterTests
{
    private static readonly string Folder = Path.Join(Repository.Root, "tests.Pester");

    private static readonly ConcurrentDictionary<string, PesterFile> Files = new(StringComparer.Ordinal);

    public static TheoryData<string> FileNames => [.. Names()];

    public static TheoryData<PesterCase> Cases =>
        [.. Names().SelectMany(name => FileOf(name).Discover().Tests.Select(t => new PesterCase(name, t.Index, t.Path)))];

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void It(PesterCase test)
    {
        var file = FileOf(test.File).Run();
        var result = file.Tests.ElementAtOrDefault(test.Index)
            ?? throw new PesterFailedException(file.Errors is [] ? [Missing(test)] : file.Errors);
        if (result.Outcome == PesterOutcome.Failed) throw new PesterFailedException(result.Errors);
        Skip.If(result.Outcome is PesterOutcome.Skipped or PesterOutcome.Inconclusive, result.Reason);
    }

    // What fails outside of tests: discovery, set-up and tear-down of blocks.
    [Theory]
    [MemberData(nameof(FileNames))]
    public void File_is_discovered_set_up_and_torn_down(string file)
    {
        var result = FileOf(file).Run();
        if (result.Errors.Count > 0) throw new PesterFailedException(result.Errors);
    }

    private static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*.Tests.ps1", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static PesterFile FileOf(string name) => Files.GetOrAdd(name, n => new PesterFile(Path.Join(Folder, n)));

    private static PesterError Missing(PesterCase test) =>
        new($"The file has no test number {test.Index} any more ('{test.Path}').", "PesterNoTest", test.File, 0, string.Empty);
}

/// <summary>A failed test of a Pester file; its stack is the script's.</summary>
public sealed class PesterFailedException(IReadOnlyList<PesterError> errors)
    : XunitException(string.Join("\n\n", errors.Select(e => $"{e}\n{e.ScriptStack}".TrimEnd())))
{
    public override string StackTrace { get; } = string.Join("\n", errors.Where(e => e.Line > 0).Select(e => e.Frame));
}
