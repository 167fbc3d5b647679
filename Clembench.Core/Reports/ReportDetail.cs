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
