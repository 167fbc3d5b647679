using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Submissions;

/// <summary>Finds the paths of files and folders in texts: below the folders that systems have, on drives and shares, and this session's own.</summary>
public sealed partial class AbsolutePathFinder
{
    private const int LongestShown = 80;

    // "/" and "/tmp" would turn up anywhere.
    private const int ShortestOwn = 6;

    private readonly IReadOnlyList<string> _own;

    /// <summary>A finder of paths in general and of some in particular.</summary>
    /// <param name="own">Folders that are not to be known, as absolute paths.</param>
    public AbsolutePathFinder(IEnumerable<string> own) =>
        _own = [.. own.Select(Path.TrimEndingDirectorySeparator).Where(path => path.Length >= ShortestOwn).Distinct()];

    /// <summary>A finder of a session's folders.</summary>
    /// <param name="workspace">The session's folders.</param>
    /// <returns>The finder.</returns>
    public static AbsolutePathFinder For(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return new AbsolutePathFinder([Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), workspace.WorkingDirectory, workspace.PackagedDirectory, .. workspace.UserDirectories]);
    }

    /// <summary>The first path in a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The path, cut where it is long; null for none.</returns>
    public string? Find(string text)
    {
        if (text.AsSpan().IndexOfAny('/', '\\') < 0)
            return null;
        var found = _own.FirstOrDefault(path => text.Contains(path, StringComparison.Ordinal)) ?? (Known().Match(text) is { Success: true } match ? match.Value : null);
        return found is { Length: > LongestShown } ? found[..LongestShown] + "…" : found;
    }

    /// <summary>The last name of a text that is nothing but an absolute path.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name; null where the text is something else.</returns>
    public static string? LastName(string text) => Whole().IsMatch(text) ? text.TrimEnd('/', '\\')[(text.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1)..] : null;

    // What stands before tells a path from the path of an address, a word with a slash, or a piece of mathematics.
    [GeneratedRegex(
        @"(?<![\w/.:~\\-])/(?:home|Users|root|tmp|var|mnt|media|opt|srv|etc|usr|data|scratch|private|Volumes|nfs|gpfs|lustre|workspace|work)/[\w.@+-]+(?:/[\w.@+-]+)*"
        + @"|(?<![A-Za-z0-9])[A-Za-z]:(?:\\(?:[\w .@+()-]+\\)+|/(?:[\w.@+()-]+/)+)[\w.@+-]*"
        + @"|(?<![\w\\])\\\\[\w.-]+\\[\w.$-]+\\[\w.-]+|\bfile://[^\s""'<>]+",
        RegexOptions.CultureInvariant)]
    private static partial Regex Known();

    [GeneratedRegex(@"\A(?:(?:/[^/\n]+){2,}/?|[A-Za-z]:[\\/][^\n]+|\\\\[^\\\n]+\\[^\n]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
