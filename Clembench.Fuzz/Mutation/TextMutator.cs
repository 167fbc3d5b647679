using System.Text;
using Clembench.Fuzz.Targets;

namespace Clembench.Fuzz.Mutation;

/// <summary>Changes texts word by word and line by line, and nests what can be nested, deeper than any stack is.</summary>
/// <param name="random">The source of chance.</param>
/// <param name="target">The target, whose words are put in.</param>
internal sealed class TextMutator(Random random, FuzzTarget target)
{
    private const int LongestRepeat = 1 << 17;

    public byte[] Change(byte[] input, byte[] other)
    {
        var at = Boundary(input);
        switch (random.Next(10))
        {
            case 0 or 1 or 2 when target.Words.Count > 0:
                return Replaced(input, at, random.Next(2) == 0 ? 0 : random.Next(8), Word());
            case 3:
                return Replaced(input, at, 1 + random.Next(12), default);
            case 4 when target.Words.Count > 0:
                return Replaced(input, at, 0, Repeated(Word()));
            case 5:
                return WithLine(input, other, replaces: false);
            case 6:
                return WithLine(input, other, replaces: true);
            case 7:
                var (start, end) = Line(input);
                return [.. input.AsSpan(0, start), .. input.AsSpan(end)];
            case 8:
                var (from, to) = Line(input);
                return [.. input.AsSpan(0, from), .. "  "u8, .. input.AsSpan(from, to - from), .. input.AsSpan(to)];
            default:
                var begin = Boundary(other);
                return Replaced(input, at, random.Next(2) == 0 ? 0 : random.Next(16), other.AsSpan(begin, Math.Min(other.Length - begin, random.Next(40))));
        }
    }

    // Mostly a few times, now and then as often as a file has room for.
    private byte[] Repeated(ReadOnlySpan<byte> word)
    {
        var times = Math.Min(1 << random.Next(random.Next(200) == 0 ? 18 : 7), LongestRepeat / Math.Max(word.Length, 1));
        var repeated = new byte[times * word.Length];
        for (var i = 0; i < times; i++)
            word.CopyTo(repeated.AsSpan(i * word.Length));
        return repeated;
    }

    private byte[] Word() => target.Words[random.Next(target.Words.Count)];

    private static byte[] Replaced(byte[] input, int at, int length, ReadOnlySpan<byte> by) =>
        [.. input.AsSpan(0, at), .. by, .. input.AsSpan(Math.Min(at + length, input.Length))];

    private byte[] WithLine(byte[] input, byte[] other, bool replaces)
    {
        var (start, end) = Line(random.Next(2) == 0 ? input : other);
        var line = (random.Next(2) == 0 ? input : other).AsSpan();
        line = line[Math.Min(start, line.Length)..Math.Min(end, line.Length)];
        var (at, until) = Line(input);
        return [.. input.AsSpan(0, at), .. line, .. input.AsSpan(replaces ? until : at)];
    }

    private (int Start, int End) Line(byte[] input)
    {
        if (input.Length == 0)
            return (0, 0);
        var at = random.Next(input.Length);
        var end = input.AsSpan(at).IndexOf((byte)'\n');
        return (input.AsSpan(0, at).LastIndexOf((byte)'\n') + 1, end < 0 ? input.Length : at + end + 1);
    }

    // Half of the time where a word begins or ends: there is more to break.
    private int Boundary(byte[] input)
    {
        if (input.Length == 0)
            return 0;
        var at = random.Next(input.Length + 1);
        while (random.Next(2) == 0 && at > 0 && at < input.Length && IsLetter(input[at - 1]) == IsLetter(input[at]))
            at++;
        while (at > 0 && at < input.Length && (input[at] & 0xC0) == 0x80)
            at++;
        return at;
    }

    private static bool IsLetter(byte value) => value is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9' or (byte)'_' or >= 0x80;

    /// <summary>Texts as words.</summary>
    /// <param name="words">The texts.</param>
    /// <returns>Their bytes.</returns>
    public static byte[][] Words(params ReadOnlySpan<string> words)
    {
        var bytes = new byte[words.Length][];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = Encoding.UTF8.GetBytes(words[i]);
        return bytes;
    }
}
