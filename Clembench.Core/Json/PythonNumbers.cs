using System.Text.Json;

namespace Clembench.Json;

/// <summary>
/// The bare tokens <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which Python's json module writes and strict readers do not
/// know. They are overwritten by strict numbers of the same length, and their places are kept.
/// </summary>
internal sealed class PythonNumbers
{
    private static readonly (byte[] Token, byte[] Strict, double Value)[] Tokens =
    [
        ("NaN"u8.ToArray(), "0.0"u8.ToArray(), double.NaN),
        ("-Infinity"u8.ToArray(), "-0.000000"u8.ToArray(), double.NegativeInfinity),
        ("Infinity"u8.ToArray(), "0.000000"u8.ToArray(), double.PositiveInfinity),
    ];

    private readonly List<(long Offset, double Value)> _found = [];
    private int _next;

    /// <summary>Overwrites the tokens of a text.</summary>
    /// <param name="text">The text, which is changed where it has such tokens.</param>
    /// <returns>Their places; null where there are none, so that nothing was changed.</returns>
    public static PythonNumbers? Overwrite(Span<byte> text)
    {
        // Most files have none of the tokens; a first look decides whether they have to be told apart at all.
        if (!MayHave(text))
            return null;
        var numbers = new PythonNumbers();
        for (var i = 0; i < text.Length;)
        {
            var ahead = text[i..].IndexOfAny((byte)'"', (byte)'N', (byte)'I');
            if (ahead < 0)
                break;
            i += ahead;
            i = text[i] == '"' ? AfterString(text, i + 1) : numbers.OverwriteAt(text, i);
        }

        return numbers._found.Count == 0 ? null : numbers;
    }

    /// <summary>Whether a text has one of the tokens, in a string or outside.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A first answer that costs little.</returns>
    public static bool MayHave(ReadOnlySpan<byte> text) => text.IndexOf("NaN"u8) >= 0 || text.IndexOf("Infinity"u8) >= 0;

    /// <summary>The number that stood at a reader's place before. The reader has to come by in the order of the text.</summary>
    /// <param name="reader">A reader of the overwritten text, at a number.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryGet(in Utf8JsonReader reader, out double value)
    {
        while (_next < _found.Count && _found[_next].Offset < reader.TokenStartIndex)
            _next++;
        var found = _next < _found.Count && _found[_next].Offset == reader.TokenStartIndex;
        value = found ? _found[_next].Value : 0;
        return found;
    }

    private static int AfterString(ReadOnlySpan<byte> text, int start)
    {
        while (start < text.Length)
        {
            var ahead = text[start..].IndexOfAny((byte)'"', (byte)'\\');
            if (ahead < 0)
                break;
            start += ahead;
            if (text[start] == '"')
                return start + 1;
            start += 2;
        }

        return text.Length;
    }

    private int OverwriteAt(Span<byte> text, int place)
    {
        if (place > 0 && text[place] == 'I' && text[place - 1] == '-')
            place--;
        foreach (var (token, strict, value) in Tokens)
        {
            if (!text[place..].StartsWith(token))
                continue;
            strict.CopyTo(text[place..]);
            _found.Add((place, value));
            return place + token.Length;
        }

        // Something else, which the reader will refuse.
        return place + (text[place] == '-' ? 2 : 1);
    }
}
