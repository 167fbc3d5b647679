using System.Globalization;
using System.Text.RegularExpressions;

namespace Clembench.Backends.Local;

/// <summary>
/// The names of GGUF files: which ones a pattern means, and the parts of a model that <c>llama-gguf-split</c> has split
/// (<c>name-00001-of-00003.gguf</c>).
/// </summary>
public static partial class GgufFileNames
{
    private const string Suffix = ".gguf";
    private const int MostParts = 10_000;

    /// <summary>Whether a name is a GGUF file's.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsGguf(string name) => name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The names of all parts of the model that a file is a part of.</summary>
    /// <param name="name">The name of a part, or of a whole model.</param>
    /// <returns>The names, in order; the name itself for a model that is not split.</returns>
    public static IReadOnlyList<string> Parts(string name) =>
        PartForm().Match(name) is { Success: true } match
            && int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) is > 0 and <= MostParts and var count
            ? [.. Enumerable.Range(1, count).Select(part => string.Create(CultureInfo.InvariantCulture, $"{match.Groups["stem"].Value}-{part:00000}-of-{count:00000}{Suffix}"))]
            : [name];

    /// <summary>The models that a pattern means, each by the name of its first part.</summary>
    /// <param name="names">The files of a repository or folder, with forward slashes.</param>
    /// <param name="pattern">A file's name or path, with wildcards (<see cref="FileNamePattern"/>); null for any.</param>
    /// <returns>
    /// The names, in order. Projectors of multimodal models and importance matrices are no models; a pattern without
    /// wildcards may name them all the same. Letter case counts, unless nothing fits otherwise.
    /// </returns>
    public static IReadOnlyList<string> Select(IEnumerable<string> names, string? pattern)
    {
        var isExact = pattern is not null && !FileNamePattern.HasWildcards(pattern);
        var candidates = names.Where(name => IsGguf(name) && (isExact || !Aside().IsMatch(name))).ToArray();
        var found = Fit(ignoreCase: false);
        if (found.Length == 0)
            found = Fit(ignoreCase: true);
        return [.. found.Select(name => Parts(name)[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        string[] Fit(bool ignoreCase)
        {
            if (pattern is null)
                return candidates;
            var form = new FileNamePattern(pattern, ignoreCase);
            return Array.FindAll(candidates, name => form.Fits(name) || form.Fits(name[(name.LastIndexOf('/') + 1)..]));
        }
    }

    [GeneratedRegex(@"^(?<stem>.*)-[0-9]{5}-of-(?<count>[0-9]{5})\.gguf$")]
    private static partial Regex PartForm();

    [GeneratedRegex(@"(?:^|/)[^/]*(?:mmproj|imatrix)[^/]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Aside();
}
