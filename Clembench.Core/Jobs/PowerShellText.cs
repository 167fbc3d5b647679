using System.Globalization;
using System.Text;

namespace Clembench.Jobs;

/// <summary>Values as literals of PowerShell, from which nothing can break out.</summary>
internal static class PowerShellText
{
    // PowerShell takes each of these for the quote that ends a text.
    private const string Quotes = "'\u2018\u2019\u201A\u201B";

    /// <summary>A value as a literal.</summary>
    /// <param name="value">A text, a number, a boolean, or a list of them.</param>
    /// <returns>An expression without a line break.</returns>
    /// <exception cref="Common.ClemException">A text has a control character.</exception>
    public static string Literal(object value) => value switch
    {
        string text => Quote(text),
        bool flag => flag ? "$true" : "$false",
        IFormattable number and (int or long or double or decimal) => number.ToString(null, CultureInfo.InvariantCulture),
        System.Collections.IEnumerable list => $"@({string.Join(", ", list.Cast<object>().Select(Literal))})",
        _ => throw new ArgumentException($"A {value.GetType().Name} has no literal.", nameof(value)),
    };

    private static string Quote(string text)
    {
        JobValue.CheckText(text);
        var quoted = new StringBuilder("'");
        foreach (var character in text)
        {
            if (Quotes.Contains(character, StringComparison.Ordinal))
                quoted.Append(character);
            quoted.Append(character);
        }

        return quoted.Append('\'').ToString();
    }
}
