using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Clembench.Runs;

/// <summary>
/// Records episodes that were played, on threads of its own: who waits for the disk must not hold up the pool's few
/// threads, which take up the answers of services. The next episode begins meanwhile.
/// </summary>
internal sealed class EpisodeRecorder : IDisposable
{
    // Making files is waiting for the disk's journal, of which more threads than these take no more.
    private const int MostThreads = 4;

    private readonly BlockingCollection<PlayedEpisode> _played = [];
    private readonly Func<PlayedEpisode, EpisodeResult> _record;
    private readonly ChannelWriter<EpisodeResult> _ended;
    private readonly CancellationTokenSource _stopping;
    private readonly Task[] _threads;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="record">Writes an episode's files.</param>
    /// <param name="ended">Gets each episode that is on disk; it takes any number.</param>
    /// <param name="stopping">Is cancelled when an episode cannot be recorded, which ends the run.</param>
    public EpisodeRecorder(Func<PlayedEpisode, EpisodeResult> record, ChannelWriter<EpisodeResult> ended, CancellationTokenSource stopping)
    {
        (_record, _ended, _stopping) = (record, ended, stopping);
        _threads = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 2, MostThreads)).Select(_ =>
            Task.Factory.StartNew(RecordAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Has an episode recorded. It is, also when the run is stopped before its turn comes.</summary>
    /// <param name="episode">The episode.</param>
    public void Add(PlayedEpisode episode) => _played.Add(episode);

    /// <summary>Waits until everything is recorded. To be called once, when nothing more comes.</summary>
    /// <exception cref="Common.ClemException">An episode could not be recorded.</exception>
    public async Task CompleteAsync()
    {
        _played.CompleteAdding();
        await Task.WhenAll(_threads).ConfigureAwait(false);
        _failure?.Throw();
    }

    /// <inheritdoc />
    public void Dispose() => _played.Dispose();

    private void RecordAll()
    {
        foreach (var episode in _played.GetConsumingEnumerable())
        {
            try
            {
                _ended.TryWrite(_record(episode));
            }
#pragma warning disable CA1031 // It is thrown to whoever waits for the last record; the others are recorded if they can be.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
                _stopping.Cancel();
            }
        }
    }
}
