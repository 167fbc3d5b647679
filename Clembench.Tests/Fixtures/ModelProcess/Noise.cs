using System.Buffers.Binary;

namespace ModelProcess;

/// <summary>Programs that are not what they are taken for.</summary>
internal static class Noise
{
    // As documented in the protocol: what precedes the first message.
    private static readonly byte[] Preamble = [0x00, 0xC1, 0xE3, 0xB5, .. "llama"u8, 0xFF, 0x0D, 0x0A, 0x1A, 0x0A, 0xFE, 0x00];

    /// <summary>Greets rightly, then sends bytes by chance: bare ones, or in frames of possible and impossible kinds and lengths.</summary>
    internal static int Make(int seed)
    {
        var random = new Random(seed);
        using var output = Console.OpenStandardOutput();
        output.Write(Preamble);
        output.Write(Frame(1, 0, [2, 0, 0, 0]));
        output.Flush();
        Console.OpenStandardInput().ReadByte();
        for (var i = 0; i < 50; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            output.Write(random.Next(4) == 0 ? bytes : Frame((byte)random.Next(12), random.Next(-1, 4), bytes));
        }

        output.Flush();
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    internal static int KeepSilent()
    {
        Console.Error.WriteLine("I have nothing to say.");
        return 3;
    }

    internal static int Chatter()
    {
        using var output = Console.OpenStandardOutput();
        var line = "And another thing.\n"u8.ToArray();
        try
        {
            while (true)
                output.Write(line);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static byte[] Frame(byte type, int call, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        frame[4] = type;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(5), call);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
