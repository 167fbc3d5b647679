using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Clembench.Tests.Pester;

/// <summary>Names with templates: <c>&lt;name&gt;</c> and <c>&lt;_.prop&gt;</c> stand for a variable's value; a backtick before the bracket keeps it.</summary>
internal static partial class NameTemplate
{
    /// <summary>Fills in all templates from the current scope.</summary>
    /// <exception cref="RuntimeException">An expression could not be evaluated.</exception>
    public static string Expand(string name, SessionState state) =>
        Replace(name, expression => Evaluate(expression, state));

    /// <summary>Fills in the templates of these variables from the current scope; the others stay as they are written.</summary>
    public static string ExpandKnown(string name, SessionState state, IReadOnlySet<string> variables) => Replace(name, expression =>
    {
        if (!variables.Contains(FirstName().Match(expression).Value)) return null;
        try
        {
            return Evaluate(expression, state);
        }
        catch (RuntimeException)
        {
            // The run evaluates it once more, and there an error fails the test.
            return null;
        }
    });

    private static string Replace(string name, Func<string, string?> evaluate) => Template().Replace(name, match =>
        match.Groups["escaped"].Success ? match.Groups["escaped"].Value : evaluate(match.Groups["expression"].Value) ?? match.Value);

    private static string Evaluate(string expression, SessionState state) =>
        string.Concat(state.InvokeCommand.InvokeScript(useLocalScope: true, ScriptBlock.Create($"\"$(${expression})\""), null));

    [GeneratedRegex(@"`(?<escaped>[<>])|<(?<expression>[^>`]+)>")]
    private static partial Regex Template();

    [GeneratedRegex(@"^\w+")]
    private static partial Regex FirstName();
}
