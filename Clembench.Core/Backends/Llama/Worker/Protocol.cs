namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// What a session and a model's process agree on. Each direction is a sequence of frames: the payload's length in bytes
/// (32 bits), the <see cref="MessageType"/> (8 bits), the number of the call (32 bits, 0 for none), the payload. Numbers
/// are in the machine's own byte order, for both ends are on one machine; texts are UTF-8 behind their length in bytes,
/// tokens are 32-bit numbers behind their count. What the process sends begins with <see cref="Preamble"/>.
/// </summary>
internal static class Protocol
{
    /// <summary>To be raised whenever a message changes: a module that was replaced on disk is not the session's any more.</summary>
    public const int Version = 2;

    /// <summary>The bytes before a frame's payload.</summary>
    public const int HeaderSize = 9;

    /// <summary>The longest payload in bytes: far above any conversation, far below what harms.</summary>
    public const int LongestPayload = 64 << 20;

    /// <summary>The most bytes that a host may print before our own code runs in it.</summary>
    public const int LongestForeignOutput = 1 << 20;

    /// <summary>How long a process may take until our own code runs in it.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long a process may take to end in order; then it is killed.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long a process may have calls to answer and give no sign of life; then it is killed. Each operation of a batch is one.</summary>
    public static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The same while the model is loaded, where each tensor is a sign of life, and where a GPU computes: its driver may have to
    /// compile first, and a whole batch is one operation.
    /// </summary>
    public static readonly TimeSpan LongHangLimit = TimeSpan.FromMinutes(10);

    /// <summary>How often a process with calls under way says that it goes on.</summary>
    public static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(1);

    /// <summary>What tells our messages from what the host prints when it starts (control sequences for a terminal).</summary>
    public static ReadOnlySpan<byte> Preamble => [0x00, 0xC1, 0xE3, 0xB5, (byte)'l', (byte)'l', (byte)'a', (byte)'m', (byte)'a', 0xFF, 0x0D, 0x0A, 0x1A, 0x0A, 0xFE, 0x00];
}

/// <summary>What came over the pipe is no message of the protocol.</summary>
/// <param name="message">What is wrong with it.</param>
internal sealed class ProtocolException(string message) : Exception(message);
