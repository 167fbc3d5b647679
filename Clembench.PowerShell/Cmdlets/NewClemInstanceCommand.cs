using System.Management.Automation;
using Clembench.Common;
using Clembench.Games;
using Clembench.Games.Generation;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Makes instances of a game from a seed, and writes them to a file where one is named.</summary>
[Cmdlet(VerbsCommon.New, "ClemInstance", SupportsShouldProcess = true)]
[OutputType(typeof(GameInstance))]
public sealed class NewClemInstanceCommand : ClemCmdlet
{
    private GameSelector? _games;

    /// <summary>The names of games; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GameCompleter))]
    public string[] Game { get; set; } = [];

    /// <summary>Where the choices come from: the same seed gives the same instances, on every machine.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public int Seed { get; set; }

    /// <summary>Only these experiments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ExperimentCompleter))]
    public string[]? Experiment { get; set; }

    /// <summary>
    /// The file to write, for <c>Invoke-ClemGame -InstancePath</c>; images go into a folder beside it. Without it the
    /// instances are only returned.
    /// </summary>
    [Parameter]
    [Alias("LiteralPath", "PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        _games ??= new GameSelector(Workspace, WriteError);
        var path = Path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        foreach (var game in _games.Select(Game))
        {
            try
            {
                await GenerateAsync(game, path, cancellationToken);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }
        }
    }

    private async Task GenerateAsync(GameEntry game, string? path, CancellationToken cancellationToken)
    {
        var made = InstanceGeneration.Generate(GameCatalog.BuiltIn, game, Seed, NamePattern.Any(Experiment));
        var instances = InstanceFile.Parse(made.Content, path ?? game.Name, game.Name);
        if (path is not null)
        {
            var files = made.Files.Count == 0 ? "" : $" and {made.Files.Count} files that they name";
            if (!ShouldProcess(path, $"Write {instances.Count} instances of {game.Name}{files}"))
                return;
            // The instance file last: what it names is there when it is.
            foreach (var file in made.Files)
                await AtomicFile.WriteAsync(System.IO.Path.Join(System.IO.Path.GetDirectoryName(path), file.Path), file.Content, cancellationToken);
            await AtomicFile.WriteAsync(path, made.Content, cancellationToken);
        }

        foreach (var instance in instances)
            WriteObject(path is null ? instance with { Source = null } : instance);
    }
}
