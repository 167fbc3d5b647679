using System.Text;
using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;

namespace Clembench.Jobs;

/// <summary>Writes a job as a manifest of an Indexed Job (<c>batch/v1</c>, Kubernetes 1.29 and later): an index for each part, each started again on its own.</summary>
internal static partial class KubernetesManifest
{
    // A label of a host's name has 63 characters, and the pods of an Indexed Job are called NAME-INDEX.
    private const int LongestName = 63;

    // How often a part is started again after it has ended without success. Preemption and drained nodes do not count.
    private const long Repetitions = 3;

    private const string Container = "clembench";
    private const string Volume = "data";

    /// <summary>Writes the manifest.</summary>
    /// <param name="job">The job.</param>
    /// <returns>YAML.</returns>
    /// <exception cref="ClemException">A value cannot stand there, or is missing.</exception>
    public static string Write(JobSpecification job)
    {
        Check(job);
        var manifest = JsonMergePatch.Apply(Manifest(job), job.Kubernetes.Patch);
        JobSecrets.CheckVariables(manifest);
        CheckContainers(manifest);
        return $"""
            # {job.Shards} parts of one run, each of which writes into the same results folder. Written by Export-ClemJob.
            #   submit     kubectl apply -f FILE                (FILE is this file)
            #   go on      kubectl replace --force -f FILE      (complete episodes are reused)
            #   evaluate   Measure-ClemBenchmark, where the volume is mounted
            # A part fails while an episode of it, or a model, is missing. No key stands here: a Secret has them.

            """.ReplaceLineEndings("\n") + YamlDocument.Write(manifest);
    }

    private static JsonMap Manifest(JobSpecification job)
    {
        var labels = Map(("app.kubernetes.io/name", "clembench"), ("app.kubernetes.io/instance", job.Name));
        return Map(
            ("apiVersion", "batch/v1"),
            ("kind", "Job"),
            ("metadata", Map(("name", job.Name), ("namespace", job.Kubernetes.Namespace), ("labels", labels))),
            ("spec", Map(
                ("completionMode", "Indexed"),
                ("completions", (long)job.Shards),
                ("parallelism", (long)Math.Min(job.MaxParallel ?? job.Shards, job.Shards)),
                ("backoffLimitPerIndex", Repetitions),
                ("podReplacementPolicy", "Failed"),
                ("podFailurePolicy", Map(("rules", (object?[])
                [
                    Map(("action", "Ignore"), ("onPodConditions", (object?[])[Map(("type", "DisruptionTarget"), ("status", "True"))])),
                    Map(("action", "FailJob"), ("onExitCodes", Map(
                        ("containerName", Container), ("operator", "In"), ("values", (object?[])[(long)JobCommand.NotWorthRepeating])))),
                ]))),
                ("template", Map(("metadata", Map(("labels", labels))), ("spec", Pod(job)))))));
    }

    private static JsonMap Pod(JobSpecification job)
    {
        var options = job.Kubernetes;
        // Memory is a limit as well as a request, so that a part that needs more ends and not its neighbours; the processor's time is shared.
        var memory = job.Memory is { } bytes ? $"{(bytes + (1 << 20) - 1) >> 20}Mi" : null;
        var processors = job.CpuCount?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var graphics = job.GpuCount?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var resources = Map(
            ("requests", NotEmpty(Map(("cpu", processors), ("memory", memory)))),
            ("limits", NotEmpty(Map(("memory", memory), ("nvidia.com/gpu", graphics)))));
        object?[] command =
        [
            .. job.Shell, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
            job.Command.ToScript(job, "1 + [int]$env:JOB_COMPLETION_INDEX", evaluates: false),
        ];
        return Map(
            ("restartPolicy", "Never"),
            ("automountServiceAccountToken", false),
            ("activeDeadlineSeconds", job.TimeLimit is { } time ? (long)time.TotalSeconds : null),
            ("containers", (object?[])
            [
                Map(
                    ("name", Container),
                    ("image", options.Image),
                    ("command", Array.ConvertAll(command, word => (object?)Unexpanded((string)word!))),
                    ("workingDir", job.WorkingDirectory),
                    ("envFrom", options.KeySource is null ? null : (object?[])[Map(("secretRef", Map(("name", options.KeySource))))]),
                    ("resources", NotEmpty(resources)),
                    ("securityContext", Map(("allowPrivilegeEscalation", false), ("capabilities", Map(("drop", (object?[])["ALL"]))))),
                    ("volumeMounts", options.VolumeClaim is null ? null : (object?[])[Map(("name", Volume), ("mountPath", options.MountPath))])),
            ]),
            ("volumes", options.VolumeClaim is null
                ? null
                : (object?[])[Map(("name", Volume), ("persistentVolumeClaim", Map(("claimName", options.VolumeClaim))))]));
    }

