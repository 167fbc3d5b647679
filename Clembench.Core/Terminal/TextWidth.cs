using System.Globalization;
using System.Text;
using Wcwidth;

namespace Clembench.Terminal;

/// <summary>How much room text takes in a terminal, where ideographs and emoji are two columns wide. Text is without control characters.</summary>
public static class TextWidth
{
    private const int Tab = 4;

    /// <summary>The columns that a text takes.</summary>
    /// <param name="text">Text of one line.</param>
    /// <returns>The number of columns.</returns>
    public static int Of(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text) && !text.Contains('\t'))
            return text.Length;
        var width = 0;
        for (var rest = text; !rest.IsEmpty;)
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            width += OfElement(rest[..length]);
            rest = rest[length..];
        }

        return width;
    }

    /// <summary>A text that takes just so many columns: filled up with spaces, or cut with an ellipsis.</summary>
    /// <param name="text">Text of one line.</param>
    /// <param name="width">The columns, at least 1.</param>
    /// <returns>The text.</returns>
    public static string Fit(string text, int width)
    {
        var missing = width - Of(text);
        if (missing >= 0)
            return text + new string(' ', missing);
        var (end, used) = (0, 0);
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(end));
            var element = OfElement(text.AsSpan(end, length));
            if (used + element > width - 1)
                break;
            end += length;
            used += element;
        }

        return string.Concat(text.AsSpan(0, end), "…", new string(' ', width - 1 - used));
    }

    /// <summary>Breaks a text into lines: at its line feeds, else between words, else where there is no more room.</summary>
    /// <param name="text">The text; tabs count as four spaces.</param>
    /// <param name="width">The columns of a line, at least 2.</param>
    /// <returns>The lines, one by one, of which none is wider.</returns>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var start = 0;
        while (true)
        {
            var end = text.IndexOf('\n', start);
            var line = text.AsMemory(start, (end < 0 ? text.Length : end) - start);
            foreach (var part in WrapLine(line, width))
                yield return part;
            if (end < 0)
                yield break;
            start = end + 1;
        }
    }

    private static IEnumerable<string> WrapLine(ReadOnlyMemory<char> line, int width)
    {
        while (true)
        {
            var (taken, next) = Take(line.Span, width);
            yield return line[..taken].Span.ToString().Replace("\t", new string(' ', Tab));
            if (next >= line.Length)
                yield break;
            line = line[next..];
        }
    }

    // How many characters go on a line, and where the next one begins: behind the space that the break replaces.
    private static (int Taken, int Next) Take(ReadOnlySpan<char> line, int width)
    {
        var (used, position, breakAt, next, afterSpace) = (0, 0, 0, 0, true);
        while (position < line.Length)
        {
            var length = StringInfo.GetNextTextElementLength(line[position..]);
            var element = line.Slice(position, length);
            var columns = OfElement(element);
            if (used + columns > width)
            {
                if (element is " ")
                    return (position, position + 1);
                // Something is always taken, also where not even one sign has room.
                return breakAt > 0 ? (breakAt, next) : position > 0 ? (position, position) : (length, length);
            }

            // Spaces at the beginning belong to the line; between ideographs a line may end anywhere.
            if (columns == 2 && position > 0)
                (breakAt, next) = (position, position);
            if (element is " " && !afterSpace)
                (breakAt, next) = (position, position + 1);
            afterSpace = element is " " && (afterSpace || position == 0);
            used += columns;
            position += length;
            if (columns == 2)
                (breakAt, next) = (position, position);
        }

        return (line.Length, line.Length);
    }

    private static int OfElement(ReadOnlySpan<char> element)
    {
        if (element.Length == 1 && element[0] is >= ' ' and < '\x7f')
            return 1;
        if (element is "\t")
            return Tab;
        var width = 0;
        foreach (var rune in element.EnumerateRunes())
            width = Math.Max(width, UnicodeCalculator.GetWidth(rune));
        // The variation selector that asks for an emoji makes a narrow sign wide.
        return element.Contains('\ufe0f') ? 2 : width;
    }
}
