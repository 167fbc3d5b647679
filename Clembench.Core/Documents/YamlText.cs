using System.Text;
using System.Text.RegularExpressions;
using Clembench.Json;

namespace Clembench.Documents;

/// <summary>Writes an entry as an item of a YAML block sequence.</summary>
internal static partial class YamlText
{
    /// <summary>An entry as the lines of a <c>- </c> item.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="indent">The white space in front of the dash.</param>
    /// <param name="newLine">The file's line end.</param>
    /// <returns>The lines, without a line end behind the last one.</returns>
    public static string Item(JsonMap entry, string indent, string newLine)
    {
        if (entry.Count == 0)
            return indent + "- {}";
        var text = new StringBuilder();
        WriteMembers(text, entry, indent + "  ", newLine);
        // The first member stands on the line of the dash.
        return indent + "- " + text.ToString(indent.Length + 2, text.Length - indent.Length - 2 - newLine.Length);
    }

    private static void WriteMembers(StringBuilder text, JsonMap map, string indent, string newLine)
    {
        foreach (var (name, value) in map)
        {
            text.Append(indent).Append(Scalar(name)).Append(':');
            if (value is JsonMap { Count: > 0 } inner)
            {
                text.Append(newLine);
                WriteMembers(text, inner, indent + "  ", newLine);
            }
            else
            {
                text.Append(' ').Append(Value(value)).Append(newLine);
            }
        }
    }

    // JSON is YAML: what has no simpler form is written as JSON.
    private static string Value(object? value) => value is string text ? Scalar(text) : JsonData.ToJson(value);

    private static string Scalar(string text) =>
        Simple().IsMatch(text) && YamlValue.Resolve(text) is string ? text : JsonData.ToJson(text);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$")]
    private static partial Regex Simple();
}
