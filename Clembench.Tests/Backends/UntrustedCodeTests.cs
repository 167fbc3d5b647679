using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends;

/// <summary>Code that nobody has trusted does not run, whatever a command finds out about it.</summary>
public sealed class UntrustedCodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public UntrustedCodeTests() =>
        File.Copy(Path.Join(AppContext.BaseDirectory, "fixtures", "marking_api.dll"), _folder.File("marking_api.dll"));

    private string Mark => _folder.File("mark.txt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatIf_runs_nothing_of_an_assembly()
    {
        var result = await RunAsync("Register-ClemBackend ./marking_api.dll -WhatIf; (Get-ClemBackend marking).Trusted");
        result.Error.ShouldBeEmpty();
        result.Output.ShouldContain("What if:");
        result.Output.ShouldEndWith("False\n");
        File.Exists(Mark).ShouldBeFalse();
    }

    [Fact]
    public async Task Registering_loads_the_assembly_and_then_trusts_it()
    {
        var result = await RunAsync("(Register-ClemBackend ./marking_api.dll).Trusted; (Get-ClemBackend marking).Trusted");
        (result.Error, result.Output).ShouldBe(("", "True\nTrue\n"));
        (await File.ReadAllTextAsync(Mark)).ShouldBe("initializer\nconstructor\n");
    }

    [Fact]
    public async Task An_assembly_that_cannot_be_started_is_not_trusted()
    {
        var result = await RunAsync("$env:CLEMBENCH_TEST_MARK_FAILS = '1'; Register-ClemBackend ./marking_api.dll -ErrorAction SilentlyContinue -ErrorVariable e; \"$e\"; (Get-ClemBackend marking).Trusted");
        result.Output.ShouldContain("It does not want to start.");
        result.Output.ShouldEndWith("False\n");
        File.Exists(_folder.File("user/trusted_backends.json")).ShouldBeFalse();
    }

    private Task<ShellResult> RunAsync(string command) => ShellProcess.CommandAsync(
        $"$env:CLEMBENCH_USER_HOME = '{_folder.File("user")}'; $env:CLEMBENCH_TEST_MARK = '{Mark}'; Set-Location '{_folder.Path}'; {command}");
}
