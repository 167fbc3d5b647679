using System.Buffers.Binary;
using Clembench.Fuzz.Targets;

namespace Clembench.Fuzz.Mutation;

/// <summary>Changes bytes, runs of bytes, and numbers of one to eight bytes.</summary>
/// <param name="random">The source of chance.</param>
/// <param name="target">The target, whose words are put in.</param>
internal sealed class ByteMutator(Random random, FuzzTarget target)
{
    // Those at which sums overflow, lengths turn negative and products wrap.
    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 3, 4, 7, 8, 9, 16, 31, 32, 63, 64, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32,
        long.MaxValue, 1UL << 63, ulong.MaxValue, ulong.MaxValue - 31, 1UL << 62, 1UL << 61, (1UL << 63) - 31,
    ];

    public byte[] Change(byte[] input, byte[] other)
    {
        if (input.Length == 0)
            return other;
        var at = random.Next(input.Length);
        switch (random.Next(9))
        {
            case 0:
                var flipped = input.ToArray();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                var set = input.ToArray();
                set[at] = (byte)random.Next(256);
                return set;
            case 2:
            case 3:
                return WithNumber(input.ToArray(), at);
            case 4:
                return [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + Run(input.Length)))];
            case 5:
                var from = random.Next(input.Length);
                return [.. input.AsSpan(0, at), .. input.AsSpan(from, Math.Min(Run(input.Length), input.Length - from)), .. input.AsSpan(at)];
            case 6:
                return input[..at];
            case 7 when target.Words.Count > 0:
                return [.. input.AsSpan(0, at), .. target.Words[random.Next(target.Words.Count)], .. input.AsSpan(at)];
            default:
                return other.Length == 0 ? input : [.. input.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length))];
        }
    }

    private int Run(int length) => 1 + random.Next(random.Next(4) == 0 ? length : Math.Min(length, 16));

    private byte[] WithNumber(byte[] bytes, int at)
    {
        var number = Numbers[random.Next(Numbers.Length)];
        if (random.Next(4) == 0)
            number += (ulong)random.Next(-4, 5);
        Span<byte> written = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(written, number);
        var width = Math.Min(1 << random.Next(4), bytes.Length);
        // Numbers of the formats lie at any place; where the same ones lie near the beginning, more of them count.
        at = random.Next(2) == 0 ? Math.Min(at, bytes.Length - width) : random.Next(Math.Min(bytes.Length - width, 64) + 1);
        written[..width].CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
