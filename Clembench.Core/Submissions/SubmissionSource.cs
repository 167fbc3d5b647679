namespace Clembench.Submissions;

/// <summary>What is to be shared.</summary>
public sealed record SubmissionSource
{
    /// <summary>Results folders, parts of them, or folders of single episodes, as absolute paths.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    /// <summary>Chooses among the episodes by the names of their model's and game's folders.</summary>
    public Func<string, string, bool> Includes { get; init; } = static (_, _) => true;
}

/// <summary>A file of a submission.</summary>
/// <param name="Name">Its name in the submission, with forward slashes.</param>
/// <param name="Source">The file that it comes from, as an absolute path; of scores that are computed, the one that would have them.</param>
/// <param name="IsComputed">Whether it is no file yet: the scores of an episode that has none.</param>
public sealed record SubmissionFile(string Name, string Source, bool IsComputed = false);
