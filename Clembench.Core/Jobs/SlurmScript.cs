using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Jobs;

/// <summary>Writes a job as a script for Slurm's <c>sbatch</c>: an array with a task for each part, and task 0 for the evaluation.</summary>
internal static partial class SlurmScript
{
    private const string Delimiter = "CLEMBENCH_POWERSHELL";

    /// <summary>Writes the script.</summary>
    /// <param name="job">The job.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ClemException">A value cannot stand there.</exception>
    public static string Write(JobSpecification job)
    {
        Check(job);
        var text = new StringBuilder();
        Line("#!/bin/bash");
        foreach (var directive in Directives(job))
            Line($"#SBATCH {directive}");
        Line();
        Line($"# {job.Shards} parts of one run, each of which writes into the same results folder. Written by Export-ClemJob.");
        Line("#   submit      sbatch FILE                       (FILE is this file)");
        Line("#   go on       the same again: complete episodes are reused; some parts alone: sbatch --array=3,7 FILE");
        Line("#   evaluate    sbatch --array=0 --dependency=singleton FILE      (waits for the jobs of this name; writes results.csv, raw.csv, results.html)");
        Line("# A task fails while an episode of its part, or a model, is missing. No key stands here: key.json or the environment has them.");
        Line("if [ -z \"${SLURM_ARRAY_TASK_ID:-}\" ]; then echo 'This is a script for sbatch: sbatch FILE' >&2; exit 64; fi");
        Line("set -e");
        foreach (var line in job.Slurm.Setup)
            Line(line.ReplaceLineEndings("\n"));
        Line("set +e");
        Line();
        Line($"IFS= read -r -d '' script <<'{Delimiter}'");
        text.Append(job.Command.ToScript(job, "[int]$env:SLURM_ARRAY_TASK_ID", evaluates: true));
        Line(Delimiter);
        Line($"exec {string.Join(' ', job.Shell.Select(ShellText.Word))} -NoLogo -NoProfile -NonInteractive -Command \"$script\"");
        return text.ToString();

        void Line(string line = "") => text.Append(line).Append('\n');
    }

    private static IEnumerable<string> Directives(JobSpecification job)
    {
        var slurm = job.Slurm;
        yield return $"--job-name={job.Name}";
        yield return $"--array=1-{job.Shards}{(job.MaxParallel is { } most ? $"%{most}" : "")}";
        yield return "--ntasks=1";
        if (job.CpuCount is { } processors)
            yield return $"--cpus-per-task={processors}";
        if (job.Memory is { } bytes)
            yield return $"--mem={(bytes + (1 << 20) - 1) >> 20}M";
        if (job.GpuCount is { } graphics)
            yield return $"--gres=gpu:{(slurm.GpuType is null ? "" : slurm.GpuType + ":")}{graphics}";
        if (job.TimeLimit is { } time)
            yield return string.Create(CultureInfo.InvariantCulture, $"--time={(int)time.TotalDays}-{time:hh\\:mm\\:ss}");
        if (slurm.Partition is not null)
            yield return $"--partition={slurm.Partition}";
        if (slurm.Account is not null)
            yield return $"--account={slurm.Account}";
        if (slurm.Qos is not null)
            yield return $"--qos={slurm.Qos}";
        yield return $"--chdir={Quoted(job.WorkingDirectory)}";
        // %x, %A and %a are the job's name and numbers; a folder's own percent sign is doubled.
        yield return $"--output={Quoted($"{slurm.LogPath.TrimEnd('/').Replace("%", "%%", StringComparison.Ordinal)}/%x-%A_%a.log")}";
        // A task that was preempted, or whose machine failed, is started again, goes on where it was, and writes on in its log.
        yield return "--requeue";
        yield return "--open-mode=append";
        foreach (var directive in slurm.Directives)
            yield return directive.Trim();
    }

    // sbatch takes apart its lines itself: a backslash stands before what is meant as it is.
    private static string Quoted(string text) =>
        Word().IsMatch(text) ? text : $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void Check(JobSpecification job)
    {
        const string Word = "Slurm's names have letters, digits and _ . + - only.";
        JobValue.Check(job.Name, "the name of a job", Name(), Word);
        JobValue.Check(job.Slurm.Account, "an account", Name(), Word);
        JobValue.Check(job.Slurm.Qos, "a quality of service", Name(), Word);
        JobValue.Check(job.Slurm.GpuType, "a type of graphics processor", Name(), Word);
        JobValue.Check(job.Slurm.Partition, "a partition", Names(), $"{Word} Several have commas between them.");
        JobValue.CheckText(job.WorkingDirectory);
        JobValue.CheckText(job.Slurm.LogPath);
        if (job.Slurm.LogPath.Contains('\\', StringComparison.Ordinal))
        {
            throw new ClemException(
                "Clem.Job.BadValue", ErrorKind.InvalidArgument, $"'{job.Slurm.LogPath}' cannot be the folder of logs: a backslash has a meaning of its own for Slurm there.",
                "Give another -LogPath.", job.Slurm.LogPath);
        }

        foreach (var directive in job.Slurm.Directives)
        {
            JobValue.CheckText(directive);
            JobValue.Check(directive.Trim(), "an option of sbatch", Option(), "Give it as it stands behind #SBATCH, such as '--constraint=a100' or '-C a100'.");
            if (Array().IsMatch(directive.Trim()))
            {
                throw new ClemException(
                    "Clem.Job.BadValue", ErrorKind.InvalidArgument, $"'{directive}' cannot be added: the array is the run's parts.",
                    "Use -Shards and -MaxParallel; some parts alone are chosen when the script is submitted: sbatch --array=3,7.", directive);
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.+-]{1,128}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_.+-]+(,[A-Za-z0-9_.+-]+)*\z")]
    private static partial Regex Names();

    [GeneratedRegex(@"^(--[a-z]|-[A-Za-z])")]
    private static partial Regex Option();

    [GeneratedRegex(@"^(--ar(r(ay?)?)?\b|-a)")]
    private static partial Regex Array();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,-]+\z")]
    private static partial Regex Word();
}
