using System.Buffers;
using System.Text.Json;

namespace Clembench.Json;

/// <summary>
/// A buffer of each thread's own for texts that are written and soon copied or saved. Thousands of calls and episodes a
/// second would else have as many buffers grow and die.
/// </summary>
internal static class ThreadBuffer
{
    private const int Initial = 16 * 1024;
    private const int LargestKept = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Writes a value, and takes what is wanted of the text.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <typeparam name="T">What is wanted.</typeparam>
    /// <param name="options">The form of the text.</param>
    /// <param name="value">The value.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="take">Copies what is wanted out of the UTF-8 text.</param>
    /// <returns>What was wanted.</returns>
    public static T Write<TValue, T>(JsonWriterOptions options, TValue value, Action<Utf8JsonWriter, TValue> write, Func<ReadOnlySpan<byte>, T> take)
    {
        var buffer = Take();
        using (var writer = new Utf8JsonWriter(buffer, options))
            write(writer, value);
        var taken = take(buffer.WrittenSpan);
        Keep(buffer);
        return taken;
    }

    /// <summary>Takes the thread's buffer, empty, or a new one where it is in use. There must be no <c>await</c> before it is given back.</summary>
    /// <returns>The buffer.</returns>
    public static ArrayBufferWriter<byte> Take()
    {
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(Initial);
        _buffer = null;
        return buffer;
    }

    /// <summary>Gives a buffer back, whose content is not looked at any more. One that is not given back is merely garbage.</summary>
    /// <param name="buffer">The buffer.</param>
    public static void Keep(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > LargestKept)
            return;
        buffer.ResetWrittenCount();
        _buffer = buffer;
    }
}
