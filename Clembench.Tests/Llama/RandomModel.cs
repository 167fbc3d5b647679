using System.Buffers;
using System.Runtime.InteropServices;
using Clembench.Tests.Gguf;

namespace Clembench.Tests.Llama;

/// <summary>
/// Models of random weights in the architecture of Llama, with one token for each byte and four control tokens: they say
/// nothing, but they say it by all the rules.
/// </summary>
internal static class RandomModel
{
    public const int Bos = 256;
    public const int Eos = 257;
    public const int User = 258;
    public const int Assistant = 259;
    public const string Template =
        "{{ bos_token }}{% for message in messages %}{{ '<|user|>' if message['role'] == 'user' else '<|assistant|>' }}{{ message['content'] }}<|eos|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

    private const int Vocabulary = 260;
    private const int BlockLength = 32;
    private const int BlockSize = 34;

    /// <summary>Makes a model.</summary>
    /// <param name="seed">Where the weights' chance begins.</param>
    /// <param name="contextLength">The tokens of its context.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="width">Its width; a multiple of 32.</param>
    /// <param name="change">Adds or alters what the file says.</param>
    /// <param name="ends">Whether it can end an answer; if not, each is as long as it may be.</param>
    /// <param name="headLength">The dimensions of an attention head, which divide the width.</param>
    /// <param name="quantised">Whether the matrices are in 8 bits (Q8_0).</param>
    /// <param name="tokenizer">The tokenizer that the file names.</param>
    /// <returns>The file.</returns>
    public static byte[] Make(int seed = 1, int contextLength = 512, int layers = 2, int width = 64, Action<GgufWriter>? change = null, bool ends = true, int headLength = 16, bool quantised = false, string tokenizer = "gpt2")
    {
        var heads = width / headLength;
        var hidden = width * 3;
        var writer = new GgufWriter { DataLength = 1 }
            .Text("general.architecture", "llama").Text("general.name", "random")
            .UInt32("llama.block_count", (uint)layers).UInt32("llama.context_length", (uint)contextLength).UInt32("llama.embedding_length", (uint)width)
            .UInt32("llama.feed_forward_length", (uint)hidden).UInt32("llama.attention.head_count", (uint)heads).UInt32("llama.attention.head_count_kv", (uint)heads)
            .Float32("llama.attention.layer_norm_rms_epsilon", 1e-5f).UInt32("llama.rope.dimension_count", (uint)headLength).Float32("llama.rope.freq_base", 10000f)
            .UInt32("llama.vocab_size", Vocabulary)
            .Text("tokenizer.ggml.model", tokenizer).Text("tokenizer.ggml.pre", "default")
            .Texts("tokenizer.ggml.tokens", [.. Enumerable.Range(0, 256).Select(ByteLetter), "<|bos|>", "<|eos|>", "<|user|>", "<|assistant|>"])
            .Integers("tokenizer.ggml.token_type", [.. Enumerable.Repeat(1, 256), 3, 3, 3, 3])
            .Texts("tokenizer.ggml.merges")
            .UInt32("tokenizer.ggml.bos_token_id", Bos).UInt32("tokenizer.ggml.eos_token_id", Eos).Flag("tokenizer.ggml.add_bos_token", false)
            .Text("tokenizer.chat_template", Template);
        change?.Invoke(writer);

        var random = new Random(seed);
        var data = new ArrayBufferWriter<byte>(1 << 20);
        Add("token_embd.weight", 1f, width, Vocabulary);
        for (var layer = 0; layer < layers; layer++)
        {
            AddOnes($"blk.{layer}.attn_norm.weight", width);
            foreach (var name in (string[])["attn_q", "attn_k", "attn_v", "attn_output"])
                Add($"blk.{layer}.{name}.weight", 1f / MathF.Sqrt(width), width, width);
            AddOnes($"blk.{layer}.ffn_norm.weight", width);
            Add($"blk.{layer}.ffn_gate.weight", 1f / MathF.Sqrt(width), width, hidden);
            Add($"blk.{layer}.ffn_up.weight", 1f / MathF.Sqrt(width), width, hidden);
            Add($"blk.{layer}.ffn_down.weight", 1f / MathF.Sqrt(hidden), hidden, width);
        }

        AddOnes("output_norm.weight", width);
        var output = Add("output.weight", 1f, width, Vocabulary);
        // Zeros are zeros in both types, and one of 260 random numbers is greater.
        if (!ends)
            MemoryMarshal.AsMemory(data.WrittenMemory).Span[output..].Slice(Eos * RowSize(width), RowSize(width)).Clear();
        writer.Data = data.WrittenSpan.ToArray();
        return writer.ToBytes();

        void AddOnes(string name, int length) =>
            MemoryMarshal.Cast<byte, float>(Write(name, 0, [(ulong)length], length * sizeof(float))).Fill(1f);

        int RowSize(int columns) => quantised ? columns / BlockLength * BlockSize : columns * sizeof(float);

        int Add(string name, float scale, int columns, int rows)
        {
            var offset = data.WrittenCount;
            var bytes = Write(name, quantised ? 8u : 0u, [(ulong)columns, (ulong)rows], RowSize(columns) * rows);
            if (quantised)
            {
                // A block: its scale in half precision, and 32 numbers from -127 to 127.
                random.NextBytes(bytes);
                for (var at = 0; at < bytes.Length; at += BlockSize)
                    MemoryMarshal.Write(bytes[at..], (Half)(scale / 127));
            }
            else
            {
                foreach (ref var weight in MemoryMarshal.Cast<byte, float>(bytes))
                    weight = scale * (2 * random.NextSingle() - 1);
            }

            return offset;
        }

        Span<byte> Write(string name, uint type, ReadOnlySpan<ulong> dimensions, int size)
        {
            writer.Tensor(name, type, (ulong)data.WrittenCount, dimensions);
            var padded = (size + 31) / 32 * 32;
            var memory = data.GetSpan(padded)[..padded];
            memory.Clear();
            data.Advance(padded);
            return memory[..size];
        }
    }

    // GPT-2's letters for bytes: those that can be seen stand for themselves, the others come after 255 in their order.
    private static string ByteLetter(int value)
    {
        static bool IsSeen(int b) => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
        return ((char)(IsSeen(value) ? value : 256 + Enumerable.Range(0, value).Count(other => !IsSeen(other)))).ToString();
    }
}
