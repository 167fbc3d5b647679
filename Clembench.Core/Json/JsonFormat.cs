using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Clembench.Json;

/// <summary>
/// How files are written: as Python's <c>json.dump(…, indent=2, ensure_ascii=False)</c> does, because clemcore's
/// tools and people's scripts read them.
/// </summary>
public static class JsonFormat
{
    /// <summary>Indented by two spaces, line feeds, no escaping beyond what JSON demands.</summary>
    public static JsonWriterOptions Indented { get; } = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = MinimalEncoder.Instance };

    /// <summary>On one line, no escaping beyond what JSON demands.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = MinimalEncoder.Instance };

    /// <summary>
    /// How registries, key files and instance files are read: comments and trailing commas are allowed, because
    /// people edit these files by hand.
    /// </summary>
    public static JsonDocumentOptions Lenient { get; } = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>How deep what a service sends may be nested: <see cref="JsonDocument"/>'s own limit is less than some send.</summary>
    internal static JsonDocumentOptions Deep { get; } = new() { MaxDepth = 256 };

    /// <summary>How records of what was sent and received are read: that lies some levels deep in a file.</summary>
    internal static JsonDocumentOptions Record { get; } = new() { MaxDepth = 512 };

    /// <summary>
    /// Writes a floating-point number as Python's json module does: <c>100.0</c> keeps its fraction, and NaN and the
    /// infinities are bare tokens (which strict JSON does not know, but clemcore's files contain).
    /// </summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The number.</param>
    public static void WriteNumber(Utf8JsonWriter writer, double value) =>
        writer.WriteRawValue(PythonFloat.Repr(value), skipInputValidation: true);

    /// <summary>
    /// Writes an element with nothing lost: indented like the rest; in its very own text where a string has escaped
    /// surrogates, because one without its pair (models do produce them) cannot be written in any other way.
    /// </summary>
    /// <param name="writer">The writer.</param>
    /// <param name="element">The element.</param>
    public static void WriteExact(Utf8JsonWriter writer, JsonElement element)
    {
        var raw = element.ValueKind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(element);
        if (raw.IndexOf("\\ud"u8) >= 0 || raw.IndexOf("\\uD"u8) >= 0)
            writer.WriteRawValue(raw, skipInputValidation: true);
        else
            element.WriteTo(writer);
    }

    /// <summary>A value as the content of a file.</summary>
    /// <param name="value">A plain value (see <see cref="JsonMap"/>).</param>
    /// <returns>Indented UTF-8 text.</returns>
    public static ReadOnlyMemory<byte> ToFile(object? value) =>
        ThreadBuffer.Write(Indented, value, JsonData.Write, static utf8 => utf8.ToArray());

    /// <summary>An element as text on one line, with nothing lost.</summary>
    /// <param name="element">The element.</param>
    /// <returns>JSON text.</returns>
    public static string ToText(JsonElement element) =>
        ThreadBuffer.Write(Compact, element, WriteExact, static utf8 => System.Text.Encoding.UTF8.GetString(utf8));

    /// <summary>An element as indented text, with nothing lost.</summary>
    /// <param name="element">The element.</param>
    /// <returns>JSON text; on one line where a string has escaped surrogates (see <see cref="WriteExact"/>).</returns>
    internal static string ToIndentedText(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            WriteExact(writer, element);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Escapes only what RFC 8259 section 7 demands: quote, backslash and control characters.</summary>
    private sealed class MinimalEncoder : JavaScriptEncoder
    {
        public static readonly MinimalEncoder Instance = new();
        private static readonly string Ascii = "\"\\" + string.Concat(Enumerable.Range(0, 0x20).Select(c => (char)c)) + "\x7f";
        private static readonly SearchValues<char> Escaped = SearchValues.Create(Ascii);
        private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create(Ascii.Select(c => (byte)c).ToArray());

        // Surrogates are looked at: half a pair is no text.
        private static readonly SearchValues<char> Suspicious =
            SearchValues.Create(Ascii + string.Concat(Enumerable.Range(0xd800, 0x800).Select(c => (char)c)));

        public override int MaxOutputCharactersPerInputCharacter => 6;

        public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
        {
            var all = new ReadOnlySpan<char>(text, textLength);
            for (var i = 0; i < textLength; i += 2)
            {
                var next = all[i..].IndexOfAny(Suspicious);
                if (next < 0)
                    return -1;
                i += next;
                if (i + 1 >= textLength || !char.IsSurrogatePair(all[i], all[i + 1]))
                    return i;
            }

            return -1;
        }

        public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) =>
            Utf8.IsValid(utf8Text) ? utf8Text.IndexOfAny(EscapedBytes) : base.FindFirstCharacterToEncodeUtf8(utf8Text);

        public override bool WillEncode(int unicodeScalar) =>
            unicodeScalar <= 0x7f && Escaped.Contains((char)unicodeScalar);

        public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
        {
            var escape = unicodeScalar switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => $"\\u{unicodeScalar:x4}",
            };
            numberOfCharactersWritten = 0;
            if (escape.Length > bufferLength)
                return false;
            escape.AsSpan().CopyTo(new Span<char>(buffer, bufferLength));
            numberOfCharactersWritten = escape.Length;
            return true;
        }
    }
}
