using System.Management.Automation;
using Clembench.PowerShell.Hosting;
using Clembench.Results;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Gives the exact prompts and responses of an episode.</summary>
[Cmdlet(VerbsCommon.Get, "ClemRequest", DefaultParameterSetName = "Path")]
[OutputType(typeof(RequestRecord))]
public sealed class GetClemRequestCommand : EpisodeCmdlet
{
    /// <inheritdoc />
    protected override async Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        foreach (var request in await ResultsReader.ReadRequestsAsync(episode, cancellationToken))
            WriteObject(request);
    }
}
