using System.Management.Automation;
using Clembench.Common;
using Clembench.PowerShell.Hosting;
using Clembench.Reports;
using Clembench.Results;
using Clembench.Transcripts;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Writes a report on recorded episodes: one HTML file that needs nothing beside it, with the leaderboard, plots, failures, and
/// every dialogue with its exact prompts and responses.
/// </summary>
[Cmdlet(VerbsData.Export, "ClemReport", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportClemReportCommand : ClemCmdlet
{
    private readonly List<string> _folders = [];

    /// <summary>The file to write; one that is there is replaced.</summary>
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

    /// <summary>An episode, as Get-ClemEpisode and Invoke-ClemGame give it: the report is on these alone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Episode", ValueFromPipeline = true)]
    public Episode? Episode { get; set; }

    /// <summary>The heading of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = new ReportOptions().Title;

    /// <summary>How much of the episodes the report holds: dialogues with exact prompts and responses, dialogues, or numbers only.</summary>
    [Parameter]
    public ReportDetail Detail { get; set; } = ReportDetail.Full;

    /// <summary>How often instances are drawn anew for the intervals; 0 for no such intervals.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int Bootstrap { get; set; } = new ReportOptions().Resamples;

    /// <summary>Writes nothing where the file is there already.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Replaces a file also if it is marked as read-only; the mark stays.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Episode is not null)
        {
            _folders.Add(Episode.Path);
            return Task.CompletedTask;
        }

        foreach (var root in ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null))
            _folders.AddRange(ResultsReader.FindEpisodeFolders(root, WriteError));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutFile);
        if (Directory.Exists(path))
        {
            throw new ClemException(
                "Clem.Report.IsFolder", ErrorKind.InvalidArgument, $"'{path}' is a folder.", "Name the file that the report is to be, such as report.html.", path);
        }

        if (NoClobber && File.Exists(path))
        {
            throw new ClemException(
                "Clem.Report.FileExists", ErrorKind.AlreadyExists, $"'{path}' is there already.", "Leave out -NoClobber to replace it, or name another file.", path);
        }

        if (!ShouldProcess(path, $"Write a report on {_folders.Count} episodes"))
            return;
        using (await FileEdit.BeginAsync(path, Force, cancellationToken))
            await WriteAsync(path, cancellationToken);
        WriteObject(new FileInfo(path));
    }

    private async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var errors = new List<ClemException>();
        var activity = new ProgressRecord(0, "Writing the report", path);
        // Reported on the pipeline thread, where alone a cmdlet may write.
        var progress = new Progress<int>(read =>
        {
            if (read % 100 != 0)
                return;
            activity.PercentComplete = 100 * read / Math.Max(1, _folders.Count);
            activity.StatusDescription = $"{read} of {_folders.Count} episodes";
            WriteProgress(activity);
        });
        try
        {
            var options = new ReportOptions { Title = Title, Detail = Detail, Resamples = Bootstrap, Images = GameImages.Of(Workspace) };
            await Task.Run(() => new ReportWriter(ResultsCmdlet.Reader, options, errors.Add).WriteAsync(path, _folders, progress, cancellationToken), cancellationToken);
        }
        finally
        {
            foreach (var error in errors)
                WriteError(error);
            activity.RecordType = ProgressRecordType.Completed;
            WriteProgress(activity);
        }
    }
}
