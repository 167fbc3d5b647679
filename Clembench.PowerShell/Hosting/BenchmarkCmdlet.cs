using System.Management.Automation;
using Clembench.Common;
using Clembench.Results;
using Clembench.Scoring.Benchmark;
using Clembench.Scoring.Recorded;

namespace Clembench.PowerShell.Hosting;

/// <summary>The base of cmdlets that look at all scores together: those of result folders, or of episodes from the pipeline.</summary>
public abstract class BenchmarkCmdlet : ResultsCmdlet
{
    private readonly List<string> _roots = [];

    /// <summary>An episode, as Get-ClemEpisode and Invoke-ClemGame give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Episode", ValueFromPipeline = true)]
    public Episode? Episode { get; set; }

    /// <summary>The episodes read so far.</summary>
    protected BenchmarkData Data { get; } = new();

    /// <summary>The folders that were named, as absolute paths.</summary>
    protected IReadOnlyList<string> Roots => _roots;

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Episode is null)
            _roots.AddRange(ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null));
        else if (ScoredEpisode.Of(Episode) is { } scored)
            Data.Add(scored);
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
                    Data.Add(episode);
                    if (also is not null)
                        await also(episode).ConfigureAwait(false);
                }
            },
            cancellationToken);

        foreach (var error in errors)
            WriteError(error);
        if (tree.Failed > 0)
            WriteWarning($"Not counted: {tree.Failed} that failed; the same Invoke-ClemGame command plays them again.");
        if (tree.Unscored > 0)
            WriteWarning($"Not counted: {tree.Unscored} without scores.json; Measure-ClemScore -Update writes it where the game's rules are known.");
        foreach (var file in tree.Repeated)
            WriteWarning($"'{file}' is another record of an episode that is counted already, and is left out.");
    }

    /// <summary>Says that there is nothing to count.</summary>
    protected void WarnOfNothing() => WriteWarning(
        _roots.Count > 0 ? $"There are no scores in '{string.Join("', '", _roots)}'." : "No episode with scores was given.");
}
