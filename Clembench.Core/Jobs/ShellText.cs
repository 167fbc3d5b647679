using System.Text.RegularExpressions;

namespace Clembench.Jobs;

/// <summary>Words of a POSIX shell.</summary>
internal static partial class ShellText
{
    /// <summary>A text as one word.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text itself where it means nothing else, otherwise in quotes.</returns>
    /// <exception cref="Common.ClemException">The text has a control character.</exception>
    public static string Word(string text)
    {
        JobValue.CheckText(text);
        return Plain().IsMatch(text) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,=-]*\z")]
    private static partial Regex Plain();
}
