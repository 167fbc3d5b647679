using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Guide;

/// <summary>What a person reads of Add-ClemModel in a terminal.</summary>
public sealed class AddClemModelPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatIf_tells_the_entry_and_what_would_be_played()
    {
        var result = await ShellProcess.CommandAsync(
            $"$env:CLEMBENCH_USER_HOME = '{_folder.File("user")}'; Set-Location '{_folder.Path}'; "
            + "Add-ClemModel -Path (Join-Path (Get-Module Clembench).ModuleBase models/tiny-greeter) -Name planned -WhatIf | Out-Null");
        result.Error.ShouldBeEmpty();
        var lines = result.Output.Split('\n').Where(line => line.StartsWith("What if:", StringComparison.Ordinal)).ToArray();
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"model_name\":\"planned\"");
        lines[0].ShouldContain("model_registry.json");
        lines[1].ShouldContain("Play hellogame with 'planned'");
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }
}
