using Clembench.Transcripts;

namespace Clembench.Reports;

/// <summary>What a report is to be like.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading of the page.</summary>
    public string Title { get; init; } = "Clembench report";

    /// <summary>How much of the episodes it holds.</summary>
    public ReportDetail Detail { get; init; } = ReportDetail.Full;

    /// <summary>Tells which images of games are shown; null to name them only.</summary>
    public GameImages? Images { get; init; }

    /// <summary>How often instances are drawn anew for the intervals; 0 for no such intervals.</summary>
    public int Resamples { get; init; } = 1000;
}
