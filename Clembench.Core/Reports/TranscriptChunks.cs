using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;

namespace Clembench.Reports;

/// <summary>
/// Dialogues packed for a page: some at a time as a JSON list, compressed, and written as base64, an alphabet that has no
/// markup in it. Only the chunk that grows is in memory.
/// </summary>
/// <param name="output">Where the chunks go, each as an element of the page.</param>
internal sealed class TranscriptChunks(Stream output)
{
    // So much is unpacked to show one dialogue; and neighbours have prompts in common, which compress together.
    private const int ChunkSize = 512 * 1024;

    private readonly ArrayBufferWriter<byte> _chunk = new(2 * ChunkSize);
    private readonly List<int> _starts = [];
    private int _count;

    /// <summary>For each chunk, the place of its first episode.</summary>
    public IReadOnlyList<int> Starts => _starts;

    /// <summary>Takes the next episode's dialogue.</summary>
    /// <param name="transcript">A JSON object in UTF-8.</param>
    public void Add(ReadOnlySpan<byte> transcript)
    {
        if (_chunk.WrittenCount == 0)
            _starts.Add(_count);
        _chunk.Write(_chunk.WrittenCount == 0 ? "["u8 : ","u8);
        _chunk.Write(transcript);
        _count++;
        if (_chunk.WrittenCount >= ChunkSize)
            Flush();
    }

    /// <summary>Writes what is left.</summary>
    public void Flush()
    {
        if (_chunk.WrittenCount == 0)
            return;
        _chunk.Write("]"u8);
        WriteElement(output, $"chunk-{_starts.Count - 1}", _chunk.WrittenSpan);
        _chunk.ResetWrittenCount();
    }

    /// <summary>Writes data as an element that a browser does not look into.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="id">The element's name.</param>
    /// <param name="content">The data.</param>
    public static void WriteElement(Stream output, string id, ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        WriteBase64(output, id, packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>Writes data that are compressed already.</summary>
    /// <param name="output">Where they go.</param>
    /// <param name="id">The element's name.</param>
    /// <param name="bytes">The data.</param>
    public static void WriteBase64(Stream output, string id, ReadOnlySpan<byte> bytes)
    {
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes, text, out _, out var length);
        output.Write("<script type=\"application/octet-stream\" id=\""u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(id));
        output.Write("\">"u8);
        output.Write(text.AsSpan(0, length));
        output.Write("</script>\n"u8);
    }
}
