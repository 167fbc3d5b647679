using System.Buffers;
using System.Text;

namespace Clembench.HuggingFace.Tokenizers;

/// <summary>
/// The alphabet of byte-level vocabularies (GPT-2's): each of the 256 bytes is a letter that can be printed. Bytes that are
/// printable in Latin-1 stand for themselves, the others are the letters from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] LetterOfByte = MakeLetters();
    private static readonly short[] ByteOfLetter = MakeBytes();

    /// <summary>The letter of a byte.</summary>
    public static char Letter(byte value) => LetterOfByte[value];

    /// <summary>The letters of a text's UTF-8.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var count = Encoding.UTF8.GetBytes(text, bytes);
            return string.Create(count, bytes, static (letters, bytes) =>
            {
                for (var i = 0; i < letters.Length; i++)
                    letters[i] = LetterOfByte[bytes[i]];
            });
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Adds the bytes that a token stands for; a token with any other character stands for its own UTF-8.</summary>
    public static void Read(string token, List<byte> bytes)
    {
        var start = bytes.Count;
        foreach (var letter in token)
        {
            if (letter >= ByteOfLetter.Length || ByteOfLetter[letter] < 0)
            {
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                return;
            }
            bytes.Add((byte)ByteOfLetter[letter]);
        }
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 0x100;
        for (var value = 0; value < 256; value++)
            letters[value] = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : (char)next++;
        return letters;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[0x144];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
            bytes[LetterOfByte[value]] = (short)value;
        return bytes;
    }
}
