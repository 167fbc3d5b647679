using System.Diagnostics;
using System.Management.Automation;
using Clembench.Runs;

namespace Clembench.PowerShell.Hosting;

/// <summary>Shows how far a run is: counts, rate, spend, and how long the rest will take. At most five times a second.</summary>
/// <param name="cmdlet">The cmdlet that runs.</param>
/// <param name="activity">What is going on.</param>
internal sealed class RunProgressWriter(Cmdlet cmdlet, string activity) : IProgress<RunProgress>
{
    /// <summary>The shortest time between two views.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private volatile RunProgress? _latest;
    private RunProgress? _shown;
    private long _shownAt;

    /// <summary>The latest report; null before the first one.</summary>
    public RunProgress? Latest => _latest;

    /// <inheritdoc />
    public void Report(RunProgress value) => _latest = value;

    /// <summary>Shows the latest report. Called on the pipeline thread.</summary>
    public void Show()
    {
        if (_latest is not { } progress || progress == _shown || (_shown is not null && Stopwatch.GetElapsedTime(_shownAt) < Interval))
            return;
        _shown = progress;
        _shownAt = Stopwatch.GetTimestamp();
        var status = FormattableString.Invariant($"{progress.Done} of {progress.Total} episodes, {progress.Rate:0.#}/s")
            + (progress.Reused > 0 ? $", {progress.Reused} reused" : "")
            + (progress.Failed > 0 ? $", {progress.Failed} failed" : "")
            + (progress.NotStarted > 0 ? $", {progress.NotStarted} not started" : "")
            + (progress.Cost > 0 ? FormattableString.Invariant($", cost {progress.Cost:0.00##}") : "");
        cmdlet.WriteProgress(new ProgressRecord(1, activity, status)
        {
            PercentComplete = (int)(progress.Done * 100L / progress.Total),
            SecondsRemaining = progress.Remaining is { } remaining ? (int)Math.Ceiling(Math.Min(remaining.TotalSeconds, int.MaxValue)) : -1,
        });
    }

    /// <summary>Takes the progress away.</summary>
    public void Complete() => cmdlet.WriteProgress(new ProgressRecord(1, activity, "Done") { RecordType = ProgressRecordType.Completed });
}
