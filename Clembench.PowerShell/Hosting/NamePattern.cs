using System.Management.Automation;

namespace Clembench.PowerShell.Hosting;

/// <summary>A name that may have PowerShell's wildcards; letter case does not matter.</summary>
/// <param name="text">The name.</param>
internal sealed class NamePattern(string text)
{
    private readonly WildcardPattern _pattern = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);

    /// <summary>Whether the name has wildcards, so that it is no fault when it matches nothing.</summary>
    public bool HasWildcards { get; } = WildcardPattern.ContainsWildcardCharacters(text);

    /// <summary>Whether a name matches.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The verdict.</returns>
    public bool IsMatch(string name) => _pattern.IsMatch(name);

    /// <summary>A test for several patterns, of which one has to match.</summary>
    /// <param name="patterns">The patterns; null matches everything.</param>
    /// <returns>The test.</returns>
    public static Func<string, bool> Any(IEnumerable<string>? patterns)
    {
        var all = patterns?.Select(pattern => new NamePattern(pattern)).ToArray();
        return name => all is null || Array.Exists(all, pattern => pattern.IsMatch(name));
    }
}
