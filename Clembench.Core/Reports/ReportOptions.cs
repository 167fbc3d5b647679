namespace Clembench.Reports;

/// <summary>How much of the episodes a report holds.</summary>
public enum ReportDetail
{
    /// <summary>Everything: the dialogues, and the exact prompt and response of each message.</summary>
    Full,

    /// <summary>The dialogues, without the exact prompts and responses.</summary>
    Dialogue,

    /// <summary>Numbers and reasons only.</summary>
    Summary,
}

/// <summary>What a report is to be like.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading of the page.</summary>
    public string Title { get; init; } = "Clembench report";

    /// <summary>How much of the episodes it holds.</summary>
    public ReportDetail Detail { get; init; } = ReportDetail.Full;

    /// <summary>How often instances are drawn anew for the intervals; 0 for no such intervals.</summary>
    public int Resamples { get; init; } = 1000;
}
