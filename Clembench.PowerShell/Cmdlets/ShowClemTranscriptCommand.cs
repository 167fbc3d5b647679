using System.Management.Automation;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Terminal;
using Clembench.Transcripts;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Shows the conversation of an episode page by page in a terminal; as plain lines of text where there is no terminal, or
/// another command takes them.
/// </summary>
[Cmdlet(VerbsCommon.Show, "ClemTranscript", DefaultParameterSetName = "Path")]
[OutputType(typeof(string))]
public sealed class ShowClemTranscriptCommand : EpisodeCmdlet
{
    private SessionTerminal? _terminal;
    private Pager? _pager;
    private bool _begun;

    /// <summary>The columns of a line; the terminal's where nothing is said.</summary>
    [Parameter]
    [ValidateRange(20, 1000)]
    public int Width { get; set; }

    /// <summary>Puts the lines out at once, without a pager.</summary>
    [Parameter]
    public SwitchParameter NoPager { get; set; }

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _terminal = new SessionTerminal(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        if (_pager is { IsClosed: true })
            return;
        var transcript = await TranscriptReader.ReadAsync(episode, cancellationToken);
        if (!_begun && !NoPager && _terminal!.IsInteractive)
            _pager = Pager.TryStart();
        if (_begun)
            Put("");
        _begun = true;
        foreach (var line in TerminalTranscript.Lines(transcript, Width > 0 ? Width : _terminal!.Width, _terminal!.Style))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Put(line);
        }
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_pager is not null)
            await _pager.FinishAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _pager?.Dispose();
        base.Dispose(disposing);
    }

    private void Put(string line)
    {
        if (_pager is null)
            WriteObject(line);
        else
            _pager.WriteLine(line);
    }
}
