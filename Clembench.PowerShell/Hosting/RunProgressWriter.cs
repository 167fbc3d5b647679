using System.Diagnostics;
using System.Management.Automation;
using Clembench.Runs;

namespace Clembench.PowerShell.Hosting;

/// <summary>Shows how far a run is: counts, and how long the rest will take. At most five times a second.</summary>
/// <param name="cmdlet">The cmdlet that runs.</param>
/// <param name="plans">The episodes.</param>
internal sealed class RunProgressWriter(Cmdlet cmdlet, IReadOnlyList<EpisodePlan> plans) : IProgress<RunProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly string _activity = $"Playing {string.Join(", ", plans.Select(plan => plan.Game.Name).Distinct())}";
    private RunProgress? _latest;
    private long _shown;

    /// <inheritdoc />
    public void Report(RunProgress value) => _latest = value;

    /// <summary>Shows the latest report. Called on the pipeline thread.</summary>
    public void Show()
    {
        if (_latest is not { } progress || (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < Interval))
            return;
        _shown = Stopwatch.GetTimestamp();
        var details = (progress.Reused > 0 ? $", {progress.Reused} reused" : "") + (progress.Failed > 0 ? $", {progress.Failed} failed" : "");
        cmdlet.WriteProgress(new ProgressRecord(1, _activity, $"{progress.Done} of {progress.Total} episodes{details}")
        {
            PercentComplete = progress.Done * 100 / progress.Total,
            SecondsRemaining = progress.Remaining is { } remaining ? (int)Math.Ceiling(remaining.TotalSeconds) : -1,
        });
    }

    /// <summary>Takes the progress away.</summary>
    public void Complete() => cmdlet.WriteProgress(new ProgressRecord(1, _activity, "Done") { RecordType = ProgressRecordType.Completed });
}
