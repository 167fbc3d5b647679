using System.Text;
using Clembench.Common;

namespace Clembench.HuggingFace.Conversion;

/// <summary>A piece of a SentencePiece vocabulary.</summary>
/// <param name="Text">Its text, with U+2581 for a space.</param>
/// <param name="Score">Its score: of two possible merges the one with the higher score comes first.</param>
/// <param name="Type">Its type: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.</param>
internal sealed record SentencePiece(string Text, float Score, int Type);

/// <summary>
/// Reads <c>tokenizer.model</c>: a protocol buffer (<c>ModelProto</c> of sentencepiece_model.proto), of which the pieces are
/// needed (field 1: text 1, score 2, type 3). Untrusted: each length is held against what is left.
/// </summary>
internal static class SentencePieceModel
{
    private const int MostPieces = 1 << 22;

    /// <summary>Reads a file's pieces.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="bytes">Its content.</param>
    /// <returns>The pieces, in the order of their numbers.</returns>
    /// <exception cref="ClemException">It is no such file.</exception>
    public static IReadOnlyList<SentencePiece> Read(string path, ReadOnlySpan<byte> bytes)
    {
        var pieces = new List<SentencePiece>();
        var at = 0;
        while (at < bytes.Length)
        {
            var (field, value, _) = Next(path, bytes, ref at);
            if (field != 1)
                continue;
            pieces.Add(ReadPiece(path, value));
            if (pieces.Count > MostPieces)
                throw ConversionError.Invalid(path, $"it has more than {MostPieces} pieces");
        }

        return pieces.Count > 0 ? pieces : throw ConversionError.Invalid(path, "it is no SentencePiece model: it has no pieces");
    }

    private static SentencePiece ReadPiece(string path, ReadOnlySpan<byte> bytes)
    {
        var (text, score, type) = ("", 0f, 1);
        var at = 0;
        while (at < bytes.Length)
        {
            var (field, value, number) = Next(path, bytes, ref at);
            switch (field)
            {
                case 1: text = Encoding.UTF8.GetString(value); break;
                case 2 when value.Length == 4: score = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(value); break;
                case 3: type = number is >= 1 and <= 6 ? (int)number : throw ConversionError.Invalid(path, $"a piece has the type {number}"); break;
            }
        }

        return new SentencePiece(text, score, type);
    }

    private static Field Next(string path, ReadOnlySpan<byte> bytes, ref int at)
    {
        var key = Varint(path, bytes, ref at);
        var length = (key & 7) switch
        {
            0 => 0UL,
            1 => 8UL,
            2 => Varint(path, bytes, ref at),
            5 => 4UL,
            _ => throw Broken(path),
        };
        var number = (key & 7) == 0 ? Varint(path, bytes, ref at) : 0;
        if (length > (ulong)(bytes.Length - at))
            throw Broken(path);
        var value = bytes.Slice(at, (int)length);
        at += (int)length;
        return new Field(key >> 3, value, number);
    }

    private static ulong Varint(string path, ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length)
                throw Broken(path);
            var part = bytes[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }

        throw Broken(path);
    }

    private static ClemException Broken(string path) => ConversionError.Invalid(path, "it is no SentencePiece model, or it is damaged");

    private readonly ref struct Field(ulong number, ReadOnlySpan<byte> bytes, ulong value)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public void Deconstruct(out ulong field, out ReadOnlySpan<byte> content, out ulong varint)
        {
            field = number;
            content = _bytes;
            varint = value;
        }
    }
}
