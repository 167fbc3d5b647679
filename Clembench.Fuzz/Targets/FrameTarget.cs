using Clembench.Backends.Llama.Worker;
using Clembench.Fuzz.Mutation;

namespace Clembench.Fuzz.Targets;

/// <summary>What a worker process sends.</summary>
internal sealed class FrameTarget : FuzzTarget
{
    public override string Name => "frames";

    public override string Description => "messages of a worker process";

    public override InputForm Form => InputForm.Bytes;

    public override IReadOnlyList<byte[]> Words { get; } = [Protocol.Preamble.ToArray(), [0, 0, 0, 0, 1, 0, 0, 0, 0], .. TextMutator.Words("WARNING: text of a host\n")];

    public override bool Run(byte[] input)
    {
        var reader = new FrameReader(new MemoryStream(input));
        try
        {
            if (!reader.SkipToPreamble())
                return false;
            long length = 0;
            while (reader.TryRead(out var frame))
                length += frame.Payload.Length;
            Promise(length <= input.Length, "frames are no longer than what came", () => $"{length} of {input.Length}");
            return true;
        }
        catch (ProtocolException error)
        {
            Promise(error.Message.Length > 0, "an error says what is wrong", error.ToString);
            return false;
        }
    }

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        var preamble = Protocol.Preamble.ToArray();
        yield return preamble;
        yield return [.. "a host's greeting\n"u8, .. preamble, 3, 0, 0, 0, 1, 7, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 2, 0, 0, 0, 0];
    }
}
