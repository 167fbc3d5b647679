using System.Management.Automation;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Results;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists recorded episodes of result folders: ours and clemcore's.</summary>
[Cmdlet(VerbsCommon.Get, "ClemEpisode", DefaultParameterSetName = "Path")]
[OutputType(typeof(Episode))]
public sealed class GetClemEpisodeCommand : ResultsCmdlet
{
    /// <summary>Only episodes of these models; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Model { get; set; }

    /// <summary>Only episodes of these games; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Game { get; set; }

    /// <summary>Only episodes of these experiments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Experiment { get; set; }

    /// <summary>Only episodes that ended so.</summary>
    [Parameter]
    public Outcome[]? Outcome { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        Func<string, bool> model = NamePattern.Any(Model), game = NamePattern.Any(Game), experiment = NamePattern.Any(Experiment);
        await foreach (var episode in ReadEpisodesAsync(cancellationToken))
        {
            if (model(episode.Model) && game(episode.Game) && experiment(episode.Experiment)
                && (Outcome is null || Outcome.Contains(episode.Outcome)))
                WriteObject(episode);
        }
    }
}
