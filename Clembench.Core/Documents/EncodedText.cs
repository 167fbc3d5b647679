using System.Text;

namespace Clembench.Documents;

/// <summary>
/// The text of a file together with how it was encoded, so that an edited text is written back as the file was:
/// UTF-8 with or without a byte order mark, or UTF-16 with one (what older Windows tools write).
/// </summary>
internal sealed class EncodedText
{
    private readonly Encoding _encoding;
    private readonly byte[] _preamble;

    private EncodedText(string text, Encoding encoding, byte[] preamble)
    {
        Text = text;
        _encoding = encoding;
        _preamble = preamble;
    }

    /// <summary>An empty UTF-8 text without a byte order mark: what a new file starts from.</summary>
    public static EncodedText Empty { get; } = Decode([]);

    /// <summary>The text, without the byte order mark.</summary>
    public string Text { get; }

    /// <summary>Decodes a file's content.</summary>
    /// <param name="bytes">The content.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DecoderFallbackException">The bytes are not text in the encoding.</exception>
    public static EncodedText Decode(ReadOnlySpan<byte> bytes)
    {
        Encoding[] known = [new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true)];
        foreach (var encoding in known)
        {
            if (bytes.StartsWith(encoding.Preamble))
                return new EncodedText(encoding.GetString(bytes[encoding.Preamble.Length..]), encoding, encoding.GetPreamble());
        }

        return new EncodedText(known[^1].GetString(bytes), known[^1], []);
    }

    /// <summary>Encodes another text as this one was.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The content of a file.</returns>
    public byte[] Encode(string text) => [.. _preamble, .. _encoding.GetBytes(text)];
}
