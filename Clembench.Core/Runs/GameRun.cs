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
    /// <param name="plans">The episodes.</param>
    /// <param name="progress">Is told about every episode that ends.</param>
    /// <param name="cancellationToken">Stops the run: what is complete stays, the same command continues.</param>
    /// <returns>Each episode as it ends. When the consumer stops, so does the run.</returns>
    /// <exception cref="Common.ClemException">Results cannot be written.</exception>
    public async IAsyncEnumerable<Episode> PlayAsync(
        IReadOnlyCollection<EpisodePlan> plans, IProgress<RunProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A slow consumer slows the run down instead of filling the memory.
        var ended = Channel.CreateBounded<Episode>(Math.Max(64, settings.ThrottleLimit));
        var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pool = new ModelPool(load);
        var journal = new RunJournal(settings);
        var playing = ProduceAsync(plans, new EpisodePlayer(settings, pool, reader, journal), ended.Writer, stopping.Token);
        try
        {
            var clock = Stopwatch.StartNew();
            int done = 0, reused = 0, failed = 0;
            await foreach (var episode in ended.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                done++;
                reused += episode.Reused ? 1 : 0;
                failed += episode.Outcome == Outcome.Error ? 1 : 0;
                progress?.Report(new RunProgress(plans.Count, done, reused, failed, clock.Elapsed));
                yield return episode;
            }
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await journal.CloseAsync().ConfigureAwait(false);
            await pool.DisposeAsync().ConfigureAwait(false);
            stopping.Dispose();
        }
    }

    private async Task ProduceAsync(
        IEnumerable<EpisodePlan> plans, EpisodePlayer player, ChannelWriter<Episode> ended, CancellationToken cancellationToken)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = settings.ThrottleLimit, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(plans, options, async (plan, token) =>
                await ended.WriteAsync(await player.PlayAsync(plan, token).ConfigureAwait(false), token).ConfigureAwait(false)).ConfigureAwait(false);
            ended.Complete();
        }
#pragma warning disable CA1031 // The consumer of the channel gets the exception.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ended.Complete(error);
        }
    }
}
