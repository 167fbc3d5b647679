using System.Management.Automation;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Hub;

namespace Clembench.PowerShell.Hosting;

/// <summary>Shows how far the conversions of checkpoints are, each in a bar of its own. To be used on the pipeline thread.</summary>
/// <param name="cmdlet">The cmdlet that waits for them.</param>
/// <param name="conversions">What is reported.</param>
internal sealed class ConversionProgressWriter(Cmdlet cmdlet, Conversions conversions)
{
    // The bars of runs and downloads have the number 1.
    private const int FirstActivity = 2;

    private readonly Dictionary<string, (int Activity, ConversionProgress Progress)> _shown = new(StringComparer.Ordinal);

    /// <summary>Shows what has changed; the bar of a conversion that has ended goes.</summary>
    public void Show()
    {
        foreach (var progress in conversions.Latest)
        {
            var known = _shown.TryGetValue(progress.Path, out var shown);
            if (known && shown.Progress == progress)
                continue;
            var activity = known ? shown.Activity : FirstActivity + _shown.Count;
            _shown[progress.Path] = (activity, progress);
            Write(activity, progress, progress.Written >= progress.Total);
        }
    }

    /// <summary>Takes the bars away that are left, such as that of a conversion that failed.</summary>
    public void Complete()
    {
        Show();
        foreach (var (activity, progress) in _shown.Values.Where(shown => shown.Progress.Written < shown.Progress.Total))
            Write(activity, progress, isDone: true);
    }

    private void Write(int activity, ConversionProgress progress, bool isDone) => cmdlet.WriteProgress(new ProgressRecord(
        activity, $"Converting to {Path.GetFileName(progress.Path)}", $"{HubText.Bytes(progress.Written)} of {HubText.Bytes(progress.Total)}")
    {
        CurrentOperation = Path.GetDirectoryName(progress.Path),
        PercentComplete = progress.Total > 0 ? (int)(progress.Written * 100 / progress.Total) : -1,
        RecordType = isDone ? ProgressRecordType.Completed : ProgressRecordType.Processing,
    });
}
