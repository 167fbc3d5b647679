using System.Buffers;

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
