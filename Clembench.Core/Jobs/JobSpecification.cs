namespace Clembench.Jobs;

/// <summary>A run that is to be played on a cluster, in parts that lie in one results folder.</summary>
public sealed record JobSpecification
{
    /// <summary>What starts the parts.</summary>
    public required JobScheduler Scheduler { get; init; }

    /// <summary>The number of parts, from 1: a task for each.</summary>
    public required int Shards { get; init; }

    /// <summary>What the cluster calls the job.</summary>
    public string Name { get; init; } = "clembench";

    /// <summary>What is played: the parameters of Invoke-ClemGame but for the results folder and the part, as they are there.</summary>
    public required JobCommand Command { get; init; }

    /// <summary>The results folder, as an absolute path on the machines that play.</summary>
    public required string ResultsPath { get; init; }

    /// <summary>The program that runs PowerShell there, with the arguments that come before all others.</summary>
    public required IReadOnlyList<string> Shell { get; init; }

    /// <summary>The module there: a path, or the name of one that is installed.</summary>
    public required string Module { get; init; }

    /// <summary>The folder that tasks start in, as an absolute path there: registries and keys are looked up in it.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The most tasks that run at once; null for as many as there is room for.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>The longest time that a task may take; null for what the cluster gives.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The memory of a task in bytes; null for what the cluster gives.</summary>
    public long? Memory { get; init; }

    /// <summary>The processors of a task; null for what the cluster gives.</summary>
    public int? CpuCount { get; init; }

    /// <summary>The graphics processors of a task; null for none.</summary>
    public int? GpuCount { get; init; }

    /// <summary>What Slurm alone is told.</summary>
    public SlurmOptions Slurm { get; init; } = new();

    /// <summary>What Kubernetes alone is told.</summary>
    public KubernetesOptions Kubernetes { get; init; } = new();

    /// <summary>The job as the text of a file.</summary>
    /// <returns>A script for <c>sbatch</c>, or a manifest.</returns>
    /// <exception cref="Common.ClemException">A value cannot stand there, or is missing.</exception>
    public string ToText() => Scheduler == JobScheduler.Slurm ? SlurmScript.Write(this) : KubernetesManifest.Write(this);
}
