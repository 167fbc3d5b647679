using System.Management.Automation;
using Clembench.Common;
using Clembench.Results;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;
using Clembench.Transcripts;

namespace Clembench.PowerShell.Hosting;

/// <summary>The base of cmdlets that look at all scores together: those of result folders, or of episodes from the pipeline.</summary>
public abstract class BenchmarkCmdlet : ResultsCmdlet
{
    // Of more models the warnings tell the number.
    private protected const int MostNamed = 5;

    private readonly List<string> _roots = [];

    /// <summary>An episode, as Get-ClemEpisode and Invoke-ClemGame give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Episode", ValueFromPipeline = true)]
    public Episode? Episode { get; set; }

    /// <summary>The episodes read so far.</summary>
    protected BenchmarkData Data { get; } = new();

    /// <summary>The folders that were named, as absolute paths.</summary>
    protected IReadOnlyList<string> Roots => _roots;

    /// <summary>Whether the episodes of an experiment are counted.</summary>
    /// <param name="game">The game.</param>
    /// <param name="experiment">The experiment.</param>
    /// <returns>Whether they are.</returns>
    protected virtual bool Counts(string game, string experiment) => true;

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Episode is null)
            _roots.AddRange(ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null));
        else if (!Counts(Episode.Game, Episode.Experiment))
            return Task.CompletedTask;
        else if (ScoredEpisode.Of(Episode) is { } scored)
            Data.Add(scored);
        else if (Episode.Outcome == Outcome.Error)
            Data.AddFailed(Episode.Model, Episode.Game);
        return Task.CompletedTask;
    }

    /// <summary>Reads the scores in the folders.</summary>
    /// <param name="also">What else is done with each episode; null for nothing.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A task; each file that cannot be used has been written as an error.</returns>
    protected async Task ReadScoresAsync(Func<ScoredEpisode, Task>? also, CancellationToken cancellationToken)
    {
        if (_roots.Count == 0)
            return;
        var errors = new List<ClemException>();
        var tree = new ScoresTree(_roots, errors.Add);
        await Task.Run(
            async () =>
            {
                await foreach (var episode in tree.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (!Counts(episode.Game, episode.Experiment))
                        continue;
                    Data.Add(episode);
                    if (also is not null)
                        await also(episode).ConfigureAwait(false);
                }
            },
            cancellationToken);

        foreach (var error in errors)
            WriteError(error);
        foreach (var (model, game) in tree.Failed)
            Data.AddFailed(model, game);
        if (tree.Failed.Count > 0)
            WriteWarning($"Not counted: {tree.Failed.Count} that failed ({Places(tree.Failed)}); the same Invoke-ClemGame command plays them again.");
        if (tree.Unscored.Count > 0)
            WriteWarning($"Not counted: {tree.Unscored.Count} without scores.json ({Places(tree.Unscored)}); Measure-ClemScore -Update writes it where the game's rules are known.");
        foreach (var file in tree.Repeated)
            WriteWarning($"'{file}' is another record of an episode that is counted already, and is left out.");
    }

    // Which models and games, and how many of each.
    private static string Places(IReadOnlyList<(string Model, string Game)> episodes)
    {
        var models = episodes.GroupBy(one => one.Model)
            .Select(model => $"{VisibleText.ToSymbolsOnOneLine(model.Key)}: {string.Join(", ", model.GroupBy(one => one.Game).Select(game => $"{VisibleText.ToSymbolsOnOneLine(game.Key)} {game.Count()}"))}").ToArray();
        return string.Join("; ", models.Take(MostNamed)) + (models.Length > MostNamed ? $"; and {models.Length - MostNamed} more models" : "");
    }

    /// <summary>Says that there is nothing to count.</summary>
    protected void WarnOfNothing() => WriteWarning(
        _roots.Count > 0 ? $"There are no scores in '{string.Join("', '", _roots)}'." : "No episode with scores was given.");
}
