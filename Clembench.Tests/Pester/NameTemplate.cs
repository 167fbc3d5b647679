using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Clembench.Tests.Pester;

/// <summary>Names with templates: <c>&lt;name&gt;</c> and <c>&lt;_.prop&gt;</c> stand for a variable's value; a backtick before the bracket keeps it.</summary>
internal static partial class NameTemplate
{
    /// <summary>Fills in all templates from the current scope.</summary>
    /// <exception cref="RuntimeException">An expression could not be evaluated.</exception>
    public static string Expand(string name, SessionState state) =>
        Replace(name, expression => Text(state.InvokeCommand.InvokeScript(useLocalScope: true, Expression(expression), null)));

    /// <summary>Fills in the templates that need no other variables than these; the others stay as they are written.</summary>
    public static string ExpandKnown(string name, IReadOnlyDictionary<string, object?> variables)
    {
        var known = variables.Select(v => new PSVariable(v.Key, v.Value)).ToList();
        return Replace(name, expression =>
        {
            if (!variables.ContainsKey(FirstName().Match(expression).Value)) return null;
            try
            {
                return Text(Expression(expression).InvokeWithContext(null, known));
            }
            catch (RuntimeException)
            {
                // The run evaluates it once more, and there an error fails the test.
                return null;
            }
        });
    }

    private static string Replace(string name, Func<string, string?> evaluate) => Template().Replace(name, match =>
        match.Groups["escaped"].Success ? match.Groups["escaped"].Value : evaluate(match.Groups["expression"].Value) ?? match.Value);

    private static ScriptBlock Expression(string expression) => ScriptBlock.Create($"\"$(${expression})\"");

    private static string Text(IEnumerable<PSObject?> output) => string.Concat(output);

    [GeneratedRegex(@"`(?<escaped>[<>])|<(?<expression>[^>`]+)>")]
    private static partial Regex Template();

    [GeneratedRegex(@"^\w+")]
    private static partial Regex FirstName();
}
