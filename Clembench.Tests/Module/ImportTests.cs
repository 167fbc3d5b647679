using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Module;

/// <summary>What an import brings into a session, which is what it costs: the <c>import</c> benchmark has the time.</summary>
public class ImportTests
{
    private const string Loaded = """
        function Get-Loaded {
            @([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name -eq 'Clembench' } |
                ForEach-Object { $_.GetName().Name } | Sort-Object) -join ' '
        }
        """;

    [Fact]
    public async Task An_import_loads_the_modules_own_assemblies_and_no_library()
    {
        var result = await ShellProcess.CommandAsync($"{Loaded}\nGet-Loaded");
        result.Error.ShouldBeEmpty();
        result.Output.ShouldBe("Clembench.Core Clembench.PowerShell\n");
    }

    [Fact]
    public async Task A_run_with_mock_loads_nothing_for_services_plots_tables_or_yaml()
    {
        using var folder = new TemporaryFolder();
        var result = await ShellProcess.CommandAsync(
            $"{Loaded}\n$null = Get-ClemModel mock | Invoke-ClemGame hellogame -InstanceId 0 -ResultsPath '{folder.Path}'\nGet-Loaded");
        result.Error.ShouldBeEmpty();
        string[] heavy = ["OpenAI", "YamlDotNet", "ScottPlot", "SkiaSharp", "Parquet", "Lucene.Net"];
        result.Output.Split([' ', '\n']).ShouldNotContain(name => heavy.Contains(name));
    }
}
