using System.Text;
using System.Text.Json;
using Clembench.Json;

namespace Clembench.Documents;

/// <summary>What the root of a JSON text is.</summary>
internal enum JsonRoot
{
    /// <summary>There is nothing but white space and comments.</summary>
    Nothing,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,

    /// <summary>A string, number, boolean or null.</summary>
    Scalar,
}

/// <summary>One item of a root: an element of an array, or a member of an object.</summary>
/// <param name="Name">The member's name; null for an element.</param>
/// <param name="Value">The value.</param>
/// <param name="Start">Where the item begins: the value, or the name in front of it.</param>
/// <param name="ValueStart">Where the value begins.</param>
/// <param name="End">The offset behind the value.</param>
internal sealed record JsonItem(string? Name, object? Value, int Start, int ValueStart, int End);

/// <summary>
/// A JSON text (comments and trailing commas allowed) whose root's items are known with their places, so that one
/// can be changed without touching the rest of the text.
/// </summary>
internal sealed partial class JsonContainer
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private JsonContainer(string text) => Text = text;

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>What the root is.</summary>
    public JsonRoot Root { get; private set; }

    /// <summary>Where the root begins.</summary>
    public int Open { get; private set; }

    /// <summary>Where the root's last character is.</summary>
    public int Close { get; private set; }

    /// <summary>The items of an array or object, in order.</summary>
    public IReadOnlyList<JsonItem> Items { get; private set; } = [];

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its root and items.</returns>
    /// <exception cref="TextSyntaxException">The text is not JSON.</exception>
    public static JsonContainer Parse(string text)
    {
        var container = new JsonContainer(text);
        if (SkipTrivia(text, 0) < text.Length)
            container.Read();
        return container;
    }

    /// <summary>Where the value of a member of an item begins; the item's own place where it has no such member.</summary>
    /// <param name="start">Where the value that holds the member begins.</param>
    /// <param name="end">The offset behind that value.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>An offset in the text.</returns>
    public int Locate(int start, int end, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(Text[start..end]);
        var reader = new Utf8JsonReader(utf8, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return start;
        var found = start;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var matches = JsonNames.IsNamed(ref reader, name);
            reader.Read();
            if (matches)
                found = start + Encoding.UTF8.GetCharCount(utf8.AsSpan(0, (int)reader.TokenStartIndex));
            reader.Skip();
        }

        return found;
    }

    /// <summary>The first name that an object of the text has twice.</summary>
    /// <returns>The name, and where it stands for the second time; null where there is none.</returns>
    public (string Name, int Offset)? FindRepeatedName()
    {
        var utf8 = Encoding.UTF8.GetBytes(Text);
        var reader = new Utf8JsonReader(utf8, Options);
        var objects = new Stack<HashSet<string>>();
        while (Root != JsonRoot.Nothing && reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                objects.Push(new HashSet<string>(StringComparer.Ordinal));
            else if (reader.TokenType == JsonTokenType.EndObject)
                objects.Pop();
            else if (reader.TokenType == JsonTokenType.PropertyName && JsonData.ToText(ref reader) is var name && !objects.Peek().Add(name))
                return (name, Encoding.UTF8.GetCharCount(utf8.AsSpan(0, (int)reader.TokenStartIndex)));
        }

        return null;
    }

    private void Read()
    {
        var utf8 = Encoding.UTF8.GetBytes(Text);
        var reader = new Utf8JsonReader(utf8, Options);
        var items = new List<JsonItem>();
        int bytes = 0, chars = 0;

        // The reader counts bytes and only ever goes forward, so that every stretch is counted once.
        int ToOffset(long byteOffset)
        {
            chars += Encoding.UTF8.GetCharCount(utf8.AsSpan(bytes, (int)byteOffset - bytes));
            bytes = (int)byteOffset;
            return chars;
        }

        try
        {
            reader.Read();
            Open = ToOffset(reader.TokenStartIndex);
            Root = reader.TokenType switch
            {
                JsonTokenType.StartArray => JsonRoot.Array,
                JsonTokenType.StartObject => JsonRoot.Object,
                _ => JsonRoot.Scalar,
            };
            while (Root != JsonRoot.Scalar && reader.Read() && reader.CurrentDepth > 0)
            {
                var start = ToOffset(reader.TokenStartIndex);
                string? name = null;
                if (Root == JsonRoot.Object)
                {
                    name = reader.GetString();
                    reader.Read();
                }

                var valueStart = ToOffset(reader.TokenStartIndex);
                using var value = JsonDocument.ParseValue(ref reader);
                items.Add(new JsonItem(name, JsonData.ToPlain(value.RootElement), start, valueStart, ToOffset(reader.BytesConsumed)));
            }

            Close = ToOffset(reader.BytesConsumed) - 1;
            while (reader.Read())
            {
                // Only the end of the text or an error follows the root.
            }
        }
        catch (JsonException error)
        {
            throw new TextSyntaxException(Cause(error), Offset(utf8, error), error);
        }
        catch (InvalidOperationException error)
        {
            // Half a surrogate pair, written as an escape, is JSON by its grammar but no text.
            throw new TextSyntaxException("A string or name holds half of a character (an unpaired \\ud8xx escape).", chars, error);
        }

        Items = items;
    }

    private static string Cause(JsonException error) =>
        error.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];

    private static int Offset(byte[] utf8, JsonException error)
    {
        var start = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--)
            start += utf8.AsSpan(start).IndexOf((byte)'\n') + 1;
        var end = Math.Min(start + (int)(error.BytePositionInLine ?? 0), utf8.Length);
        return Encoding.UTF8.GetCharCount(utf8.AsSpan(0, end));
    }

    // The first offset from which on there is neither white space nor a comment.
    private static int SkipTrivia(string text, int offset)
    {
        while (offset < text.Length)
        {
            if (text[offset] is ' ' or '\t' or '\r' or '\n')
                offset++;
            else if (CommentEnd(text, offset) is var end and > 0)
                offset = end;
            else
                break;
        }

        return offset;
    }

    // The offset behind the comment that begins here (a line comment ends before the line end), or -1.
    private static int CommentEnd(string text, int offset)
    {
        if (string.CompareOrdinal(text, offset, "//", 0, 2) == 0)
            return text.AsSpan(offset).IndexOfAny('\r', '\n') is var length and >= 0 ? offset + length : text.Length;
        if (string.CompareOrdinal(text, offset, "/*", 0, 2) == 0)
            return text.IndexOf("*/", offset + 2, StringComparison.Ordinal) is var close and >= 0 ? close + 2 : -1;
        return -1;
    }
}
