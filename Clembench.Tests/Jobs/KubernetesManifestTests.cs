using System.Text;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Jobs;
using Clembench.Json;
using Clembench.Oracles;
using Clembench.Tests.Oracles;
using CsCheck;

namespace Clembench.Tests.Jobs;

/// <summary>Manifests of Indexed Jobs, by the published schema of Kubernetes.</summary>
public class KubernetesManifestTests
{
    private static readonly JsonMap Toleration = JsonMap.Parse("""{"spec": {"template": {"spec": {"tolerations": [{"key": "gpu", "operator": "Exists"}]}}}}""");

    [SkippableFact]
    public async Task Manifests_are_what_the_published_schema_says_and_wrong_ones_are_not()
    {
        using var schema = Schema();
        var plain = JobTextTests.Job(JobScheduler.Kubernetes);
        var all = plain with
        {
            Shards = 1000,
            MaxParallel = 50,
            TimeLimit = TimeSpan.FromHours(30),
            Memory = 16L << 30,
            CpuCount = 4,
            GpuCount = 1,
            Kubernetes = plain.Kubernetes with { Namespace = "lab", KeySource = "clembench-keys", MountPath = "/mnt/shared data", Patch = Toleration },
        };
        foreach (var job in (JobSpecification[])[plain, all])
        {
            var (value, errors, unknown) = await CheckAsync(schema, job.ToText());
            errors.ShouldBeEmpty();
            unknown.ShouldBeEmpty();
            At(value, "kind").ShouldBe("Job");
            At(value, "spec", "completions").ShouldBe((long)job.Shards);
        }

        // What the same check says of manifests in which one thing is wrong each.
        foreach (var (right, wrong, path) in ((string, string, string)[])
        [
            ("completionMode: Indexed", "completionMode: Numbered", "/spec/completionMode"), ("completions: 16", "completions: many", "/spec/completions"), ("completions: 16", "completion: 16", "/spec/completion"),
            ("restartPolicy: Never", "restartPolicy: Rarely", "/spec/template/spec/restartPolicy"), ("- name: clembench\n", "- nome: clembench\n", "/spec/template/spec/containers/0"),
            ("operator: In", "operator: Within", "/spec/podFailurePolicy/rules/1/onExitCodes/operator"), ("status: \"True\"", "status: True", "/spec/podFailurePolicy/rules/0/onPodConditions/0/status"),
            ("mountPath:", "mounted:", "/spec/template/spec/containers/0/volumeMounts/0"),
        ])
        {
            var text = plain.ToText();
            text.ShouldContain(right);
            var (_, errors, unknown) = await CheckAsync(schema, text.Replace(right, wrong, StringComparison.Ordinal));
            errors.Concat(unknown).ShouldContain(told => told.StartsWith(path, StringComparison.Ordinal), wrong);
        }
    }

    [SkippableFact]
    public async Task Whatever_texts_a_job_has_reach_the_container_as_they_are()
    {
        using var schema = Schema();
        string[] texts = ["it's", "’; exit; ’", "$(OPENAI_API_KEY)", "$$(X) $$$", "a: b # c", "- x", "yes", "0x1F", "1_000", "\"q\" \\n", "{a: b}", "&a *b !c |", "%x", "漢字 🤖", " lead", "trail ", "tab-less", "~", "2026-11-29"];
        var job = JobTextTests.Job(JobScheduler.Kubernetes) with
        {
            Command = new JobCommand(texts, ByRole: true, [new("Experiment", texts)]),
            ResultsPath = "/data/$(HOME)/'r'",
            WorkingDirectory = "/data/yes: no",
            Shell = ["/opt/$(X)/pwsh"],
        };
        var (value, errors, unknown) = await CheckAsync(schema, job.ToText());
        errors.ShouldBeEmpty();
        unknown.ShouldBeEmpty();
        var container = (JsonMap)((object?[])At(value, "spec", "template", "spec", "containers")!)[0]!;
        container["workingDir"].ShouldBe("/data/yes: no");
        var command = ((object?[])container["command"]!).Cast<string>().Select(Expand).ToArray();
        command[0].ShouldBe("/opt/$(X)/pwsh");
        command[^1].ShouldContain(PowerShellText.Literal(texts));
        command[^1].ShouldContain("$results = '/data/$(HOME)/''r'''");
        command[^1].ShouldBe(job.Command.ToScript(job, "1 + [int]$env:JOB_COMPLETION_INDEX", evaluates: false));
    }

