using System.Globalization;

namespace Clembench.HuggingFace.Hub;

/// <summary>Makes text of strangers harmless for a terminal.</summary>
public static class HubText
{
    private const int LongestName = 200;

    /// <summary>A text whose control and direction characters are replaced; line ends and tabs stay.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, with line feeds for all line ends and U+FFFD for what would steer a terminal.</returns>
    public static string Harmless(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return text.Any(Steers) ? string.Create(text.Length, text, static (target, source) =>
        {
            for (var at = 0; at < source.Length; at++)
                target[at] = Steers(source[at]) ? '\ufffd' : source[at];
        }) : text;
    }

    /// <summary>A name or short text on one line, for a message or a table.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, cut where it is very long.</returns>
    public static string OneLine(string text)
    {
        text = Harmless(text.Length > LongestName ? text[..LongestName] + "…" : text);
        return text.Replace('\n', ' ').Replace('\t', ' ');
    }

    /// <summary>A number of bytes for people, in the units of the hub's own pages (powers of ten).</summary>
    /// <param name="count">The number.</param>
    /// <returns>The text, such as <c>4.37 GB</c>.</returns>
    public static string Bytes(double count)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB"];
        var unit = 0;
        for (; count >= 999.5 && unit < units.Length - 1; unit++)
            count /= 1000;
        var format = unit == 0 ? "0" : count < 9.995 ? "0.00" : count < 99.95 ? "0.0" : "0";
        return $"{count.ToString(format, CultureInfo.InvariantCulture)} {units[unit]}";
    }

    // Zero-width joiners and the byte order mark are format characters that text rightly has; overrides and isolates of
    // the direction of writing make a name look like another one.
    private static bool Steers(char c) => c is not ('\n' or '\t')
        && (char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069'
            || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
