using System.Management.Automation;
using Clembench.Games;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Lists the games that the registries name.</summary>
[Cmdlet(VerbsCommon.Get, "ClemGame")]
[OutputType(typeof(GameEntry))]
public sealed class GetClemGameCommand : ClemCmdlet
{
    private GameSelector? _games;

    /// <summary>The names of games; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Only games of these benchmark versions.</summary>
    [Parameter]
    public string[]? Benchmark { get; set; }

    /// <summary>Only games with instances in these languages, as two-letter codes.</summary>
    [Parameter]
    public string[]? Language { get; set; }

    /// <summary>Only games with this number of roles for models.</summary>
    [Parameter]
    [ValidateRange(1, 99)]
    public int? Player { get; set; }

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        _games ??= new GameSelector(Workspace, WriteError);
        foreach (var game in _games.Select(Name).Where(Matches))
            WriteObject(game);
        return Task.CompletedTask;
    }

    private bool Matches(GameEntry game) =>
        (Benchmark is null || Benchmark.Any(game.Benchmark.Contains))
        && (Language is null || Language.Any(language => game.Languages.Contains(language, StringComparer.OrdinalIgnoreCase)))
        && (Player is null || game.Players == Player);
}
