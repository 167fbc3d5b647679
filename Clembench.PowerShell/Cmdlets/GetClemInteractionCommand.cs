using System.Management.Automation;
using Clembench.PowerShell.Hosting;
using Clembench.Results;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Gives the events of an episode: what was said, and the game master's notes.</summary>
[Cmdlet(VerbsCommon.Get, "ClemInteraction", DefaultParameterSetName = "Path")]
[OutputType(typeof(InteractionEvent))]
public sealed class GetClemInteractionCommand : EpisodeCmdlet
{
    /// <inheritdoc />
    protected override async Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        var interactions = await ResultsReader.ReadInteractionsAsync(episode.Path, cancellationToken);
        foreach (var interaction in interactions.Events)
            WriteObject(interaction with { Episode = episode });
    }
}
