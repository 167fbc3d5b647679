using System.Security.Cryptography;

namespace Clembench.Games.Generation;

/// <summary>A small picture to draw on, in at most sixteen colours. All geometry is in whole numbers, so that it is the same everywhere.</summary>
internal sealed class Picture
{
    private readonly byte[] _pixels;

    /// <summary>Creates a picture that has the first colour all over.</summary>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="palette">The colours, as <c>0xRRGGBB</c>; at most sixteen.</param>
    public Picture(int width, int height, IReadOnlyList<int> palette)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(palette.Count, 16);
        (Width, Height, Palette) = (width, height, palette);
        _pixels = new byte[width * height];
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The colours, as <c>0xRRGGBB</c>.</summary>
    public IReadOnlyList<int> Palette { get; }

    /// <summary>The pixels row by row, as places in the palette.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>A name that only pictures of the same look have: the beginning of a hash of what they show.</summary>
    public string ContentName
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var number in (int[])[Width, Height, .. Palette])
                hash.AppendData(BitConverter.GetBytes(BitConverter.IsLittleEndian ? number : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number)));
            hash.AppendData(_pixels);
            return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        }
    }

    /// <summary>Colours every pixel of a square that belongs to a figure.</summary>
    /// <param name="left">The square's left edge.</param>
    /// <param name="top">The square's upper edge.</param>
    /// <param name="size">The square's size in pixels.</param>
    /// <param name="colour">The colour's place in the palette.</param>
    /// <param name="isInside">Whether a pixel belongs to the figure, by its distance from the left and the upper edge.</param>
    public void Fill(int left, int top, int size, int colour, Func<int, int, bool> isInside)
    {
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (isInside(x, y))
                    _pixels[((top + y) * Width) + left + x] = (byte)colour;
            }
        }
    }
}
