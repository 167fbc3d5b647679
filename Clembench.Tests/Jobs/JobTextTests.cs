using System.Diagnostics;
using System.Management.Automation.Language;
using Clembench.Common;
using Clembench.Jobs;
using Clembench.Json;
using Clembench.Submissions;
using CsCheck;

namespace Clembench.Tests.Jobs;

/// <summary>What people say of a job, in the languages that a job's file is written in.</summary>
public class JobTextTests
{
    // The characters that mean something to PowerShell, bash, sbatch, or YAML, and some that look like them.
    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.Char["'\"`$\\%#;&|<>(){}[]*?!~ -=,:@^‘’‚‛“”„–—\u00a0é漢"].Array[0, 12].Select(characters => new string(characters)),
        Gen.String[Gen.Char[' ', '~'], 0, 30],
        Gen.OneOfConst("CLEMBENCH_POWERSHELL", "$(touch x)", "'; exit 0; '", "’; Remove-Item x; ’", "-Force", "@{}", "$env:HOME", "$$(X)", "$(OPENAI_API_KEY)", "true", "null", "0x10", "1e3", "- a", "a: b", "a #b", "…", "🤖"));

    [Fact]
    public void A_text_is_one_literal_of_PowerShell_with_just_its_value() => Hostile.Sample(text =>
    {
        var tree = Parser.ParseInput(PowerShellText.Literal(text), out _, out var errors);
        errors.ShouldBeEmpty();
        Pure(tree).ShouldBeOfType<StringConstantExpressionAst>().Value.ShouldBe(text);
    });

    [Fact]
    public void A_list_is_an_array_of_literals() => Hostile.Array[0, 5].Sample(texts =>
    {
        var tree = Parser.ParseInput($"$x = {PowerShellText.Literal(texts)}", out _, out var errors);
        errors.ShouldBeEmpty();
        tree.FindAll(node => node is StringConstantExpressionAst, searchNestedScriptBlocks: true).Cast<StringConstantExpressionAst>().Select(node => node.Value).ShouldBe(texts);
        tree.FindAll(node => node is CommandAst or SubExpressionAst or VariableExpressionAst { VariablePath.UserPath: not "x" }, searchNestedScriptBlocks: true).ShouldBeEmpty();
    });

    [SkippableFact]
    public void A_word_of_the_shell_has_just_its_value()
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no POSIX shell here.");
        Hostile.Array[1, 200].Sample(
            texts =>
            {
                var start = new ProcessStartInfo("sh", ["-c", $"printf '%s\\0' {string.Join(' ', texts.Select(ShellText.Word))}"]) { RedirectStandardOutput = true, StandardOutputEncoding = System.Text.Encoding.UTF8 };
                using var shell = Process.Start(start)!;
                shell.StandardOutput.ReadToEnd().Split('\0')[..^1].ShouldBe(texts);
            },
            iter: 20);
    }

    [Fact]
    public void A_text_that_would_not_stay_on_its_line_is_refused()
    {
        foreach (var text in (string[])["a\nb", "a\0", "\u001b[2J", "a\u2028b", "a\u0085b", "\ud800", "a\udc00", "\ud83e\udd16\ud83e"])
        {
            Should.Throw<ClemException>(() => PowerShellText.Literal(text)).Id.ShouldBe("Clem.Job.BadText");
            Should.Throw<ClemException>(() => ShellText.Word(text)).Id.ShouldBe("Clem.Job.BadText");
        }
    }

    [Fact]
    public void A_script_for_sbatch_has_what_was_asked_for_in_its_head()
    {
        var script = (Job(JobScheduler.Slurm) with
        {
            MaxParallel = 4,
            TimeLimit = new TimeSpan(2, 12, 30, 0),
            Memory = 16L << 30,
            CpuCount = 8,
            GpuCount = 2,
            Slurm = new SlurmOptions { Partition = "gpu,long", Account = "proj1", Qos = "high", GpuType = "a100", LogPath = "/logs", Directives = ["--constraint=nvme", "-x node7"], Setup = ["module load dotnet"] },
        }).ToText();
        var head = script.Split('\n').Skip(1).TakeWhile(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(line => line[8..]);
        head.ShouldBe(
        [
            "--job-name=clembench", "--array=1-16%4", "--ntasks=1", "--cpus-per-task=8", "--mem=16384M", "--gres=gpu:a100:2", "--time=2-12:30:00", "--partition=gpu,long", "--account=proj1",
            "--qos=high", "--chdir=/work", "--output=/logs/%x-%A_%a.log", "--requeue", "--open-mode=append", "--constraint=nvme", "-x node7",
        ]);
        script.ShouldStartWith("#!/bin/bash\n");
        script.ShouldContain("\nset -e\nmodule load dotnet\nset +e\n");
        script.ShouldContain("Shard = \"$part/16\"");
        script.ShouldNotContain('\r');
    }

    [Theory]
    [InlineData("90", "01:30:00")]
    [InlineData("1:30", "00:01:30")]
    [InlineData("1:30:00", "01:30:00")]
    [InlineData("2-12", "2.12:00:00")]
    [InlineData("2-12:30", "2.12:30:00")]
    [InlineData("0-0:0:5", "00:00:05")]
    public void Times_are_Slurms(string text, string time) => JobValue.ParseTime(text).ShouldBe(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("4G", 4L << 30)]
    [InlineData("4GB", 4L << 30)]
    [InlineData("4Gi", 4L << 30)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("4294967296", 4L << 30)]
    [InlineData("500M", 500L << 20)]
    public void Memory_has_units(string text, long bytes) => JobValue.ParseMemory(text).ShouldBe(bytes);

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("an hour")]
    [InlineData("1:2:3:4")]
    [InlineData("90\n")]
    [InlineData("")]
    public void What_is_no_time_is_refused(string text) => Should.Throw<ClemException>(() => JobValue.ParseTime(text)).Id.ShouldBe("Clem.Job.BadTime");

    [Theory]
    [InlineData("4000")]
    [InlineData("4X")]
    [InlineData("-1G")]
    [InlineData("99999999999999999T")]
    [InlineData("")]
    public void What_is_no_memory_is_refused(string text) => Should.Throw<ClemException>(() => JobValue.ParseMemory(text)).Id.ShouldBe("Clem.Job.BadMemory");

    [Fact]
    public void Names_and_options_that_Slurm_would_take_for_something_else_are_refused()
    {
        var job = Job(JobScheduler.Slurm);
        foreach (var bad in (JobSpecification[])
        [
            job with { Name = "a b" }, job with { Name = "x\n#SBATCH --wrap=id" }, job with { Slurm = job.Slurm with { Partition = "a;b" } }, job with { Slurm = job.Slurm with { Account = "$(id)" } },
            job with { Slurm = job.Slurm with { GpuType = "a:1" } }, job with { Slurm = job.Slurm with { LogPath = @"/a\b" } }, job with { Slurm = job.Slurm with { Directives = ["--array=1-3"] } },
            job with { Slurm = job.Slurm with { Directives = ["-a 1-3"] } }, job with { Slurm = job.Slurm with { Directives = ["rm -rf x"] } }, job with { Slurm = job.Slurm with { Directives = ["--comment=a\nid"] } },
            job with { WorkingDirectory = "/a\nid" }, job with { ResultsPath = "/a\nCLEMBENCH_POWERSHELL\nid" },
        ])
        {
            Should.Throw<ClemException>(bad.ToText).Id.ShouldStartWith("Clem.Job.Bad");
        }
    }

    [Fact]
    public void Keys_are_found_wherever_they_would_stand()
    {
        Should.Throw<ClemException>(() => JobSecrets.Check("m", JsonMap.Parse("""{"model_name": "m", "model_config": {"api_key": "sk-1"}}"""))).Id.ShouldBe("Clem.Job.HasSecret");
        Should.Throw<ClemException>(() => JobSecrets.Check("m", JsonMap.Parse("""{"model_name": "m", "base_url": "http://user:pass@host/v1"}"""))).Id.ShouldBe("Clem.Job.HasSecret");
        var known = new SecretFinder([("the key of 'openai'", "sk-known-key-1"), ("a placeholder", "abc")]);
        foreach (var text in (string[])["export OPENAI_API_KEY=sk-abc", "#SBATCH --export=ALL,HF_TOKEN='abc'", "say sk-known-key-1 aloud", "curl -H 'x: hf_" + new string('a', 34) + "'", "get https://me:" + "pass@host/x"])
        {
            var error = Should.Throw<ClemException>(() => JobSecrets.Check(text, known), text);
            error.Id.ShouldBe("Clem.Job.HasSecret");
            error.Message.ShouldNotContain("known-key");
        }

        foreach (var text in (string[])["export OPENAI_API_KEY=$(cat ~/key)", "export HF_TOKEN=\"$TOKEN\"", "- name: OPENAI_API_KEY\n  valueFrom:\n    secretKeyRef: {}", "export OPENAI_API_KEY=\n", "a short key: abc", "get https://me:$PASSWORD@host/x"])
            JobSecrets.Check(text, known);
        foreach (var variable in (string[])["""{"name": "OPENAI_API_KEY", "value": "sk-abc"}""", """{"value": "x", "name": "MY_SECRET"}"""])
            Should.Throw<ClemException>(() => JobSecrets.CheckVariables(JsonMap.Parse($$"""{"containers": [{"env": [{{variable}}]}]}"""))).Id.ShouldBe("Clem.Job.HasSecret");
        JobSecrets.CheckVariables(JsonMap.Parse("""{"env": [{"name": "OPENAI_API_KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "openai"}}}, {"name": "LANG", "value": "C"}]}"""));
    }

    /// <summary>A job as most are.</summary>
    internal static JobSpecification Job(JobScheduler scheduler) => new()
    {
        Scheduler = scheduler,
        Shards = 16,
        Command = new JobCommand(["mock"], ByRole: false, [new("Game", new[] { "hellogame" }), new("Temperature", 0.5), new("Durable", true)]),
        ResultsPath = "/data/results",
        Shell = ["pwsh"],
        Module = "Clembench",
        WorkingDirectory = scheduler == JobScheduler.Slurm ? "/work" : "/data",
        Kubernetes = new KubernetesOptions { Image = "registry.local:5000/lab/clembench:1.0", VolumeClaim = "results" },
    };

    private static ExpressionAst? Pure(ScriptBlockAst tree) =>
        tree.EndBlock.Statements is [PipelineAst { PipelineElements: [CommandExpressionAst only] }] ? only.Expression : null;
}
