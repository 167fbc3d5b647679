using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>Values in the form in which a script would write them, for messages.</summary>
internal static class ValueText
{
    private const int MaximumItems = 10;

    /// <summary>The text of a value.</summary>
    public static string Of(object? value) => Values.Base(value) switch
    {
        null => "$null",
        bool flag => flag ? "$true" : "$false",
        string text => $"'{Visible(text)}'",
        char letter => $"'{Visible(letter.ToString())}'",
        DateTime time => time.ToString("o", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("o", CultureInfo.InvariantCulture),
        Type type => $"[{type.FullName ?? type.Name}]",
        Enum name => name.ToString(),
        IFormattable number and (IConvertible or Guid or TimeSpan) => number.ToString(null, CultureInfo.InvariantCulture),
        ScriptBlock script => $"{{{script}}}",
        IDictionary map => $"@{{{Join(map.Cast<DictionaryEntry>().Select(e => $"{e.Key}={Of(e.Value)}"), "; ")}}}",
        IEnumerable many => $"@({Join(many.Cast<object?>().Select(Of), ", ")})",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value} [{TypeName(value)}]"),
    };

    private static string TypeName(object? value) => PSObject.AsPSObject(value!).TypeNames.FirstOrDefault() ?? "object";

    private static string Join(IEnumerable<string> items, string separator)
    {
        var list = items.Take(MaximumItems + 1).ToList();
        return list.Count > MaximumItems ? string.Join(separator, list.Take(MaximumItems)) + separator + "…" : string.Join(separator, list);
    }

    private static string Visible(string text) => text
        .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);
}
