using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>A model repository of the hub at a revision. Both are checked: they become parts of addresses and paths.</summary>
/// <param name="Id">The repository's id, <c>owner/name</c>; a few old ones have no owner.</param>
/// <param name="Revision">A branch, a tag, or a commit's full name.</param>
/// <exception cref="ClemException">The id or the revision has not the form of one.</exception>
public sealed partial record HubRepository(string Id, string Revision = HubRepository.DefaultRevision)
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary>The repository's id, <c>owner/name</c>.</summary>
    public string Id { get; init => field = CheckId(value); } = CheckId(Id);

    /// <summary>A branch, a tag, or a commit's full name.</summary>
    public string Revision { get; init => field = CheckRevision(value); } = CheckRevision(Revision);

    /// <summary>Whether the revision is a commit's full name, whose content never changes.</summary>
    public bool IsCommit => IsCommitName(Revision);

    /// <summary>The repository that an id names.</summary>
    /// <param name="id">The id, <c>owner/name</c>; white space around it does not count.</param>
    /// <param name="revision">A branch, a tag, or a commit's full name; null for <c>main</c>.</param>
    /// <returns>The repository.</returns>
    /// <exception cref="ClemException">The id or the revision has not the form of one.</exception>
    public static HubRepository Parse(string id, string? revision = null) => new(id.Trim(), revision ?? DefaultRevision);

    /// <summary>The id, and the revision where it is not <c>main</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Revision == DefaultRevision ? Id : $"{Id}@{Revision}";

    /// <summary>Whether a text is a commit's full name (SHA-1, or Git's newer SHA-256).</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it is.</returns>
    internal static bool IsCommitName(string text) => CommitName().IsMatch(text);

    /// <summary>Whether a text has the form of a repository's id.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it has.</returns>
    internal static bool IsId(string text) => IdForm().IsMatch(text) && !text.Contains("--", StringComparison.Ordinal)
        && !text.Contains("..", StringComparison.Ordinal) && !text.EndsWith(".git", StringComparison.Ordinal);

    private static string CheckId(string id) => IsId(id) ? id : throw new ClemException(
        "Clem.Hub.InvalidRepositoryId", ErrorKind.InvalidArgument, $"'{HubText.OneLine(id)}' is not the id of a repository of the Hugging Face hub.",
        "An id is owner/name: letters, digits, '-', '_' and '.', such as 'HuggingFaceTB/SmolLM2-135M-Instruct'.", id);

    private static string CheckRevision(string revision) => HubFileName.Fault(revision) is not { } fault
        ? revision
        : throw new ClemException(
            "Clem.Hub.InvalidRevision", ErrorKind.InvalidArgument, $"'{HubText.OneLine(revision)}' is not the name of a revision, because {fault}.",
            "A revision is a branch such as 'main', a tag, or a commit's full name.", revision);

    // The hub's own rule: https://huggingface.co/docs/huggingface_hub/package_reference/utilities (validate_repo_id).
    [GeneratedRegex(@"\A(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?/)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?\z")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex CommitName();
}
