namespace Clembench.Jobs;

/// <summary>A job that has been written.</summary>
public sealed record JobFile
{
    /// <summary>The file, as an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>What starts the job.</summary>
    public required JobScheduler Scheduler { get; init; }

    /// <summary>What the cluster calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The number of parts.</summary>
    public required int Shards { get; init; }

    /// <summary>The number of episodes of all parts; null where what is played lies on the cluster alone.</summary>
    public int? Episodes { get; init; }

    /// <summary>The results folder, as the tasks see it.</summary>
    public required string ResultsPath { get; init; }

    /// <summary>The folder of the tasks' logs; null where the cluster keeps them itself.</summary>
    public string? LogPath { get; init; }

    /// <summary>The command that submits the job.</summary>
    public required string SubmitCommand { get; init; }

    /// <summary>The command that submits it again, so that what is left is played.</summary>
    public required string ResumeCommand { get; init; }

    /// <summary>The command that evaluates the results when the job has ended; null where that is done elsewhere.</summary>
    public string? EvaluateCommand { get; init; }

    /// <summary>Describes a job's file.</summary>
    /// <param name="path">The file, as an absolute path.</param>
    /// <param name="job">The job.</param>
    /// <param name="episodes">The number of episodes; null where it is not known.</param>
    /// <returns>The description.</returns>
    public static JobFile Of(string path, JobSpecification job, int? episodes)
    {
        ArgumentNullException.ThrowIfNull(job);
        var isSlurm = job.Scheduler == JobScheduler.Slurm;
        var file = ShellText.Word(path);
        return new JobFile
        {
            Path = path,
            Scheduler = job.Scheduler,
            Name = job.Name,
            Shards = job.Shards,
            Episodes = episodes,
            ResultsPath = job.ResultsPath,
            LogPath = isSlurm ? job.Slurm.LogPath : null,
            SubmitCommand = isSlurm ? $"sbatch {file}" : $"kubectl apply -f {file}",
            ResumeCommand = isSlurm ? $"sbatch {file}" : $"kubectl replace --force -f {file}",
            EvaluateCommand = isSlurm ? $"sbatch --array=0 --dependency=singleton {file}" : null,
        };
    }
}
