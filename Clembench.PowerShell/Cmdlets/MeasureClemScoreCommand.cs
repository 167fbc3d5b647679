using System.Management.Automation;
using Clembench.Common;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Scores recorded episodes anew, from their interactions alone. Episodes in folders are scored by several threads, and given in the
/// order of their folders' names; those from the pipeline one by one, as they come.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "ClemScore", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(EpisodeScore))]
public sealed class MeasureClemScoreCommand : ResultsCmdlet
{
    private readonly HashSet<object> _withoutRules = [];
    private EpisodeScorer? _scorer;

    /// <summary>An episode, as Get-ClemEpisode and Invoke-ClemGame give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Episode", ValueFromPipeline = true)]
    public Episode? Episode { get; set; }

    /// <summary>Writes scores.json, as clemcore does, where it is missing or says something else.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    // Several threads look rules up; the workspace is taken here, on the pipeline's thread.
    private EpisodeScorer Scorer
    {
        get
        {
            var workspace = Workspace;
            return _scorer ??= EpisodeScorer.For(workspace);
        }
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Episode is not null)
        {
            await ProcessEpisodeAsync(Episode, cancellationToken);
            return;
        }

        foreach (var root in ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null))
        {
            var none = true;
            var update = Update && ShouldProcess(root, "Write scores.json of each episode");
            await foreach (var (score, error) in Scorer.ScoreAllAsync([root], update, cancellationToken))
            {
                none = false;
                if (score is not null)
                    WriteObject(score);
                else if (error is not null)
                    Report(error);
            }

            if (none)
                WriteWarning($"There is no recorded episode in '{root}'.");
        }
    }

    private async Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        try
        {
            var update = Update && ShouldProcess(System.IO.Path.Join(episode.Path, ScoresFile.Name), "Write");
            WriteObject(await Scorer.ScoreAsync(episode.Path, update, cancellationToken));
        }
        catch (ClemException error)
        {
            Report(error);
        }
    }

    // A game without rules is one error, however many episodes of it there are.
    private void Report(ClemException error)
    {
        if (error.Id != EpisodeScorer.NoRules || _withoutRules.Add(error.Target!))
            WriteError(error);
    }
}
