using System.Text;

namespace Clembench.Documents;

/// <summary>Replaces one stretch of a text; everything outside the edits of a set stays as it is.</summary>
/// <param name="Offset">Where the stretch begins.</param>
/// <param name="Length">How long it is; 0 inserts.</param>
/// <param name="Replacement">What comes in its place.</param>
internal readonly record struct TextEdit(int Offset, int Length, string Replacement)
{
    /// <summary>Inserts a text.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="text">What.</param>
    /// <returns>The edit.</returns>
    public static TextEdit Insert(int offset, string text) => new(offset, 0, text);

    /// <summary>Removes a stretch.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">The offset behind its end.</param>
    /// <returns>The edit.</returns>
    public static TextEdit Delete(int start, int end) => new(start, end - start, "");

    /// <summary>Applies edits that do not overlap; insertions at one place come in the order given.</summary>
    /// <param name="text">The text.</param>
    /// <param name="edits">The edits; offsets refer to the unedited text.</param>
    /// <returns>The edited text.</returns>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        var result = new StringBuilder(text.Length + 256);
        var done = 0;
        foreach (var edit in edits.OrderBy(e => e.Offset))
        {
            result.Append(text, done, edit.Offset - done).Append(edit.Replacement);
            done = edit.Offset + edit.Length;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
