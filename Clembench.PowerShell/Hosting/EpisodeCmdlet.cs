using System.Management.Automation;
using Clembench.Common;
using Clembench.Results;

namespace Clembench.PowerShell.Hosting;

/// <summary>The base of cmdlets that look into episodes, which come by pipeline or from result folders.</summary>
public abstract class EpisodeCmdlet : ResultsCmdlet
{
    /// <summary>An episode, as Get-ClemEpisode and Invoke-ClemGame give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Episode", ValueFromPipeline = true)]
    public Episode? Episode { get; set; }

    /// <summary>Looks into one episode. May write objects.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A task.</returns>
    protected abstract Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Episode is not null)
        {
            await ProcessEpisodeAsync(Episode, cancellationToken);
            return;
        }

        await foreach (var episode in ReadEpisodesAsync(cancellationToken))
        {
            // One broken episode is one error; the others are still looked into.
            try
            {
                await ProcessEpisodeAsync(episode, cancellationToken);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }
}
