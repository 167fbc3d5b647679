using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's precompiled character map: a Darts double-array trie over UTF-8, whose values are places in a block of
/// texts that end with a zero byte (SentencePiece's builder.cc, Normalizer::DecodePrecompiledCharsMap).
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    private PrecompiledNormalizer(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    /// <summary>Reads the map.</summary>
    /// <param name="map">The trie's size in bytes (32 bits, little endian), the trie, the texts.</param>
    /// <exception cref="FormatException">The sizes do not fit.</exception>
    public static PrecompiledNormalizer Read(byte[] map)
    {
        if (map.Length < 4)
            throw new FormatException("the map is shorter than its first field");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (size % 4 != 0 || size > map.Length - 4)
            throw new FormatException("the trie is longer than the map");
        var units = new uint[size / 4];
        for (var i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(4 + (4 * i)));
        return new PrecompiledNormalizer(units, map[(int)(4 + size)..]);
    }

    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[24];
        for (var i = 0; i < text.Length;)
        {
            // The library maps whole grapheme clusters of less than six bytes, and others code point by code point.
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(i));
            var cluster = text.AsSpan(i, length);
            i += length;
            if (length < 6 && Encoding.UTF8.GetByteCount(cluster) < 6
                && Find(bytes[..Encoding.UTF8.GetBytes(cluster, bytes)]) is { } whole)
            {
                result.Append(whole);
                continue;
            }
            foreach (var rune in cluster.EnumerateRunes())
            {
                if (Find(bytes[..rune.EncodeToUtf8(bytes)]) is { } mapped)
                    result.Append(mapped);
                else
                    result.Append(rune.ToString());
            }
        }
        return result.ToString();
    }

    /// <summary>What the shortest prefix of a key that is in the trie is mapped to; null where none is.</summary>
    private string? Find(ReadOnlySpan<byte> key)
    {
        if (_units.Length == 0)
            return null;
        var node = Offset(_units[0]);
        foreach (var value in key)
        {
            if (value == 0)
                return null;
            node ^= value;
            if (node >= _units.Length)
                return null;
            var unit = _units[node];
            if ((unit & 0x800000FF) != value)
                return null;
            node ^= Offset(unit);
            if (((unit >> 8) & 1) == 1)
                return node < _units.Length ? TextAt(_units[node] & 0x7FFFFFFF) : null;
        }
        return null;
    }

    private string? TextAt(uint place)
    {
        if (place > _texts.Length)
            return null;
        var rest = _texts.AsSpan((int)place);
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
