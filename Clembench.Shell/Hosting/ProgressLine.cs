using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace Clembench.Shell.Hosting;

/// <summary>Shows the progress of running activities as one line that is redrawn in place.</summary>
internal sealed class ProgressLine(Terminal terminal)
{
    private const int BarWidth = 20;
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<(long Source, int Activity), ProgressRecord> _running = [];
    private readonly Lock _gate = new();
    private long _lastDraw;

    internal void Update(long sourceId, ProgressRecord record)
    {
        if (!Terminal.IsInteractiveOutput) return;
        lock (_gate)
        {
            var key = (sourceId, record.ActivityId);
            if (record.RecordType == ProgressRecordType.Completed)
            {
                _running.Remove(key);
                terminal.ShowStatus(_running.Count == 0 ? null : Draw());
                return;
            }

            var isNew = !_running.ContainsKey(key);
            _running[key] = record;
            if (!isNew && Stopwatch.GetElapsedTime(_lastDraw) < RedrawInterval) return;
            _lastDraw = Stopwatch.GetTimestamp();
            terminal.ShowStatus(Draw());
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _running.Clear();
            terminal.ShowStatus(null);
        }
    }

    private string Draw() => Render(_running.Values.Last(), Math.Max(20, Terminal.Width - 1));

    /// <summary>One line, cut to a width: activity, bar, percent, status, time left.</summary>
    internal static string Render(ProgressRecord record, int width)
    {
        var line = new StringBuilder(record.Activity);
        if (record.PercentComplete >= 0)
        {
            var percent = Math.Min(100, record.PercentComplete);
            var full = percent * BarWidth / 100;
            line.Append(" [").Append('#', full).Append(' ', BarWidth - full).Append("] ")
                .Append(percent.ToString(CultureInfo.InvariantCulture)).Append('%');
        }

        if (!string.IsNullOrWhiteSpace(record.StatusDescription)) line.Append(' ').Append(record.StatusDescription);
        if (!string.IsNullOrWhiteSpace(record.CurrentOperation)) line.Append(" - ").Append(record.CurrentOperation);
        if (record.SecondsRemaining >= 0)
        {
            var left = TimeSpan.FromSeconds(record.SecondsRemaining);
            line.Append(", ").Append(left.ToString(left.TotalHours >= 1 ? @"h\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture)).Append(" left");
        }

        line.Replace('\n', ' ').Replace('\r', ' ');
        return line.Length <= width ? line.ToString() : line.ToString(0, width - 1) + "…";
    }
}
