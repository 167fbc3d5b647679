using System.Management.Automation;
using Clembench.Common;
using Clembench.Games;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists the instances of games.</summary>
[Cmdlet(VerbsCommon.Get, "ClemInstance")]
[OutputType(typeof(GameInstance))]
public sealed class GetClemInstanceCommand : ClemCmdlet
{
    private GameSelector? _games;

    /// <summary>The names of games; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GameCompleter))]
    public string[] Game { get; set; } = [];

    /// <summary>Only instances of these experiments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ExperimentCompleter))]
    public string[]? Experiment { get; set; }

    /// <summary>An instance file to read instead of the game's own; gzipped when its name ends in .gz.</summary>
    [Parameter]
    [Alias("InstancePath")]
    public string? Path { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var chosen = NamePattern.Any(Experiment);
        foreach (var game in new GameSelector(Workspace, WriteError).Select(Game))
        {
            var file = Path is null ? game.InstancePath : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
            try
            {
                var instances = await InstanceFile.ReadAsync(file, game.Name, cancellationToken);
                foreach (var instance in instances.Where(instance => chosen(instance.Experiment)))
                    WriteObject(instance);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }
}
