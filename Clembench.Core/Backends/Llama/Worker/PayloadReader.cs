using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Clembench.Backends.Llama.Worker;

/// <summary>Makes of a payload what the message says.</summary>
/// <typeparam name="T">What the message says.</typeparam>
/// <param name="reader">The payload.</param>
/// <returns>What it says.</returns>
internal delegate T PayloadDecoder<T>(ref PayloadReader reader);

/// <summary>Reads the parts of a frame's payload; whatever does not fit is a <see cref="ProtocolException"/>.</summary>
/// <param name="payload">The payload.</param>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Reads a message as a whole.</summary>
    /// <exception cref="ProtocolException">Parts are missing, not possible, or left over.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> payload, PayloadDecoder<T> decode)
    {
        var reader = new PayloadReader(payload);
        var content = decode(ref reader);
        return reader._rest.IsEmpty ? content : throw new ProtocolException($"a message has {reader._rest.Length} bytes too many");
    }

    public bool ReadBoolean() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        var other => throw new ProtocolException($"{other} is neither yes nor no"),
    };

    public int ReadInt32() => ReadValue<int>();

    public long ReadInt64() => ReadValue<long>();

    public double ReadDouble() => ReadValue<double>();

    public T? ReadOptional<T>()
        where T : unmanaged => ReadBoolean() ? ReadValue<T>() : null;

    public string ReadString() => ReadOptionalString() ?? throw new ProtocolException("a text is missing");

    public string? ReadOptionalString()
    {
        var length = ReadInt32();
        if (length == -1)
            return null;
        try
        {
            return Strict.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new ProtocolException("a text is not UTF-8");
        }
    }

    public int[] ReadInts()
    {
        var count = ReadInt32();
        if (count < 0 || count > _rest.Length / sizeof(int))
            throw new ProtocolException($"{count} numbers do not fit into {_rest.Length} bytes");
        var numbers = new int[count];
        Take(count * sizeof(int)).CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    private T ReadValue<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
            throw new ProtocolException($"a part of {count} bytes does not fit into {_rest.Length}");
        var part = _rest[..count];
        _rest = _rest[count..];
        return part;
    }
}
