namespace Clembench.Documents;

// The edits: each gives the smallest changes that add, replace or remove one item.
internal sealed partial class JsonContainer
{
    /// <summary>The layout for a new item, taken from the file.</summary>
    /// <returns>The layout.</returns>
    public JsonStyle StyleForNewItem()
    {
        var newLine = LineEnd(Text);
        var outer = LineIndent(Open);
        if (Items.Count == 0)
            return new JsonStyle(outer + "  ", "  ", newLine, OneLine: false);
        var first = Items[0];
        var indent = StartsLine(first.Start) ? LineIndent(first.Start) : outer;
        var unit = Added(outer, indent) ?? Added(indent, InnerIndent(first)) ?? "  ";
        return new JsonStyle(indent, unit, newLine, !Text.AsSpan(first.Start, first.End - first.Start).Contains('\n'));
    }

    /// <summary>The layout for a text that takes the place of an item.</summary>
    /// <param name="index">The item's index.</param>
    /// <returns>The layout.</returns>
    public JsonStyle StyleOf(int index)
    {
        var item = Items[index];
        return StyleForNewItem() with
        {
            Indent = LineIndent(item.Start),
            OneLine = !Text.AsSpan(item.Start, item.End - item.Start).Contains('\n'),
        };
    }

    /// <summary>Puts a text in the place of an item.</summary>
    /// <param name="index">The item's index.</param>
    /// <param name="item">The new text.</param>
    /// <returns>The edits.</returns>
    public IReadOnlyList<TextEdit> Replace(int index, string item) =>
        [new TextEdit(Items[index].Start, Items[index].End - Items[index].Start, item)];

    /// <summary>Adds an item behind the last one.</summary>
    /// <param name="item">The item's text, in the layout of <see cref="StyleForNewItem"/>.</param>
    /// <returns>The edits.</returns>
    public IReadOnlyList<TextEdit> Append(string item)
    {
        if (Items.Count == 0)
            return AddOnly(item);
        var style = StyleForNewItem();
        var last = Items[^1];
        var comma = CommaAfter(last.End);
        var behind = comma < 0 ? last.End : comma + 1;
        // A comment at the end of the line speaks of the item before it and stays there.
        var place = SkipLineComments(behind);
        var separator = place > behind || StartsLine(last.Start) ? style.NewLine + style.Indent : " ";
        return comma < 0
            ? [TextEdit.Insert(last.End, ","), TextEdit.Insert(place, separator + item)]
            : [TextEdit.Insert(place, separator + item + ",")];
    }

    /// <summary>Adds an item in front of the first one.</summary>
    /// <param name="item">The item's text, in the layout of <see cref="StyleForNewItem"/>.</param>
    /// <returns>The edits.</returns>
    public IReadOnlyList<TextEdit> Prepend(string item)
    {
        if (Items.Count == 0)
            return AddOnly(item);
        var style = StyleForNewItem();
        var place = SkipLineComments(Open + 1);
        // Above the comments that stand above the first item; on its line where there is no line of its own.
        return IsLineEnd(place)
            ? [TextEdit.Insert(place, style.NewLine + style.Indent + item + ",")]
            : [TextEdit.Insert(Items[0].Start, item + ", ")];
    }

    /// <summary>Removes an item and the comma that separates it; comments around it stay.</summary>
    /// <param name="index">The item's index.</param>
    /// <returns>The edits.</returns>
    public IReadOnlyList<TextEdit> Remove(int index)
    {
        var item = Items[index];
        var comma = CommaAfter(item.End);
        if (comma >= 0)
        {
            return IsBlank(item.End, comma)
                ? [DeleteTidily(item.Start, comma + 1)]
                : [TextEdit.Delete(item.Start, item.End), TextEdit.Delete(comma, comma + 1)];
        }

        if (index == 0)
            return [DeleteTidily(item.Start, item.End)];
        var before = CommaAfter(Items[index - 1].End);
        return IsBlank(before + 1, item.Start)
            ? [TextEdit.Delete(before, item.End)]
            : [TextEdit.Delete(before, before + 1), DeleteTidily(item.Start, item.End)];
    }

    /// <summary>The line end that a text uses.</summary>
    /// <param name="text">The text.</param>
    /// <returns>CR LF where its first line ends so, else LF.</returns>
    public static string LineEnd(string text) =>
        text.IndexOf('\n', StringComparison.Ordinal) is var at and > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";

    private TextEdit[] AddOnly(string item)
    {
        var style = StyleForNewItem();
        var place = SkipLineComments(Open + 1);
        var closesOnOwnLine = Text.AsSpan(place, Close - place).Contains('\n');
        return [TextEdit.Insert(place, style.NewLine + style.Indent + item + (closesOnOwnLine ? "" : style.NewLine + LineIndent(Open)))];
    }

    // Takes the whole line with what stood alone on it, and the blanks behind what did not.
    private TextEdit DeleteTidily(int start, int end)
    {
        var lineStart = start - LineIndent(start).Length;
        var rest = end;
        while (rest < Text.Length && Text[rest] is ' ' or '\t')
            rest++;
        if (!StartsLine(start) || !IsLineEnd(rest))
            return TextEdit.Delete(start, rest);
        var next = Text.IndexOf('\n', rest);
        return next < 0 ? TextEdit.Delete(start, end) : TextEdit.Delete(lineStart, next + 1);
    }

    private int CommaAfter(int offset) =>
        SkipTrivia(Text, offset) is var at && at < Text.Length && Text[at] == ',' ? at : -1;

    // The end of the comments on the rest of a line, if there is nothing else on it; else the offset itself.
    private int SkipLineComments(int offset)
    {
        var at = offset;
        var end = offset;
        while (at < Text.Length)
        {
            if (Text[at] is ' ' or '\t')
            {
                at++;
            }
            else if (CommentEnd(Text, at) is var next and > 0 && !Text.AsSpan(at, next - at).Contains('\n'))
            {
                at = end = next;
            }
            else
            {
                break;
            }
        }

        return IsLineEnd(at) ? end : offset;
    }

    private bool IsLineEnd(int offset) => offset >= Text.Length || Text[offset] is '\r' or '\n';

    private bool IsBlank(int start, int end) => Text.AsSpan(start, end - start).IsWhiteSpace();

    private bool StartsLine(int offset)
    {
        while (offset > 0 && Text[offset - 1] is ' ' or '\t')
            offset--;
        return offset == 0 || Text[offset - 1] == '\n';
    }

    // The white space that the line of an offset begins with.
    private string LineIndent(int offset)
    {
        var start = offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;
        var end = start;
        while (end < offset && Text[end] is ' ' or '\t')
            end++;
        return Text[start..end];
    }

    private string InnerIndent(JsonItem item)
    {
        var lineEnd = Text.IndexOf('\n', item.Start, item.End - item.Start);
        if (lineEnd < 0)
            return "";
        var end = lineEnd + 1;
        while (Text[end] is ' ' or '\t')
            end++;
        return Text[(lineEnd + 1)..end];
    }

    private static string? Added(string outer, string inner) =>
        inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal) ? inner[outer.Length..] : null;
}
