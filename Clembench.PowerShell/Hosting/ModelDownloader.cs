using System.Diagnostics;
using System.Management.Automation;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>Fetches the files of local models for a cmdlet, with its progress. To be used on the pipeline thread.</summary>
internal sealed class ModelDownloader
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly ClemCmdlet _cmdlet;
    private readonly HubSession _hub;
    private readonly LocalModelStore _store;

    /// <summary>Reads the settings of the session.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="workspace">Its folders and variables.</param>
    /// <exception cref="ClemException">The settings cannot be used.</exception>
    public ModelDownloader(ClemCmdlet cmdlet, Workspace workspace)
    {
        _cmdlet = cmdlet;
        _hub = new HubSession(cmdlet, workspace);
        _store = new LocalModelStore(_hub.Client);
    }

    /// <summary>Fetches what is missing of a model's files, if the person agrees.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <param name="cancellationToken">Ends the download; what has come is kept for the next one.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The files cannot be had; what has come is kept.</exception>
    public async Task FetchAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var plan = await _store.PlanAsync(entry, cancellationToken);
            if (plan.Missing.Count == 0)
            {
                _cmdlet.WriteVerbose($"{entry.Name}: all files are here ({_store.Get(entry).Location}).");
                return;
            }

            if (_cmdlet.ShouldProcess(_hub.Client.Settings.CacheDirectory, $"Fetch {plan} for '{entry.Name}'"))
                await FetchAsync(plan, cancellationToken);
        }
        finally
        {
            _hub.WriteWarnings();
        }
    }

    private async Task FetchAsync(DownloadPlan plan, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var latest = new Latest();
        var download = Task.Run(() => _store.FetchAsync(plan, latest, cancellationToken), cancellationToken);
        ModelDownloadProgress? shown = null;
        while (!download.IsCompleted)
        {
            await Task.WhenAny(download, Task.Delay(Interval, CancellationToken.None));
            if (latest.Value is { } progress && progress != shown)
                Show(shown = progress);
            _hub.WriteWarnings();
        }

        if (shown is not null)
            _cmdlet.WriteProgress(new ProgressRecord(1, Activity(shown), "Done") { RecordType = ProgressRecordType.Completed });
        await download;
        _cmdlet.WriteVerbose($"{plan.Entry.Name}: fetched {plan} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
    }

    private void Show(ModelDownloadProgress progress) => _cmdlet.WriteProgress(new ProgressRecord(
        1, Activity(progress),
        $"{HubText.Bytes(progress.Received)} of {HubText.Bytes(progress.Total)}{(progress.BytesPerSecond is { } speed ? $", {HubText.Bytes(speed)}/s" : "")}")
    {
        CurrentOperation = $"File {progress.FileNumber} of {progress.FileCount}: {progress.FileName}",
        PercentComplete = progress.Total > 0 ? (int)(progress.Received * 100 / progress.Total) : -1,
        SecondsRemaining = progress.Remaining is { } remaining ? (int)Math.Ceiling(Math.Min(remaining.TotalSeconds, int.MaxValue)) : -1,
    });

    private static string Activity(ModelDownloadProgress progress) => $"Fetching {progress.Model}";

    // Reports come on arbitrary threads.
    private sealed class Latest : IProgress<ModelDownloadProgress>
    {
        private volatile ModelDownloadProgress? _value;

        public ModelDownloadProgress? Value => _value;

        public void Report(ModelDownloadProgress value) => _value = value;
    }
}
