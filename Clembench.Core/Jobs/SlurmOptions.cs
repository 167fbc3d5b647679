namespace Clembench.Jobs;

/// <summary>What Slurm is told of a job, and no other scheduler.</summary>
public sealed record SlurmOptions
{
    /// <summary>The partition, or several with commas.</summary>
    public string? Partition { get; init; }

    /// <summary>The account that pays.</summary>
    public string? Account { get; init; }

    /// <summary>The quality of service.</summary>
    public string? Qos { get; init; }

    /// <summary>The type of the graphics processors.</summary>
    public string? GpuType { get; init; }

    /// <summary>The folder of the tasks' logs, as an absolute path; it has to be there when the job is submitted.</summary>
    public string LogPath { get; init; } = "/tmp";

    /// <summary>Further options of <c>sbatch</c>, each as it stands behind <c>#SBATCH</c>.</summary>
    public IReadOnlyList<string> Directives { get; init; } = [];

    /// <summary>Lines of the shell that make the machine ready, such as <c>module load</c>; the task ends where one fails.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];
}
