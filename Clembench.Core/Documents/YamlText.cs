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
    internal static string Value(object? value) => value switch
    {
        string text => Scalar(text),
        double number => Number(number),
        _ => JsonData.ToJson(value),
    };

    // YAML 1.1 takes 1e+16 for a text, because it has no dot; NaN and the infinities have names of their own.
    private static string Number(double number) => number switch
    {
        double.NaN => ".nan",
        double.PositiveInfinity => ".inf",
        double.NegativeInfinity => "-.inf",
        _ => JsonData.ToJson(number) is var text && text.IndexOf('e', StringComparison.Ordinal) is > 0 and var at && !text.Contains('.', StringComparison.Ordinal)
            ? text.Insert(at, ".0") : text,
    };

    private static string Scalar(string text) => IsPlain(text) ? text : JsonData.ToJson(text);

    /// <summary>Whether a text needs no quotes: every reader takes it for a text, and for this one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The verdict.</returns>
    internal static bool IsPlain(string text) => Simple().IsMatch(text) && YamlValue.Resolve(text) is string && !IsOtherTypeElsewhere(text);

    // Python's YAML is version 1.1, in which more plain scalars are no texts (yaml.org/type): booleans in words, and
    // numbers with underscores, in octal, binary or sexagesimal form, and dates.
    private static bool IsOtherTypeElsewhere(string text) => Word().IsMatch(text) || NumberOrDate().IsMatch(text);

    [GeneratedRegex("^(y|n|yes|no|on|off|true|false|null|nan|inf)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // Whatever begins with a digit and has no letter that none of these forms has: x, o and b in front, hexadecimal
    // digits, the e of an exponent, the t and z of a time.
    [GeneratedRegex("^[0-9][0-9a-fxobtz_.: +-]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberOrDate();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*\z")]
    private static partial Regex Simple();
}
