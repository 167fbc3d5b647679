using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Module;

/// <summary>The module in a session of its own, beside other libraries that the session has loaded.</summary>
public class LoadContextTests
{
    [Fact]
    public async Task Another_version_of_a_dependency_neither_disturbs_nor_is_disturbed()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("r.yaml"), "- model_name: y\n  backend: mock\n");
        var other = Path.Join(AppContext.BaseDirectory, "fixtures", "YamlDotNet.dll");

        var result = await ShellProcess.CommandAsync($$"""
            [void][System.Reflection.Assembly]::LoadFrom('{{other}}')
            (Get-ClemModel y -RegistryPath '{{folder.File("r.yaml")}}').Name
            [YamlDotNet.Marker]::Text
            [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'YamlDotNet' } |
                ForEach-Object { "$($_.GetName().Version.Major) in $([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name)" } | Sort-Object
            """);

        result.Error.ShouldBeEmpty();
        result.Output.ShouldBe("y\nthe other one\n18 in Clembench\n99 in Default\n");
    }

    [Fact]
    public async Task Public_types_are_type_literals_of_what_cmdlets_give()
    {
        using var folder = new TemporaryFolder();
        var result = await ShellProcess.CommandAsync($$"""
            (Get-ClemModel mock) -is [Clembench.Models.ModelEntry]
            $episode = Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath '{{folder.Path}}'
            $episode -is [Clembench.Results.Episode]
            function Read-Outcome { param([Parameter(ValueFromPipeline)] [Clembench.Results.Episode[]] $Episode) process { $Episode.Outcome } }
            $episode | Read-Outcome
            Import-Module (Get-Module Clembench).Path.Replace('.psm1', '.psd1') -Force
            (Get-ClemModel mock) -is [Clembench.Models.ModelEntry]
            """);

        result.Error.ShouldBeEmpty();
        result.Output.ShouldBe("True\nTrue\nSuccess\nTrue\n");
    }

    [Fact]
    public async Task A_module_from_another_place_is_not_taken_for_the_one_that_is_loaded()
    {
        using var folder = new TemporaryFolder();
        var built = Path.Join(Repository.Root, "out", "Clembench");
        Directory.CreateDirectory(folder.File("Clembench/lib"));
        foreach (var file in Directory.GetFiles(built).Append(Path.Join(built, "lib", "Clembench.Loader.dll")))
            File.Copy(file, Path.Join(folder.File("Clembench"), Path.GetRelativePath(built, file)));

        var result = await ShellProcess.CommandAsync($$"""
            Remove-Module Clembench
            Import-Module '{{folder.File("Clembench/Clembench.psd1")}}'
            (Get-ClemModel mock).Name
            """);

        result.Output.ShouldStartWith("WARNING: This session runs Clembench ");
        result.Output.Split("WARNING").Length.ShouldBe(2);
        result.Output.ReplaceLineEndings("").ShouldContain(folder.Path);
        result.Output.ShouldEndWith("mock\n");
    }
}
