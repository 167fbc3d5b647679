namespace Clembench.Documents;

/// <summary>A place in a text as editors count it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters (UTF-16 units), from 1.</param>
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>The place of a character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">The character's offset.</param>
    /// <returns>Its line and column.</returns>
    public static TextPosition Of(string text, int offset)
    {
        var before = text.AsSpan(0, Math.Min(offset, text.Length));
        return new TextPosition(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    /// <inheritdoc />
    public override string ToString() => $"line {Line}, column {Column}";
}