    [Fact]
    public void Texts_come_back_from_YAML_as_they_were() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["ab: #-'\"\n\t\\$%&*!|>{}[],?~0123.eEyYnN\u0085\u2028\ufeff"], 0, 12], Gen.OneOfConst("a\n", "a\n\nb\n\n", "\na", "  a\n b", "a \n", "# a\nb", "---\n", "true", "null", "1e3", "0o7")).Sample(text =>
    {
        if (text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar))
            return;
        var document = new JsonMap([new("a", text), new("b", new object?[] { text, JsonMap.Empty, Array.Empty<object?>(), new JsonMap([new("c", text)]) }), new("d", 1.5), new("e", null), new("f", true), new("g", 7L)]);
        EntryDocument.Parse("x.yaml", YamlDocument.Write(document)).Entries[0].Value!.ToString().ShouldBe(document.ToString());
    });

    [Fact]
    public void What_Kubernetes_needs_and_is_not_given_is_an_error()
    {
        var job = JobTextTests.Job(JobScheduler.Kubernetes);
        Should.Throw<ClemException>((job with { Kubernetes = job.Kubernetes with { Image = null } }).ToText).Id.ShouldBe("Clem.Job.OptionMissing");
        Should.Throw<ClemException>((job with { Kubernetes = job.Kubernetes with { VolumeClaim = null } }).ToText).Id.ShouldBe("Clem.Job.OptionMissing");
        foreach (var bad in (JobSpecification[])
        [
            job with { Name = "Clem_Bench" }, job with { Name = new string('a', 61) }, job with { Kubernetes = job.Kubernetes with { Image = "a b" } }, job with { Kubernetes = job.Kubernetes with { Namespace = "a.b" } },
            job with { Kubernetes = job.Kubernetes with { KeySource = "a\nb" } }, job with { Kubernetes = job.Kubernetes with { MountPath = "data" } }, job with { Kubernetes = job.Kubernetes with { VolumeClaim = "A" } },
        ])
        {
            Should.Throw<ClemException>(bad.ToText).Id.ShouldBe("Clem.Job.BadValue");
        }
    }

    [Fact]
    public void A_patch_replaces_adds_and_takes_away()
    {
        var job = JobTextTests.Job(JobScheduler.Kubernetes);
        var patch = JsonMap.Parse("""{"metadata": {"labels": {"queue": "night"}}, "spec": {"backoffLimitPerIndex": 1, "podFailurePolicy": null, "template": {"spec": {"serviceAccountName": "runner"}}}}""");
        var value = (JsonMap)EntryDocument.Parse("x.yaml", (job with { Kubernetes = job.Kubernetes with { Patch = patch } }).ToText()).Entries[0].Value!;
        At(value, "metadata", "labels", "queue").ShouldBe("night");
        At(value, "metadata", "labels", "app.kubernetes.io/name").ShouldBe("clembench");
        At(value, "spec", "backoffLimitPerIndex").ShouldBe(1L);
        ((JsonMap)At(value, "spec")!).ContainsKey("podFailurePolicy").ShouldBeFalse();
        At(value, "spec", "template", "spec", "serviceAccountName").ShouldBe("runner");
        At(value, "spec", "template", "spec", "restartPolicy").ShouldBe("Never");
    }

    [Theory]
    [InlineData("""{"spec": {"template": {"spec": {"containers": [{"env": [{"name": "LANG", "value": "C"}]}]}}}}""")]
    [InlineData("""{"spec": {"template": {"spec": {"containers": null}}}}""")]
    [InlineData("""{"spec": {"template": null}}""")]
    [InlineData("""{"spec": "all"}""")]
    public void A_patch_that_takes_the_container_away_is_refused(string patch)
    {
        var job = JobTextTests.Job(JobScheduler.Kubernetes);
        Should.Throw<ClemException>((job with { Kubernetes = job.Kubernetes with { Patch = JsonMap.Parse(patch) } }).ToText).Id.ShouldBe("Clem.Job.BadPatch");
    }

    // What Kubernetes' documentation says of the commands of containers: $(NAME) is the value of a variable, $$ a dollar sign; a reference to nothing stays.
    private static string Expand(string word)
    {
        var text = new StringBuilder();
        for (var at = 0; at < word.Length; at++)
        {
            if (word[at] == '$' && at + 1 < word.Length && word[at + 1] == '$')
                text.Append(word[at++]);
            else if (word[at] == '$' && at + 1 < word.Length && word[at + 1] == '(' && word.IndexOf(')', at) is > 0 and var end)
                (_, at) = (text.Append("SECRET"), end);
            else
                text.Append(word[at]);
        }

        return text.ToString();
    }

    private static object? At(JsonMap map, params ReadOnlySpan<string> path)
    {
        object? value = map;
        foreach (var name in path)
            value = ((JsonMap)value!)[name];
        return value;
    }

    private static OracleProcess Schema()
    {
        Skip.IfNot(
            Directory.Exists(Path.Join(Installed.Folder, "node_modules", "kubernetes-models")),
            "The npm packages of the oracles are not installed (npm ci --ignore-scripts in Clembench.Tests/Oracles).");
        return new OracleProcess("node", [Path.Join(Installed.Folder, "kubernetes.mjs")], TimeSpan.FromMinutes(1));
    }

    private static async Task<(JsonMap Value, IReadOnlyList<string> Errors, IReadOnlyList<string> Unknown)> CheckAsync(OracleProcess schema, string manifest)
    {
        var answer = JsonMap.Parse((await schema.AskAsync([OracleJson.Write(new JsonMap([new("manifest", manifest)]))]))[0] ?? throw new InvalidOperationException("The schema's check gave no answer."));
        return (answer.GetOrDefault<JsonMap>("value") ?? JsonMap.Empty, [.. answer.GetOrDefault<object?[]>("errors")!.Cast<string>()], [.. answer.GetOrDefault<object?[]>("unknown")!.Cast<string>()]);
    }
}
