namespace Clembench.Jobs;

/// <summary>What a cluster starts jobs with.</summary>
public enum JobScheduler
{
    /// <summary>Slurm: a script for <c>sbatch</c> that is an array of tasks.</summary>
    Slurm,

    /// <summary>Kubernetes: a manifest of an Indexed Job (<c>batch/v1</c>).</summary>
    Kubernetes,
}
