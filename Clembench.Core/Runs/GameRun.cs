using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Clembench.Results;

namespace Clembench.Runs;

/// <summary>Plays a set of episodes, several at once, and records each as it ends.</summary>
/// <param name="settings">How to play and record.</param>
/// <param name="load">Loads a model.</param>
/// <param name="reader">Reads the episodes that are there already.</param>
public sealed class GameRun(RunSettings settings, ModelLoader load, ResultsReader reader)
{
    /// <summary>Plays episodes.</summary>
    /// <param name="plan">The episodes.</param>
    /// <param name="progress">Is told about every episode that ends.</param>
    /// <param name="cancellationToken">Stops the run: what is complete stays, the same command continues.</param>
    /// <returns>Each episode as it ends. When the consumer stops, so does the run.</returns>
    /// <exception cref="Common.ClemException">Results cannot be written, or another process plays the same episodes.</exception>
    public async IAsyncEnumerable<Episode> PlayAsync(
        RunPlan plan, IProgress<RunProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ended = Channel.CreateUnbounded<EpisodeResult>(new UnboundedChannelOptions { SingleReader = true });
        // What is played, waits to be written or waits for the consumer: a slow disk or consumer slows the run down instead
        // of filling the memory.
        using var places = new SemaphoreSlim(settings.ThrottleLimit + Math.Max(64, settings.ThrottleLimit));
        var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pool = new ModelPool(load);
        var journal = new RunJournal(settings);
        var budget = new RunBudget(settings.Limits, settings.Clock);
        using var queue = new FairQueue(plan);
        using var held = new RunLocks(settings);
        var player = new EpisodePlayer(settings, pool, reader, journal, held, budget);
        var playing = new RunWorkers(queue, player, places, ended.Writer, stopping)
            .PlayAsync(Math.Min(settings.ThrottleLimit, plan.Count), inOrder: settings.Limits.MaxEpisodes is not null);
        try
        {
            var clock = Stopwatch.StartNew();
            var status = new RunProgress(plan.Count, 0, 0, 0, TimeSpan.Zero);
            await foreach (var result in ended.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                places.Release();
                status = status.After(result, clock.Elapsed, budget.Cost);
                progress?.Report(status);
                if (result.Episode is { } episode)
                    yield return episode;
            }

            if (budget.Reached is not null)
                progress?.Report(status with { Elapsed = clock.Elapsed, Stopped = budget.Reached });
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
            held.Release();
            try
            {
                await journal.CloseAsync().ConfigureAwait(false);
            }
            finally
            {
                await pool.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Finds out, without playing anything, which episodes of a plan are complete already.</summary>
    /// <param name="plan">The episodes.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>For each line-up, game and experiment: what would become of its episodes.</returns>
    public async Task<IReadOnlyList<RunPreview>> PreviewAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        var pool = new ModelPool(load);
        await using (pool.ConfigureAwait(false))
        {
            using var held = new RunLocks(settings);
            var player = new EpisodePlayer(settings, pool, reader, new RunJournal(settings), held, new RunBudget(settings.Limits, settings.Clock));
            var previews = new OrderedDictionary<(string, string, string), RunPreview>();
            foreach (var episode in plan.Episodes)
            {
                var key = (string.Join("--", episode.Models), episode.Instance.Game, episode.Instance.Experiment);
                var known = previews.GetValueOrDefault(key) ?? new RunPreview(key.Item1, key.Item2, key.Item3);
                previews[key] = await player.ForeseeAsync(episode, cancellationToken).ConfigureAwait(false) switch
                {
                    EpisodeFate.Reused => known with { Reused = known.Reused + 1 },
                    EpisodeFate.Kept => known with { Kept = known.Kept + 1 },
                    EpisodeFate.Replaced => known with { Replaced = known.Replaced + 1 },
                    _ => known with { New = known.New + 1 },
                };
            }

            return [.. previews.Values];
        }
    }
}
