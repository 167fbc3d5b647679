using Clembench.Templates;

namespace Clembench.Backends.Llama.Worker;

/// <summary>How the engine's contract is written into payloads, and read from them.</summary>
internal static class Messages
{
    public static void Write(FrameBuffer buffer, LlamaLoadOptions options)
    {
        buffer.Write(options.Path);
        buffer.WriteOptional(options.ContextSize);
        buffer.Write(options.GpuLayers);
        buffer.WriteOptional(options.Threads);
        buffer.Write(options.MaxSequences);
        buffer.Write(options.EndTokens);
    }

    public static LlamaLoadOptions ReadLoadOptions(ref PayloadReader reader) => new(reader.ReadString())
    {
        ContextSize = reader.ReadOptional<int>(),
        GpuLayers = reader.ReadInt32(),
        Threads = reader.ReadOptional<int>(),
        MaxSequences = reader.ReadInt32(),
        EndTokens = reader.ReadInts(),
    };

    public static void Write(FrameBuffer buffer, LlamaModelInfo info)
    {
        buffer.Write(info.ContextSize);
        buffer.Write(info.VocabularySize);
        buffer.Write(info.ParameterCount);
        buffer.Write(info.Description);
    }

    public static LlamaModelInfo ReadInfo(ref PayloadReader reader) =>
        new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadString());

    public static void Write(FrameBuffer buffer, (string Text, IReadOnlyList<TextSpan> PlainSpans) content)
    {
        buffer.Write(content.Text);
        buffer.Write(content.PlainSpans.Count);
        foreach (var span in content.PlainSpans)
        {
            buffer.Write(span.Start);
            buffer.Write(span.Length);
        }
    }

    public static (string Text, IReadOnlyList<TextSpan> PlainSpans) ReadText(ref PayloadReader reader)
    {
        var text = reader.ReadString();
        var count = reader.ReadInt32();
        var spans = new List<TextSpan>();
        for (var i = 0; i < count; i++)
        {
            var span = new TextSpan(reader.ReadInt32(), reader.ReadInt32());
            if (span.Start < 0 || span.Length < 0 || span.Start > text.Length - span.Length)
                throw new ProtocolException($"the text has no piece of {span.Length} at {span.Start}");
            spans.Add(span);
        }

        return count >= 0 ? (text, spans) : throw new ProtocolException($"{count} pieces of a text are announced");
    }

    public static void Write(FrameBuffer buffer, LlamaRequest request)
    {
        buffer.Write(request.MaxTokens);
        buffer.Write(request.Temperature);
        buffer.WriteOptional(request.Seed);
        buffer.Write(request.Tokens);
    }

    public static LlamaRequest ReadRequest(ref PayloadReader reader)
    {
        var (most, temperature, seed) = (reader.ReadInt32(), reader.ReadDouble(), reader.ReadOptional<uint>());
        return new(reader.ReadInts(), most, temperature, seed);
    }

    public static void Write(FrameBuffer buffer, IReadOnlyList<int> tokens) => buffer.Write(tokens);

    public static int[] ReadTokens(ref PayloadReader reader) => reader.ReadInts();

    public static void Write(FrameBuffer buffer, LlamaCompletion completion)
    {
        buffer.Write((int)completion.Stop);
        buffer.Write(completion.CachedTokens);
        buffer.Write(completion.Text);
        buffer.Write(completion.Tokens);
    }

    public static LlamaCompletion ReadCompletion(ref PayloadReader reader)
    {
        var (stop, cached, text) = ((LlamaStop)reader.ReadInt32(), reader.ReadInt32(), reader.ReadString());
        return Enum.IsDefined(stop)
            ? new(reader.ReadInts(), text, stop) { CachedTokens = cached }
            : throw new ProtocolException($"{(int)stop} is no reason to stop");
    }
}
