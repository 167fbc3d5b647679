using System.Threading.Channels;

namespace Clembench.Runs;

/// <summary>Plays what a queue hands out, with as many workers as episodes may be under way.</summary>
/// <param name="queue">The episodes.</param>
/// <param name="player">Plays one.</param>
/// <param name="places">Is taken for each episode that begins; who consumes the episodes gives it back.</param>
/// <param name="ended">Gets each episode as it ends, and at last what ended the run before its time.</param>
/// <param name="stopping">Stops the run; is cancelled when it cannot go on.</param>
internal sealed class RunWorkers(
    FairQueue queue, EpisodePlayer player, SemaphoreSlim places, ChannelWriter<EpisodeResult> ended, CancellationTokenSource stopping)
{
    /// <summary>Plays all episodes and waits until they are recorded. It throws nothing: the consumer of the episodes gets the exception.</summary>
    /// <param name="workers">The number of workers.</param>
    /// <param name="inOrder">Whether only so many are to be played: they are the plan's first, so what each becomes is decided one after another.</param>
    public async Task PlayAsync(int workers, bool inOrder)
    {
        try
        {
            using var recorder = new EpisodeRecorder(player.Record, ended, stopping);
            using var deciding = new SemaphoreSlim(inOrder ? 1 : workers);
            try
            {
                await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(deciding, recorder), stopping.Token))).ConfigureAwait(false);
            }
            finally
            {
                await recorder.CompleteAsync().ConfigureAwait(false);
            }

            ended.Complete();
        }
#pragma warning disable CA1031 // The consumer of the channel gets the exception.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ended.Complete(error);
        }
    }

    private async Task WorkAsync(SemaphoreSlim deciding, EpisodeRecorder recorder)
    {
        try
        {
            do
            {
                // Before the episode begins: one that was played is recorded, and waits for nothing that may never come.
                await places.WaitAsync(stopping.Token).ConfigureAwait(false);
            }
            while (await TryPlayNextAsync(deciding, recorder).ConfigureAwait(false));
            places.Release();
        }
        catch
        {
            // What ends one worker ends the run.
            await stopping.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> TryPlayNextAsync(SemaphoreSlim deciding, EpisodeRecorder recorder)
    {
        if (await TakeAsync(deciding).ConfigureAwait(false) is not (var ticket, var decided))
            return false;
        try
        {
            if (decided.Found.Fate == EpisodeFate.OverLimit)
            {
                queue.Close();
                return false;
            }

            if (!decided.Found.Begins)
            {
                ended.TryWrite(decided.Found);
                return true;
            }

            var (played, failure) = await player.PlayAsync(decided, stopping.Token).ConfigureAwait(false);
            if (played is null)
                ended.TryWrite(new EpisodeResult(EpisodeFate.NotStarted, Failure: failure));
            else
                recorder.Add(played);
            return true;
        }
        finally
        {
            queue.Return(ticket);
        }
    }

    private async Task<(FairQueue.Ticket Ticket, EpisodeDecision Decided)?> TakeAsync(SemaphoreSlim deciding)
    {
        await deciding.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            if (!queue.TryTake(out var ticket))
                return null;
            try
            {
                return (ticket, await player.DecideAsync(ticket.Plan, stopping.Token).ConfigureAwait(false));
            }
            catch
            {
                queue.Return(ticket);
                throw;
            }
        }
        finally
        {
            deciding.Release();
        }
    }
}
