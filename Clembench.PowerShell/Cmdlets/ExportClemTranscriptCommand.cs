using System.Management.Automation;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Transcripts;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Writes transcripts of episodes: an HTML page with the exact prompt and response behind each message, Markdown, or LaTeX for
/// papers. Whatever a model said is shown, and nothing of it is obeyed.
/// </summary>
[Cmdlet(VerbsData.Export, "ClemTranscript", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportClemTranscriptCommand : EpisodeCmdlet
{
    private TranscriptExporter? _exporter;
    private GameImages? _images;

    /// <summary>The forms to write.</summary>
    [Parameter]
    public TranscriptFormat[] Format { get; set; } = [TranscriptFormat.Html];

    /// <summary>
    /// A folder for the files, as <c>model/game/experiment/instance.html</c>. Where none is named they are written beside the records
    /// of their episodes, as <c>transcript.html</c>, <c>transcript.md</c> and <c>transcript.tex</c>.
    /// </summary>
    [Parameter]
    public string? OutDirectory { get; set; }

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _exporter = new TranscriptExporter(OutDirectory is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutDirectory));
        _images = GameImages.Of(Workspace);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        var formats = Format.Distinct().Where(format => ShouldProcess(_exporter!.PathOf(episode, format), "Write transcript")).ToArray();
        if (formats.Length == 0)
            return;
        var transcript = await TranscriptReader.ReadAsync(episode, _images, cancellationToken);
        foreach (var format in formats)
            WriteObject(await _exporter!.WriteAsync(transcript, format, cancellationToken));
    }
}
