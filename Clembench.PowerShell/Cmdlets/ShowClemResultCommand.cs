using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using Clembench.PowerShell.Hosting;
using Clembench.Reports;
using Clembench.Reports.Live;
using Clembench.Transcripts;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Shows the report on a results folder while a run goes on: a page on this machine alone, whose address has a random part. It
/// is served until Ctrl+C.
/// </summary>
[Cmdlet(VerbsCommon.Show, "ClemResult", DefaultParameterSetName = "Path")]
[OutputType(typeof(LivePage))]
public sealed class ShowClemResultCommand : ClemCmdlet
{
    private readonly List<string> _roots = [];

    /// <summary>Result folders or parts of them; wildcards are allowed. A folder that is not there yet has no episodes yet.</summary>
    [Parameter(ParameterSetName = "Path", Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["./results"];

    /// <summary>Result folders, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>The heading of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = new ReportOptions().Title;

    /// <summary>The port on the loopback interface; 0 for any that is free.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>Opens the page in the user's browser.</summary>
    [Parameter]
    public SwitchParameter Open { get; set; }

    /// <summary>After how many seconds the page is no longer served; 0 for not before Ctrl+C.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int TimeoutSec { get; set; }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var path in LiteralPath ?? Path)
        {
            if (LiteralPath is not null || !WildcardPattern.ContainsWildcardCharacters(path))
                _roots.Add(SessionState.Path.GetUnresolvedProviderPathFromPSPath(path));
            else
                _roots.AddRange(ResolvePaths([path], literal: false));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_roots.Count == 0)
            return;
        await using var server = LiveReportServer.Start(ResultsCmdlet.Reader, _roots, new ReportOptions { Title = Title, Images = GameImages.Of(Workspace) }, Port);
        WriteObject(server.Page);
        WriteVerbose($"The page is served until Ctrl+C{(TimeoutSec > 0 ? $", or for {TimeoutSec} s" : "")}.");
        if (Open)
            OpenBrowser(server.Address);
        await Task.Delay(TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private void OpenBrowser(Uri address)
    {
        try
        {
            Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true })?.Dispose();
        }
        catch (Win32Exception error)
        {
            WriteWarning($"No browser could be started ({error.Message}): open the address yourself.");
        }
    }
}
