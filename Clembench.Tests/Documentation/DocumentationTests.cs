using System.Diagnostics;
using System.Text.RegularExpressions;
using Clembench.Tests.Support;
using Markdig;
using Markdig.Syntax;
using YamlDotNet.RepresentationModel;

namespace Clembench.Tests.Documentation;

/// <summary>What pages show beside commands: files for other programs, and the names of measurements. (tests.Pester/Docs.Tests.ps1 runs the commands.)</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Docs = Path.Join(Repository.Root, "docs");

    [Fact]
    public void Each_YAML_file_can_be_read()
    {
        var blocks = Directory.GetFiles(Docs, "*.md").SelectMany(page => Blocks(page, "yaml")).ToList();
        blocks.ShouldNotBeEmpty();
        foreach (var block in blocks)
            Read(block);
    }

    [Fact]
    public void The_workflow_has_the_form_of_one()
    {
        var workflow = Read(Blocks(Path.Join(Docs, "nightly.md"), "yaml").Single(text => text.Contains("runs-on", StringComparison.Ordinal)));
        workflow.Children.Keys.Select(key => key.ToString()).ShouldBe(["on", "jobs"]);
        foreach (var (_, job) in (YamlMappingNode)workflow["jobs"])
        {
            job["runs-on"].ToString().ShouldNotBeEmpty();
            foreach (var step in ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>())
            {
                step.Children.Keys.Select(key => key.ToString()).Count(key => key is "uses" or "run").ShouldBe(1);
                step.Children.Keys.Select(key => key.ToString()).ShouldBeSubsetOf(["uses", "run", "with", "env", "if", "shell", "working-directory"]);
            }
        }
    }

    [SkippableFact]
    public async Task The_units_of_systemd_are_what_systemd_accepts()
    {
        const string Program = "/usr/bin/systemd-analyze";
        Skip.IfNot(File.Exists(Program), "systemd-analyze is not here.");
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["verify", "--man=no", "--generators=no"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var unit in Blocks(Path.Join(Docs, "nightly.md"), "ini"))
        {
            var path = folder.File(Path.GetFileName(unit[2..unit.IndexOf('\n', StringComparison.Ordinal)]));
            // It looks for the program, which machines of tests need not have.
            await File.WriteAllTextAsync(path, unit.Replace("/usr/bin/pwsh", "/usr/bin/env", StringComparison.Ordinal));
            start.ArgumentList.Add(path);
        }

        start.ArgumentList.Count.ShouldBe(5);
        using var verify = Process.Start(start)!;
        var output = verify.StandardOutput.ReadToEndAsync();
        var errors = await verify.StandardError.ReadToEndAsync();
        await verify.WaitForExitAsync();
        // What it does not understand it passes over with a line, and an exit code of 0. Other units of the machine are none of our business.
        verify.ExitCode.ShouldBe(0, errors);
        $"{await output}{errors}".Split('\n').Where(line => line.Contains(folder.Path, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_measurement_that_the_page_names_is_one_of_all_and_the_other_way_round()
    {
        var page = await File.ReadAllTextAsync(Path.Join(Docs, "benchmarks.md"));
        var program = await File.ReadAllTextAsync(Path.Join(Repository.Root, "Clembench.Benchmarks", "Program.cs"));
        var named = Command().Matches(page).Select(match => match.Groups[1].Value).Where(name => name != "all").Distinct().Order(StringComparer.Ordinal).ToList();
        var all = Name().Matches(AllNames().Match(program).Groups[1].Value).Select(match => match.Groups[1].Value).Append("--filter").Order(StringComparer.Ordinal);
        named.ShouldBe(all);
        foreach (var name in named.Where(name => name != "--filter"))
            program.ShouldContain($"case [\"{name}\"");
    }

    private static YamlMappingNode Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Single().RootNode.ShouldBeOfType<YamlMappingNode>();
    }

    private static IEnumerable<string> Blocks(string page, string language) => Markdown.Parse(File.ReadAllText(page))
        .Descendants<FencedCodeBlock>().Where(block => block.Info == language).Select(block => block.Lines.ToString());

    [GeneratedRegex(@"Clembench\.Benchmarks -- ([\w-]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"string\[\] names = \[(.*?)\]")]
    private static partial Regex AllNames();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Name();
}
