using System.Management.Automation;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Scoring;
using Clembench.Submissions;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Packs results for sharing, in the layout of the public repository of runs: records with scores, tables, the entries of the models,
/// versions, checksums. What should not be shared (keys, paths of this machine, episodes that are not complete) stands against it.
/// </summary>
[Cmdlet(VerbsData.Export, "ClemSubmission", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(DirectoryInfo))]
public sealed class ExportClemSubmissionCommand : ClemCmdlet
{
    private const int MostOfAKind = 20;

    private readonly List<string> _roots = [];

    /// <summary>The zip archive to write, where the name ends in .zip; else the folder. One that is there is replaced, a folder only if it is a submission or empty.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <summary>Result folders, parts of them, or single episodes; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Path", Position = 1)]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["./results"];

    /// <summary>Result folders, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>An episode, as Get-ClemEpisode and Invoke-ClemGame give it: these alone are packed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Episode", ValueFromPipeline = true)]
    public Episode? Episode { get; set; }

    /// <summary>Only models whose folders have these names; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Model { get; set; }

    /// <summary>Only these games; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Game { get; set; }

    /// <summary>What does not stand against packing: what has an episode of these kinds is left out, and secrets and paths are packed as they are.</summary>
    [Parameter]
    public SubmissionProblemKind[] Allow { get; set; } = [];

    /// <summary>Writes nothing where the archive or folder is there already.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Episode is not null)
            _roots.Add(Episode.Path);
        else
            _roots.AddRange(ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_roots.Count == 0)
            return;
        var target = System.IO.Path.TrimEndingDirectorySeparator(SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutFile));
        CheckTarget(target);
        var survey = await SurveyAsync(cancellationToken);
        if (Report(survey) is { } refusal)
            throw refusal;
        if (survey.Episodes == 0)
        {
            throw new ClemException(
                "Clem.Submission.Empty", ErrorKind.NotFound, $"There is no episode to pack in '{string.Join("', '", _roots.Distinct().Take(3))}'.",
                "Check -Path, -Model and -Game; Get-ClemEpisode lists what is recorded.", OutFile);
        }

        if (!ShouldProcess(target, $"Pack {survey.Episodes} episode(s) ({survey.Files.Count} files) of {string.Join(", ", survey.Versions.Models)} in {string.Join(", ", survey.Versions.Games)}"))
            return;
        await ShowAsync("Packing", survey.Files.Count, progress => Task.Run(() => SubmissionWriter.WriteAsync(target, survey, Allow, progress, cancellationToken), cancellationToken));
        WriteObject(SubmissionWriter.IsArchive(target) ? new FileInfo(target) : new DirectoryInfo(target));
    }

    private void CheckTarget(string target)
    {
        if (NoClobber && System.IO.Path.Exists(target))
        {
            throw new ClemException(
                "Clem.Submission.Exists", ErrorKind.AlreadyExists, $"'{target}' is there already.", "Leave out -NoClobber to replace it, or name another one.", target);
        }

        if (SubmissionWriter.IsArchive(target) ? Directory.Exists(target) : File.Exists(target) || (Directory.Exists(target) && !SubmissionWriter.IsReplaceable(target)))
        {
            throw new ClemException(
                "Clem.Submission.Occupied", ErrorKind.AlreadyExists, $"'{target}' is there already, and it is no submission that could be replaced.",
                "Name a folder that does not exist, or an archive whose name ends in .zip.", target);
        }

        var within = target + System.IO.Path.DirectorySeparatorChar;
        if (!SubmissionWriter.IsArchive(target) && _roots.Exists(root => within.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(root) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new ClemException(
                "Clem.Submission.WithinResults", ErrorKind.InvalidArgument, $"'{target}' lies in the results that are to be packed: its records would count twice there.",
                "Name a folder beside the results.", target);
        }
    }

    private async Task<SubmissionSurvey> SurveyAsync(CancellationToken cancellationToken)
    {
        var workspace = Workspace;
        var (model, game) = (NamePattern.Any(Model), NamePattern.Any(Game));
        var source = new SubmissionSource { Roots = [.. _roots.Distinct()], Includes = (modelName, gameName) => model(modelName) && game(gameName) };
        SubmissionSurvey? survey = null;
        await ShowAsync("Looking at records", null, progress => Task.Run(
            async () => survey = await SubmissionSurvey.MakeAsync(
                source, SecretFinder.For(workspace), AbsolutePathFinder.For(workspace), EpisodeScorer.For(workspace), progress, cancellationToken),
            cancellationToken));
        return survey!;
    }

    // Null where nothing stands against packing.
    private ClemException? Report(SubmissionSurvey survey)
    {
        if (survey.Ignored.Count > 0)
            WriteWarning($"{survey.Ignored.Count} file(s) in episodes' folders are no records and are left out, such as '{survey.Ignored[0]}'.");
        var refused = new List<string>();
        foreach (var same in survey.Problems.GroupBy(problem => problem.Kind).OrderBy(group => group.Key))
        {
            if (Allow.Contains(same.Key))
            {
                WriteWarning($"{same.Count()} × {same.Key}, {(same.First().LeavesOut ? "left out" : "packed as it is")}: {string.Join(" ", same.Take(3))}{(same.Count() > 3 ? " …" : "")}");
                continue;
            }

            refused.Add($"{same.Count()} × {same.Key}");
            foreach (var problem in same.Take(MostOfAKind))
                WriteError(new ClemException($"Clem.Submission.{problem.Kind}", ErrorKind.InvalidData, problem.ToString(), problem.Advice, problem));
            if (same.Count() > MostOfAKind)
                WriteError(new ClemException($"Clem.Submission.{same.Key}", ErrorKind.InvalidData, $"And {same.Count() - MostOfAKind} more of the kind {same.Key}.", same.First().Advice, same.Skip(MostOfAKind).ToArray()));
        }

        return refused.Count == 0 ? null : new ClemException(
            "Clem.Submission.Refused", ErrorKind.InvalidData, $"Nothing was packed: {string.Join(", ", refused)}.",
            $"Mend what the errors name; or go on all the same with -Allow {string.Join(", ", refused.Select(one => one[(one.LastIndexOf(' ') + 1)..]))}.", OutFile);
    }

    private async Task ShowAsync(string activity, int? total, Func<IProgress<int>, Task> work)
    {
        var record = new ProgressRecord(0, activity, OutFile);
        // Reported on the pipeline thread, where alone a cmdlet may write.
        var progress = new Progress<int>(done =>
        {
            if (done % 100 != 0 || record.RecordType == ProgressRecordType.Completed)
                return;
            record.StatusDescription = total is null ? $"{done} episodes" : $"{done} of {total} files";
            record.PercentComplete = total is { } all ? 100 * done / Math.Max(1, all) : -1;
            WriteProgress(record);
        });
        try
        {
            await work(progress);
        }
        finally
        {
            record.RecordType = ProgressRecordType.Completed;
            WriteProgress(record);
        }
    }
}