    // Kubernetes puts the values of variables, keys among them, in place of $(NAME) in a command; $$ stands for a dollar sign that means itself.
    private static string Unexpanded(string word)
    {
        var text = new StringBuilder();
        for (var at = 0; at < word.Length; at++)
        {
            if (word[at] == '$' && at + 1 < word.Length && word[at + 1] is '$' or '(')
                text.Append('$');
            text.Append(word[at]);
        }

        return text.ToString();
    }

    private static void Check(JobSpecification job)
    {
        var options = job.Kubernetes;
        var longest = LongestName - 1 - (job.Shards - 1).ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        JobValue.Check(job.Name.Length > longest ? " " + job.Name : job.Name, "the name of a job", Label(), $"Kubernetes' names have small letters, digits and - only, and for {job.Shards} parts at most {longest} characters.");
        JobValue.Check(options.Namespace, "a namespace", Label(), "Kubernetes' names have small letters, digits and - only.");
        JobValue.Check(options.VolumeClaim, "a volume claim", Subdomain(), "Kubernetes' names have small letters, digits, - and . only.");
        JobValue.Check(options.KeySource, "a Secret", Subdomain(), "Kubernetes' names have small letters, digits, - and . only.");
        JobValue.Check(options.Image, "a container image", Image(), "Give it as name:tag or name@digest, with the registry in front where it is not the usual one.");
        JobValue.Check(options.MountPath, "where a volume is mounted", Absolute(), "Give an absolute path without a colon, such as /data.");
        JobValue.CheckText(job.WorkingDirectory);
        if (options.Image is null)
            throw Missing("-Image", "the container image that has PowerShell and the module");
        if (options.VolumeClaim is null && (options.Patch.GetOrDefault<JsonMap>("spec")?.GetOrDefault<JsonMap>("template")?.GetOrDefault<JsonMap>("spec"))?.ContainsKey("volumes") != true)
            throw Missing("-VolumeClaim", "the persistent volume claim that results are kept in (they would be lost with the pods)");
    }

    // A patch that is to add something to a container replaces all of them: what is left would be accepted by nobody, and nobody here would say so.
    private static void CheckContainers(JsonMap manifest)
    {
        object? value = manifest;
        foreach (var name in (string[])["spec", "template", "spec", "containers"])
            value = (value as JsonMap)?.GetValueOrDefault(name);
        if (value is not object?[] { Length: > 0 } containers || !Array.TrueForAll(containers, container => container is JsonMap map && map.GetOrDefault<string>("name") is not null && map.GetOrDefault<string>("image") is not null))
        {
            throw new ClemException(
                "Clem.Job.BadPatch", ErrorKind.InvalidArgument, "With the patch a container of the job has no name or no image: a list in a patch stands in place of the whole list.",
                "Leave spec.template.spec.containers out of -Patch, or give whole containers there.");
        }
    }

    private static ClemException Missing(string option, string what) => new(
        "Clem.Job.OptionMissing", ErrorKind.InvalidArgument, $"A job for Kubernetes needs {option}: {what}.", $"Add {option}.", option);

    private static JsonMap? NotEmpty(JsonMap map) => map.Count == 0 ? null : map;

    // Members without a value are left out.
    private static JsonMap Map(params (string Name, object? Value)[] members) =>
        new(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^(?=.{1,253}\z)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,499}\z")]
    private static partial Regex Image();

    [GeneratedRegex(@"^/[^:\p{C}]*\z")]
    private static partial Regex Absolute();
}
