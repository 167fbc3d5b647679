using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Clembench.Games.Words;

/// <summary>Regular expressions that instance files bring, which are written for Python's <c>re</c>.</summary>
internal static class PythonPattern
{
    // A game has a handful of patterns, and its instances repeat them.
    private static readonly ConcurrentDictionary<(string Pattern, bool IgnoreCase), Regex> Known = new();

    /// <summary>Matches a text from its start: <c>re.match(pattern, text, re.IGNORECASE)</c>.</summary>
    /// <param name="instance">The instance whose pattern it is, for the error.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The text.</param>
    /// <param name="ignoreCase">Whether upper and lower case are the same.</param>
    /// <returns>The match, which may have failed.</returns>
    /// <exception cref="Common.ClemException">The pattern is not a regular expression.</exception>
    public static Match MatchStart(GameInstance instance, string pattern, string text, bool ignoreCase = true)
    {
        try
        {
            return Known.GetOrAdd((pattern, ignoreCase), static key => Translate(key.Pattern, key.IgnoreCase)).Match(text);
        }
        catch (ArgumentException e)
        {
            throw new Common.ClemException(
                "Clem.Instance.Pattern", Common.ErrorKind.InvalidData,
                $"The pattern '{pattern}' of {instance} is not a regular expression: {e.Message}", "Correct the instance file.", instance, e);
        }
    }

    // The syntaxes agree in all that games use but the names of groups.
    private static Regex Translate(string pattern, bool ignoreCase) => new(
        $@"\A(?:{pattern.Replace("(?P<", "(?<", StringComparison.Ordinal)})",
        (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None) | RegexOptions.CultureInvariant);
}
