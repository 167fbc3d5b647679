using System.Management.Automation;
using System.Management.Automation.Language;

namespace Clembench.PowerShell.Completion;

/// <summary>Makes completion results of names.</summary>
internal static class Completions
{
    /// <summary>The names that begin with what was typed.</summary>
    /// <param name="typed">What was typed, perhaps in quotes.</param>
    /// <param name="candidates">The names, each with what the list shows about it.</param>
    /// <returns>Results whose text is quoted where it has to be.</returns>
    public static IEnumerable<CompletionResult> Matching(string typed, IEnumerable<(string Name, string About)> candidates)
    {
        var begin = typed.Trim('\'', '"');
        return candidates
            .Where(candidate => candidate.Name.StartsWith(begin, StringComparison.OrdinalIgnoreCase))
            .Select(candidate => new CompletionResult(
                Quote(candidate.Name), candidate.Name, CompletionResultType.ParameterValue,
                candidate.About.Length > 0 ? candidate.About : candidate.Name));
    }

    private static string Quote(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':')
            ? name
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
}
