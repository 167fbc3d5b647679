using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clembench.Documents;

/// <summary>YAML nodes as plain values: plain scalars by the core schema of YAML 1.2 (section 10.3), all others as text.</summary>
internal static partial class YamlValue
{
    private const int MaximumDepth = 64;

    /// <summary>Converts a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The plain value (see <see cref="JsonMap"/>).</returns>
    /// <exception cref="TextSyntaxException">The node is nested too deeply, as a node that contains itself is.</exception>
    public static object? ToPlain(YamlNode node) => ToPlain(node, 0);

    /// <summary>What a plain scalar stands for.</summary>
    /// <param name="text">The scalar.</param>
    /// <returns>null, a boolean, a number, or the text itself.</returns>
    public static object? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        ".inf" or ".Inf" or ".INF" or "+.inf" => double.PositiveInfinity,
        "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
        _ when Integer().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ when Hexadecimal().IsMatch(text) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) => number,
        _ when Float().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    private static object? ToPlain(YamlNode node, int depth)
    {
        if (depth > MaximumDepth)
            throw new TextSyntaxException($"The entries are nested more than {MaximumDepth} levels deep.", (int)node.Start.Index);
        return node switch
        {
            YamlScalarNode { Style: ScalarStyle.Plain } scalar => Resolve(scalar.Value ?? ""),
            YamlScalarNode scalar => scalar.Value ?? "",
            YamlSequenceNode list => list.Children.Select(item => ToPlain(item, depth + 1)).ToArray(),
            YamlMappingNode map => new JsonMap(map.Children.Select(pair => KeyValuePair.Create(
                (pair.Key as YamlScalarNode)?.Value ?? throw new TextSyntaxException("A key is not a text.", (int)pair.Key.Start.Index),
                ToPlain(pair.Value, depth + 1)))),
            _ => throw new TextSyntaxException("This kind of YAML node has no meaning here.", (int)node.Start.Index),
        };
    }

    [GeneratedRegex("^[-+]?[0-9]+$")]
    private static partial Regex Integer();

    [GeneratedRegex("^0x[0-9a-fA-F]+$")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();
}
