using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clembench.TinyModel;
using Clembench.TinyModel.Export;
using Clembench.TinyModel.Task;

namespace Clembench.Tests.Conversion;

/// <summary>A checkpoint of random weights as transformers would save it, for each family that is converted.</summary>
internal sealed class RandomCheckpoint
{
    public const int Width = 32;
    public const int Heads = 4;
    public const int KeyHeads = 2;
    public const int FeedForward = 48;
    public const int Vocabulary = 290;

    private readonly SplitMix _random;

    private RandomCheckpoint(string architecture, ulong seed)
    {
        _random = new SplitMix(seed);
        Architecture = architecture;
        IsGemma = architecture.StartsWith("Gemma", StringComparison.Ordinal);
        Layers = architecture == "Gemma3ForCausalLM" ? 7 : 2;
        // Elsewhere heads may be wider than their part of the model.
        HeadWidth = architecture == "Qwen2ForCausalLM" ? Width / Heads : 16;
        Config = new JsonObject
        {
            ["architectures"] = new JsonArray(architecture),
            ["vocab_size"] = Vocabulary,
            ["hidden_size"] = Width,
            ["intermediate_size"] = FeedForward,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyHeads,
            ["head_dim"] = HeadWidth,
            ["max_position_embeddings"] = 256,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["tie_word_embeddings"] = IsGemma,
            ["hidden_act"] = IsGemma ? "gelu_pytorch_tanh" : "silu",
            ["query_pre_attn_scalar"] = HeadWidth,
        };
        if (architecture is "Gemma2ForCausalLM" or "Gemma3ForCausalLM")
            Config["sliding_window"] = 8;
        if (architecture == "Gemma2ForCausalLM")
            (Config["attn_logit_softcapping"], Config["final_logit_softcapping"]) = (50.0, 30.0);
        if (architecture == "Gemma3ForCausalLM")
            (Config["rope_theta"], Config["rope_local_base_freq"]) = (1_000_000.0, 10_000.0);
    }

    public string Architecture { get; }

    public bool IsGemma { get; }

    public int Layers { get; }

    public int HeadWidth { get; }

    public JsonObject Config { get; }

    /// <summary>The weights by their names, as they are stored.</summary>
    public Dictionary<string, (int[] Shape, float[] Values)> Tensors { get; } = [];

    /// <summary>Makes the weights of a family's model.</summary>
    public static RandomCheckpoint Make(string architecture, ulong seed = 11, Action<JsonObject>? change = null)
    {
        var checkpoint = new RandomCheckpoint(architecture, seed);
        change?.Invoke(checkpoint.Config);
        var isTied = checkpoint.Config["tie_word_embeddings"]!.GetValue<bool>();
        // Gemma multiplies the embedding by the root of the width, and uses it as the output too.
        checkpoint.Matrix("model.embed_tokens.weight", Vocabulary, Width, checkpoint.IsGemma ? 0.08 : 0.5);
        for (var i = 0; i < checkpoint.Layers; i++)
            checkpoint.Layer($"model.layers.{i}.");
        checkpoint.Norm("model.norm.weight", Width);
        if (!isTied)
            checkpoint.Matrix("lm_head.weight", Vocabulary, Width, 0.3);
        return checkpoint;
    }

