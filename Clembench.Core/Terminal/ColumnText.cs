using System.Globalization;
using System.Text;
using Clembench.Transcripts;

namespace Clembench.Terminal;

/// <summary>
/// Names in the columns of tables. A name that is cut does not identify anything, and PowerShell breaks words anywhere under cultures
/// that it has no rules for, so names are broken here: behind the signs that join their parts.
/// </summary>
public static class ColumnText
{
    private const string Joints = " /-_.,:;)";

    /// <summary>A name as it stands in a column whose rows may have several lines.</summary>
    /// <param name="name">The name; its <c>ToString</c> is taken.</param>
    /// <param name="width">The column's width, at least 2.</param>
    /// <returns>The name, with control characters as visible signs, and line feeds where it is broken.</returns>
    public static string Name(object? name, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        var rest = VisibleText.ToSymbolsOnOneLine($"{name}");
        var text = new StringBuilder();
        while (TextWidth.Of(rest) > width)
        {
            var taken = Take(rest, width);
            text.Append(rest[..taken].TrimEnd(' ')).Append('\n');
            rest = rest[taken..];
        }

        return text.Append(rest).ToString();
    }

    // Behind the last space, else the last joint, that has room, if that is not too early; else where the room ends.
    private static int Take(string text, int width)
    {
        var (end, joint, space) = (0, 0, 0);
        while (end < text.Length)
        {
            var next = end + StringInfo.GetNextTextElementLength(text.AsSpan(end));
            if (TextWidth.Of(text.AsSpan(0, next)) > width)
                break;
            end = next;
            if (text[end - 1] == ' ')
                space = end;
            if (Joints.Contains(text[end - 1], StringComparison.Ordinal))
                joint = end;
        }

        // Something is always taken, also where not even one sign has room.
        return space > end / 3 ? space : joint > end / 3 ? joint : Math.Max(end, StringInfo.GetNextTextElementLength(text));
    }
}
