using System.Buffers.Binary;
using System.IO.Compression;

namespace Clembench.Games.Generation;

/// <summary>
/// Writes pictures as PNG files (W3C's Portable Network Graphics, third edition): four bits a pixel, with a palette.
/// Another version of the compressor may give other bytes for the same pixels.
/// </summary>
internal static class PngFile
{
    private const int BitDepth = 4;
    private const int IndexedColour = 3;

    /// <summary>A picture as a file.</summary>
    /// <param name="picture">The picture.</param>
    /// <returns>The file's content.</returns>
    public static byte[] Encode(Picture picture)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = BitDepth;
        header[9] = IndexedColour;
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "PLTE"u8, [.. picture.Palette.SelectMany(colour => (byte[])[(byte)(colour >> 16), (byte)(colour >> 8), (byte)colour])]);
        WriteChunk(file, "IDAT"u8, Compress(picture));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(Picture picture)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            // Each line begins with the number of its filter: none.
            var line = new byte[1 + ((picture.Width + 1) / 2)];
            for (var y = 0; y < picture.Height; y++)
            {
                var pixels = picture.Pixels.Slice(y * picture.Width, picture.Width);
                line.AsSpan().Clear();
                for (var x = 0; x < pixels.Length; x++)
                    line[1 + (x / 2)] |= (byte)(x % 2 == 0 ? pixels[x] << BitDepth : pixels[x]);
                zlib.Write(line);
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    // CRC-32 bit by bit, with the reversed polynomial: the files are small.
    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
        }

        return crc;
    }
}