    /// <summary>Writes the checkpoint into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="type">How the weights are stored: F32, F16 or BF16.</param>
    /// <param name="shards">In how many files.</param>
    public void Write(string folder, string type = "F32", int shards = 1)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "config.json"), Config.ToJsonString());
        File.WriteAllText(Path.Join(folder, "tokenizer.json"), (IsGemma ? PieceTokenizer() : ByteTokenizer()).ToJsonString());
        File.WriteAllText(Path.Join(folder, "tokenizer_config.json"), JsonSerializer.Serialize(new
        {
            bos_token = "<bos>",
            eos_token = "<eos>",
            add_bos_token = true,
            tokenizer_class = "PreTrainedTokenizerFast",
            chat_template = "{% for m in messages %}{{ m.role }}: {{ m.content }}<eos>{% endfor %}",
        }));
        var map = new JsonObject();
        foreach (var (group, index) in Tensors.Chunk((Tensors.Count + shards - 1) / shards).Select((group, index) => (group, index)))
        {
            var name = shards == 1 ? "model.safetensors" : $"model-{index + 1:00000}-of-{shards:00000}.safetensors";
            var writer = new SafetensorsWriter();
            foreach (var (tensor, (shape, values)) in group)
            {
                writer.Add(tensor, type, shape, Encode(values, type));
                map[tensor] = name;
            }

            File.WriteAllBytes(Path.Join(folder, name), writer.ToBytes());
        }

        if (shards > 1)
            File.WriteAllText(Path.Join(folder, "model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
    }

    public static byte[] Encode(float[] values, string type) => type switch
    {
        "F32" => MemoryMarshal.AsBytes<float>(values).ToArray(),
        "F16" => MemoryMarshal.AsBytes<Half>(values.Select(value => (Half)value).ToArray()).ToArray(),
        "BF16" => MemoryMarshal.AsBytes<ushort>(values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToArray()).ToArray(),
        _ => throw new ArgumentException(type),
    };

    private void Layer(string prefix)
    {
        const double Spread = 0.25;
        Norm(prefix + "input_layernorm.weight", Width);
        Matrix(prefix + "self_attn.q_proj.weight", Heads * HeadWidth, Width, Spread);
        Matrix(prefix + "self_attn.k_proj.weight", KeyHeads * HeadWidth, Width, Spread);
        Matrix(prefix + "self_attn.v_proj.weight", KeyHeads * HeadWidth, Width, Spread);
        Matrix(prefix + "self_attn.o_proj.weight", Width, Heads * HeadWidth, Spread);
        if (Architecture == "Qwen2ForCausalLM" || Config["attention_bias"]?.GetValue<bool>() is true)
        {
            Vector(prefix + "self_attn.q_proj.bias", Heads * HeadWidth, 0.0, 0.3);
            Vector(prefix + "self_attn.k_proj.bias", KeyHeads * HeadWidth, 0.0, 0.3);
            Vector(prefix + "self_attn.v_proj.bias", KeyHeads * HeadWidth, 0.0, 0.3);
        }

        if (Architecture is "Qwen3ForCausalLM" or "Gemma3ForCausalLM")
        {
            Norm(prefix + "self_attn.q_norm.weight", HeadWidth);
            Norm(prefix + "self_attn.k_norm.weight", HeadWidth);
        }

        Norm(prefix + "post_attention_layernorm.weight", Width);
        if (Architecture is "Gemma2ForCausalLM" or "Gemma3ForCausalLM")
        {
            Norm(prefix + "pre_feedforward_layernorm.weight", Width);
            Norm(prefix + "post_feedforward_layernorm.weight", Width);
        }

        Matrix(prefix + "mlp.gate_proj.weight", FeedForward, Width, Spread);
        Matrix(prefix + "mlp.up_proj.weight", FeedForward, Width, Spread);
        Matrix(prefix + "mlp.down_proj.weight", Width, FeedForward, Spread);
    }

    private void Norm(string name, int length) => Vector(name, length, IsGemma ? 0.0 : 1.0, 0.2);

    private void Vector(string name, int length, double mean, double deviation) =>
        Tensors[name] = ([length], [.. Enumerable.Range(0, length).Select(_ => (float)(mean + deviation * _random.NextGaussian()))]);

    private void Matrix(string name, int rows, int columns, double deviation) =>
        Tensors[name] = ([rows, columns], [.. Enumerable.Range(0, rows * columns).Select(_ => (float)(deviation * _random.NextGaussian()))]);

    private static JsonObject ByteTokenizer()
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++)
            vocabulary[ByteVocabulary.Letter((byte)value).ToString()] = value;
        (vocabulary["th"], vocabulary["the"], vocabulary["Ġthe"]) = (256, 257, 258);
        return Tokenizer(vocabulary, ["t h", "th e", "Ġ the"], byteFallback: false, 280, new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true });
    }

    private static JsonObject PieceTokenizer()
    {
        var vocabulary = new JsonObject { ["<unk>"] = 0 };
        for (var value = 0; value < 256; value++)
            vocabulary[$"<0x{value:X2}>"] = value + 1;
        foreach (var (piece, index) in new[] { "▁", "t", "h", "e", "a", "th", "the", "▁the", "he" }.Select((piece, index) => (piece, index)))
            vocabulary[piece] = 257 + index;
        return Tokenizer(vocabulary, ["t h", "h e", "th e", "▁ the"], byteFallback: true, 280, null);
    }

    private static JsonObject Tokenizer(JsonObject vocabulary, string[] merges, bool byteFallback, int firstAdded, JsonObject? preTokenizer)
    {
        JsonObject Added(int id, string content, bool special) => new()
        {
            ["id"] = id,
            ["content"] = content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = special,
        };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(
                Added(firstAdded, "<bos>", true), Added(firstAdded + 1, "<eos>", true), Added(firstAdded + 2, "▁▁mark", false), Added(firstAdded + 3, "<|tool|>", false)),
            ["normalizer"] = byteFallback ? new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = "▁" } : null,
            ["pre_tokenizer"] = preTokenizer?.DeepClone(),
            ["post_processor"] = null,
            ["decoder"] = byteFallback ? new JsonObject { ["type"] = "ByteFallback" } : new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["byte_fallback"] = byteFallback,
                ["unk_token"] = byteFallback ? "<unk>" : null,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]),
            },
        };
    }
}
