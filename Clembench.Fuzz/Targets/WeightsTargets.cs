using System.Text;
using Clembench.Fuzz.Mutation;
using Clembench.Gguf;
using Clembench.HuggingFace.Safetensors;
using Clembench.Tests.Gguf;

namespace Clembench.Fuzz.Targets;

/// <summary>The head of a GGUF file.</summary>
internal sealed class GgufTarget : FuzzTarget
{
    public override string Name => "gguf";

    public override string Description => "the head of a GGUF file";

    public override InputForm Form => InputForm.Bytes;

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. TextMutator.Words("GGUF", "general.alignment", "general.architecture", "tokenizer.chat_template"), [9, 0, 0, 0], [8, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0], [9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]];

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => GgufFile.Read(new MemoryStream(input), "model.gguf", default), out var file))
            return false;
        foreach (var key in file.Metadata.Keys)
            _ = (file.GetText(key), file.GetFlag(key), file.GetArray(key), file.GetInteger(key));
        foreach (var tensor in file.Tensors)
        {
            Promise(tensor.Offset >= file.DataOffset && tensor.Offset <= input.Length && (tensor.Size ?? 0) >= 0 && tensor.Offset + (tensor.Size ?? 0) <= input.Length, "a tensor lies within the file", tensor.ToString);
            Promise(tensor.Dimensions.Count is > 0 and <= 4 && tensor.Dimensions.All(extent => extent > 0), "a tensor has dimensions", tensor.ToString);
        }

        return true;
    }

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        yield return new GgufWriter().ToBytes();
        yield return new GgufWriter { Version = 2 }.Text("general.architecture", "llama").UInt32("general.alignment", 64).ToBytes();
        yield return new GgufWriter { DataLength = 512 }.Text("general.architecture", "llama").Text("tokenizer.chat_template", "{{ messages }}").Texts("tokenizer.ggml.tokens", "<s>", "a", "b")
            .Integers("tokenizer.ggml.token_type", 3, 1, 1).Float32("x", 1.5f).Flag("tokenizer.ggml.add_bos_token", true).Tensor("token_embd.weight", 0, 0, 4, 8).Tensor("output.weight", 8, 128, 32, 2).ToBytes();
        yield return new GgufWriter { DataLength = 96 }.Entry("nested", 9, [9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 97])
            .Tensor("a", 1, 0, 4).Tensor("b", 1, 32, 4, 2, 2).ToBytes();
    }
}

/// <summary>The head of a safetensors file.</summary>
internal sealed class SafetensorsTarget : FuzzTarget
{
    private static readonly string[] Headers =
    [
        """{"a":{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}}""",
        """{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]},"c":{"dtype":"I64","shape":[2,3],"data_offsets":[16,64]},"d":{"dtype":"U8","shape":[0],"data_offsets":[64,64]}}""",
        """{"e":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"f":{"dtype":"BOOL","shape":[56],"data_offsets":[8,64]}}""",
    ];

    public override string Name => "safetensors";

    public override string Description => "the head of a safetensors file";

    // Mostly the header, which is JSON, with its true length before it.
    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "]", "}", "\"", ",", ":", "dtype", "shape", "data_offsets", "__metadata__", "F32", "F4", "9223372036854775807", "0", "-1");

    public override bool Run(byte[] input)
    {
        // The length that the header claims is the true one, or what the input's end has.
        var claimed = (long)input.Length;
        if (input.Length > 8 && input[^1] is 0 or 0xff)
            claimed = BitConverter.ToInt64(input.AsSpan(input.Length - 8));
        byte[] content = [.. BitConverter.GetBytes(claimed), .. input, .. new byte[64]];
        if (!TryRead(() => Wait(SafetensorsFile.ReadAsync(new MemoryStream(content), "model.safetensors", default)), out var file))
            return false;
        var end = 8L + claimed;
        foreach (var tensor in file.Tensors)
        {
            Promise(tensor.Offset == end && tensor.Size >= 0, "tensors follow one another", tensor.ToString);
            end += tensor.Size;
            Promise(file.Find(tensor.Name) == tensor, "a tensor is found by its name", tensor.ToString);
        }

        Promise(end == content.Length, "tensors end with the file", () => $"{end} of {content.Length}");
        return true;
    }

    protected override IEnumerable<byte[]> MakeSeeds() => Headers.Select(Encoding.UTF8.GetBytes);
}
