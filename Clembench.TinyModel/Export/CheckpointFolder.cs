using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clembench.HuggingFace.Conversion;
using Clembench.HuggingFace.Safetensors;
using Clembench.TinyModel.Network;
using Clembench.TinyModel.Task;

namespace Clembench.TinyModel.Export;

/// <summary>A model as a Hugging Face checkpoint in a folder, with a GGUF file beside it that the product's own converter makes.</summary>
internal static class CheckpointFolder
{
    private const string WeightsName = "model.safetensors";

    // JSON as people read it: '<' in a chat template stays '<'.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="weights">The weights.</param>
    public static async System.Threading.Tasks.Task WriteAsync(string folder, NetworkWeights weights)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "config.json", Config(weights.Shape));
        Write(folder, "generation_config.json", new JsonObject
        {
            ["do_sample"] = false,
            ["bos_token_id"] = ByteVocabulary.EndOfText,
            ["eos_token_id"] = ByteVocabulary.TurnEnd,
            ["pad_token_id"] = ByteVocabulary.Padding,
        });
        Write(folder, "tokenizer.json", Tokenizer());
        Write(folder, "tokenizer_config.json", TokenizerConfig(weights.Shape.ContextSize));
        Write(folder, "special_tokens_map.json", SpecialTokens());
        var writer = new SafetensorsWriter();
        foreach (var parameter in weights.All)
            writer.AddF32(parameter.Name, parameter.CheckpointShape, parameter.ToCheckpoint());
        await File.WriteAllBytesAsync(Path.Join(folder, WeightsName), writer.ToBytes());
        await CheckpointConverter.ConvertAsync(folder, Path.Join(folder, Path.GetFileName(Path.GetFullPath(folder)) + ".gguf"), progress: null, CancellationToken.None);
    }

    /// <summary>Reads the weights of a checkpoint that <see cref="WriteAsync"/> wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The weights.</returns>
    public static async System.Threading.Tasks.Task<NetworkWeights> ReadAsync(string folder)
    {
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Join(folder, "config.json")))!;
        int Value(string key) => config[key]!.GetValue<int>();
        var weights = new NetworkWeights(new NetworkShape
        {
            Vocabulary = Value("vocab_size"),
            Width = Value("hidden_size"),
            Layers = Value("num_hidden_layers"),
            Heads = Value("num_attention_heads"),
            KeyHeads = Value("num_key_value_heads"),
            HeadWidth = Value("head_dim"),
            FeedForward = Value("intermediate_size"),
            ContextSize = Value("max_position_embeddings"),
            RopeBase = config["rope_theta"]!.GetValue<float>(),
            NormEpsilon = config["rms_norm_eps"]!.GetValue<float>(),
        });
        var path = Path.Join(folder, WeightsName);
        var file = await SafetensorsFile.ReadAsync(path, CancellationToken.None);
        var bytes = await File.ReadAllBytesAsync(path);
        foreach (var parameter in weights.All)
        {
            var tensor = file.Find(parameter.Name)!;
            parameter.FromCheckpoint(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan((int)tensor.Offset, (int)tensor.Size)));
        }

        weights.Refresh();
        return weights;
    }

    private static JsonObject Config(NetworkShape shape) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = shape.Vocabulary,
        ["hidden_size"] = shape.Width,
        ["intermediate_size"] = shape.FeedForward,
        ["num_hidden_layers"] = shape.Layers,
        ["num_attention_heads"] = shape.Heads,
        ["num_key_value_heads"] = shape.KeyHeads,
        ["head_dim"] = shape.HeadWidth,
        ["hidden_act"] = "silu",
        ["max_position_embeddings"] = shape.ContextSize,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["attention_bias"] = false,
        ["mlp_bias"] = false,
        ["tie_word_embeddings"] = false,
        ["bos_token_id"] = ByteVocabulary.EndOfText,
        ["eos_token_id"] = ByteVocabulary.TurnEnd,
        ["pad_token_id"] = ByteVocabulary.Padding,
        ["torch_dtype"] = "float32",
    };

    private static JsonObject Tokenizer()
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++)
            vocabulary[ByteVocabulary.Letter((byte)value).ToString()] = value;
        JsonObject Bytes() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(
            [
                .. ByteVocabulary.ControlNames.Select((name, index) => new JsonObject
                {
                    ["id"] = ByteVocabulary.EndOfText + index, ["content"] = name, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false,
                    ["normalized"] = false, ["special"] = true,
                }),
            ]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = Bytes(),
            ["post_processor"] = null,
            ["decoder"] = Bytes(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray(),
            },
        };
    }

    private static JsonObject TokenizerConfig(int contextSize)
    {
        var decoder = new JsonObject();
        for (var i = 0; i < ByteVocabulary.ControlNames.Count; i++)
        {
            decoder[(ByteVocabulary.EndOfText + i).ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["content"] = ByteVocabulary.ControlNames[i],
                ["lstrip"] = false,
                ["normalized"] = false,
                ["rstrip"] = false,
                ["single_word"] = false,
                ["special"] = true,
            };
        }

        var config = SpecialTokens();
        config["add_bos_token"] = false;
        config["add_prefix_space"] = false;
        config["added_tokens_decoder"] = decoder;
        config["chat_template"] = ByteVocabulary.ChatTemplate;
        config["clean_up_tokenization_spaces"] = false;
        config["model_max_length"] = contextSize;
        config["tokenizer_class"] = "PreTrainedTokenizerFast";
        return config;
    }

    private static JsonObject SpecialTokens() => new()
    {
        ["bos_token"] = ByteVocabulary.NameOf(ByteVocabulary.EndOfText),
        ["eos_token"] = ByteVocabulary.NameOf(ByteVocabulary.TurnEnd),
        ["pad_token"] = ByteVocabulary.NameOf(ByteVocabulary.Padding),
    };

    private static void Write(string folder, string name, JsonObject content) =>
        File.WriteAllText(Path.Join(folder, name), content.ToJsonString(Readable) + "\n");
}
