using System.Management.Automation;
using Clembench.Common;
using Clembench.Games;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists the instances of games.</summary>
[Cmdlet(VerbsCommon.Get, "ClemInstance", DefaultParameterSetName = "Path")]
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

    /// <summary>Instance files to read instead of the game's own, with wildcards; gzipped where a name ends in .gz.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Alias("InstancePath")]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>Instance files to read instead of the game's own, by paths that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var chosen = NamePattern.Any(Experiment);
        var named = LiteralPath is not null ? ResolvePaths(LiteralPath, literal: true)
            : Path is not null ? ResolvePaths(Path, literal: false)
            : null;
        _games ??= new GameSelector(Workspace, WriteError);
        foreach (var game in _games.Select(Game))
        {
            foreach (var file in named ?? [game.InstancePath])
                await ReadAsync(file, game, chosen, cancellationToken);
        }
    }

    private async Task ReadAsync(string file, GameEntry game, Func<string, bool> chosen, CancellationToken cancellationToken)
    {
        try
        {
            var instances = await InstanceFile.ReadAsync(file, game, cancellationToken);
            foreach (var instance in instances.Where(instance => chosen(instance.Experiment)))
                WriteObject(instance);
        }
        catch (ClemException error)
        {
            WriteError(error);
        }
    }
}
