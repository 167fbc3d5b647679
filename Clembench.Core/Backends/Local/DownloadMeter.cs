using Clembench.HuggingFace.Hub;

namespace Clembench.Backends.Local;

/// <summary>How far the download of a model is.</summary>
/// <param name="Model">The entry's name.</param>
/// <param name="FileName">The file that is coming.</param>
/// <param name="FileNumber">Its place among the files that were missing, from 1.</param>
/// <param name="FileCount">The number of those files.</param>
/// <param name="Received">The bytes of these files that are here, those of an earlier attempt included.</param>
/// <param name="Total">The bytes of all these files.</param>
/// <param name="BytesPerSecond">The speed over the last seconds; null as long as it is not known.</param>
public sealed record ModelDownloadProgress(string Model, string FileName, int FileNumber, int FileCount, long Received, long Total, double? BytesPerSecond)
{
    /// <summary>How long the rest takes at that speed; null as long as it is not known.</summary>
    public TimeSpan? Remaining => BytesPerSecond is > 0 and var speed ? TimeSpan.FromSeconds(Math.Min((Total - Received) / speed, 1e9)) : null;
}

/// <summary>Adds up the downloads of a model's files, one after the other, and tells their speed.</summary>
internal sealed class DownloadMeter(DownloadPlan plan, IProgress<ModelDownloadProgress> progress, TimeProvider time) : IProgress<DownloadProgress>
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, long Received)> _samples = [];
    private readonly Dictionary<string, long> _received = plan.Batches
        .SelectMany(batch => batch.Missing.Select(file => (Key: Key(batch.Repository.Id, file.File.Name), file.Received)))
        .ToDictionary(file => file.Key, file => file.Received, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = plan.Batches
        .SelectMany(batch => batch.Missing.Select(file => Key(batch.Repository.Id, file.File.Name)))
        .Select((key, index) => (key, index)).ToDictionary(file => file.key, file => file.index + 1, StringComparer.Ordinal);

    private long _total = plan.Missing.Sum(file => file.File.Size ?? 0);

    public void Report(DownloadProgress value)
    {
        ModelDownloadProgress report;
        lock (_lock)
        {
            var key = Key(value.RepositoryId, value.FileName);
            if (!_numbers.TryGetValue(key, out var number))
            {
                // A file that only an index had told of.
                _numbers[key] = number = _numbers.Count + 1;
                _total += value.Total ?? 0;
            }

            _received[key] = value.Received;
            var received = _received.Values.Sum();
            var now = time.GetTimestamp();
            _samples.Enqueue((now, received));
            while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
                _samples.Dequeue();
            var (since, before) = _samples.Peek();
            var seconds = time.GetElapsedTime(since, now).TotalSeconds;
            report = new ModelDownloadProgress(
                plan.Entry.Name, value.FileName, number, _numbers.Count, received, Math.Max(_total, received),
                seconds > 0 && received >= before ? (received - before) / seconds : null);
        }

        progress.Report(report);
    }

    private static string Key(string repository, string file) => $"{repository}/{file}";
}
