using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clembench.Common;

namespace Clembench.Runs;

/// <summary>One of several parts of a run, so that several processes can share it: <c>2/4</c> is the second of four.</summary>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Count">The number of parts.</param>
public readonly record struct Shard(int Number, int Count)
{
    /// <summary>Reads <c>i/n</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The shard.</returns>
    /// <exception cref="ClemException">The text is no shard.</exception>
    public static Shard Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && number >= 1 && number <= count)
            return new Shard(number, count);
        throw new ClemException(
            "Clem.Run.BadShard", ErrorKind.InvalidArgument, $"'{text}' is not a shard.",
            "Give the part and the number of parts, both from 1: -Shard 2/4 is the second of four.", text);
    }

    /// <summary>Whether an episode belongs to this part: a matter of what is played, not of its place in a list.</summary>
    /// <param name="identity">What names the episode: line-up, game, experiment, instance and repetition.</param>
    /// <returns>The verdict.</returns>
    public bool Contains(string identity) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity))) % (ulong)Count == (ulong)(Number - 1);
}
