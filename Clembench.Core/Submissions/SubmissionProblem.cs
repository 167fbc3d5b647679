namespace Clembench.Submissions;

/// <summary>What can stand against sharing a file or an episode.</summary>
public enum SubmissionProblemKind
{
    /// <summary>An episode that was not played to its end.</summary>
    Incomplete,

    /// <summary>An episode that ended in an error.</summary>
    Failed,

    /// <summary>A file that cannot be read.</summary>
    Broken,

    /// <summary>An episode without scores, of a game whose rules are not known here.</summary>
    Unscored,

    /// <summary>A symbolic link: it may lead out of the results folder.</summary>
    Link,

    /// <summary>An episode that another results folder has, too.</summary>
    Duplicate,

    /// <summary>A key, or what has the form of one.</summary>
    Secret,

    /// <summary>The path of a file or folder of this or another machine.</summary>
    AbsolutePath,
}

/// <summary>Something that stands against sharing results. It never carries a secret.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="File">The file or folder concerned, as an absolute path.</param>
/// <param name="Line">The line in the file, from 1; null where it is the whole of it.</param>
/// <param name="Message">What was found, in a sentence.</param>
public sealed record SubmissionProblem(SubmissionProblemKind Kind, string File, int? Line, string Message)
{
    /// <summary>
    /// Whether a submission that goes on all the same leaves out what is concerned. Secrets and paths are in texts, which are packed
    /// as they are.
    /// </summary>
    public bool LeavesOut => Kind is not (SubmissionProblemKind.Secret or SubmissionProblemKind.AbsolutePath);

    /// <summary>What a person can do about problems of this kind.</summary>
    public string Advice => Kind switch
    {
        SubmissionProblemKind.Incomplete or SubmissionProblemKind.Failed => "The same Invoke-ClemGame command plays it anew",
        SubmissionProblemKind.Broken => "Play the episode anew, or remove its folder",
        SubmissionProblemKind.Unscored => "Measure-ClemScore -Update writes scores where the rules of the game are known",
        SubmissionProblemKind.Link => "Put the files themselves in its place",
        SubmissionProblemKind.Duplicate => "Name one of the folders",
        SubmissionProblemKind.Secret => "A key that was recorded should be revoked; take it out of the records, or play anew",
        _ => "Take it out of the records, or play with relative paths",
    } + $". {(LeavesOut ? $"-Allow {Kind} leaves it out" : $"If it may be known, -Allow {Kind} packs it as it is")}.";

    /// <inheritdoc />
    public override string ToString() => $"{File}{(Line is { } line ? $", line {line}" : "")}: {Message}";
}
