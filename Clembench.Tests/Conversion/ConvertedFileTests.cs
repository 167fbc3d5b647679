using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Clembench.Common;
using Clembench.Gguf;
using Clembench.HuggingFace.Conversion;

namespace Clembench.Tests.Conversion;

/// <summary>What a checkpoint becomes as a GGUF file, read back by the product's own reader.</summary>
public sealed class ConvertedFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clem-conversion-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("LlamaForCausalLM", "llama")]
    [InlineData("MistralForCausalLM", "llama")]
    [InlineData("Qwen2ForCausalLM", "qwen2")]
    [InlineData("Qwen3ForCausalLM", "qwen3")]
    [InlineData("GemmaForCausalLM", "gemma")]
    [InlineData("Gemma2ForCausalLM", "gemma2")]
    [InlineData("Gemma3ForCausalLM", "gemma3")]
    public async Task Each_family_becomes_a_sound_file_with_its_sizes(string architecture, string name)
    {
        var file = await ConvertAsync(RandomCheckpoint.Make(architecture));

        file.GetText("general.architecture").ShouldBe(name);
        file.GetInteger($"{name}.block_count").ShouldBe(architecture == "Gemma3ForCausalLM" ? 7 : 2);
        file.GetInteger($"{name}.attention.head_count").ShouldBe(4);
        file.GetInteger($"{name}.attention.head_count_kv").ShouldBe(2);
        file.GetInteger($"{name}.attention.key_length").ShouldBe(name == "qwen2" ? 8 : 16);
        file.GetInteger("tokenizer.ggml.bos_token_id").ShouldBe(280);
        file.GetInteger("tokenizer.ggml.eos_token_id").ShouldBe(281);
        file.GetText("tokenizer.chat_template").ShouldStartWith("{% for m in messages %}");
        file.Tensors.ShouldContain(tensor => tensor.Name == "blk.1.ffn_down.weight" && tensor.Dimensions.SequenceEqual(new long[] { 48, 32 }));
        file.Tensors.Any(tensor => tensor.Name == "output.weight").ShouldBe(!architecture.StartsWith("Gemma", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public async Task Matrices_keep_their_type_and_vectors_become_F32(string type)
    {
        var checkpoint = RandomCheckpoint.Make("Qwen2ForCausalLM");
        var file = await ConvertAsync(checkpoint, type);
        var bytes = await File.ReadAllBytesAsync(file.Path);

        var matrix = file.Tensors.Single(tensor => tensor.Name == "blk.0.attn_q.weight");
        matrix.TypeName.ShouldBe(type);
        bytes.AsSpan((int)matrix.Offset, (int)matrix.Size!).SequenceEqual(RandomCheckpoint.Encode(checkpoint.Tensors["model.layers.0.self_attn.q_proj.weight"].Values, type))
            .ShouldBeTrue();
        var vector = file.Tensors.Single(tensor => tensor.Name == "blk.0.attn_q.bias");
        vector.TypeName.ShouldBe("F32");
        BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan((int)vector.Offset))
            .ShouldBe(checkpoint.Tensors["model.layers.0.self_attn.q_proj.bias"].Values[0], type == "F32" ? 0f : 0.01f);
    }

    [Fact]
    public async Task Halves_of_a_head_become_neighbours_for_Llama_alone()
    {
        var checkpoint = RandomCheckpoint.Make("LlamaForCausalLM");
        var file = await ConvertAsync(checkpoint);
        var bytes = await File.ReadAllBytesAsync(file.Path);
        var tensor = file.Tensors.Single(tensor => tensor.Name == "blk.0.attn_k.weight");
        var source = checkpoint.Tensors["model.layers.0.self_attn.k_proj.weight"].Values;

        float At(int row) => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan((int)tensor.Offset + row * RandomCheckpoint.Width * sizeof(float)));
        for (var head = 0; head < RandomCheckpoint.KeyHeads; head++)
        {
            for (var pair = 0; pair < 8; pair++)
            {
                At(head * 16 + 2 * pair).ShouldBe(source[(head * 16 + pair) * RandomCheckpoint.Width]);
                At(head * 16 + 2 * pair + 1).ShouldBe(source[(head * 16 + pair + 8) * RandomCheckpoint.Width]);
            }
        }
    }

    [Fact]
    public async Task A_sharded_checkpoint_gives_the_same_file()
    {
        var whole = await ConvertAsync(RandomCheckpoint.Make("Qwen3ForCausalLM"));
        var wholeBytes = await File.ReadAllBytesAsync(whole.Path);
        Directory.Delete(Path.Join(_folder, "hf"), recursive: true);
        var sharded = await ConvertAsync(RandomCheckpoint.Make("Qwen3ForCausalLM"), shards: 3);

        (await File.ReadAllBytesAsync(sharded.Path)).ShouldBe(wholeBytes);
    }

    [Fact]
    public async Task Byte_level_tokens_have_merges_and_types()
    {
        var file = await ConvertAsync(RandomCheckpoint.Make("LlamaForCausalLM"));

        file.GetText("tokenizer.ggml.model").ShouldBe("gpt2");
        file.GetText("tokenizer.ggml.pre").ShouldBe("gpt-2");
        (await file.ReadTextsAsync("tokenizer.ggml.merges", default)).ShouldBe(["t h", "th e", "Ġ the"]);
        var tokens = await file.ReadTextsAsync("tokenizer.ggml.tokens", default);
        var types = await file.ReadIntegersAsync("tokenizer.ggml.token_type", default);
        tokens.Count.ShouldBe(RandomCheckpoint.Vocabulary);
        (tokens[257], types[257]).ShouldBe(("the", 1));
        (tokens[260], types[260]).ShouldBe(("[PAD260]", 5));
        (tokens[280], types[280]).ShouldBe(("<bos>", 3));
        (tokens[282], types[282]).ShouldBe(("  mark", 4));
        (tokens[283], types[283]).ShouldBe(("<|tool|>", 3));
    }

    [Fact]
    public async Task Pieces_have_scores_by_the_rank_of_their_merge()
    {
        var file = await ConvertAsync(RandomCheckpoint.Make("GemmaForCausalLM"));

        file.GetText("tokenizer.ggml.model").ShouldBe("llama");
        file.GetFlag("tokenizer.ggml.add_space_prefix").ShouldBe(false);
        file.GetArray("tokenizer.ggml.scores")!.Count.ShouldBe(RandomCheckpoint.Vocabulary);
        var tokens = await file.ReadTextsAsync("tokenizer.ggml.tokens", default);
        var types = await file.ReadIntegersAsync("tokenizer.ggml.token_type", default);
        (tokens[0], types[0]).ShouldBe(("<unk>", 2));
        (tokens[1], types[1]).ShouldBe(("<0x00>", 6));
        var scores = ReadScores(await File.ReadAllBytesAsync(file.Path), file.GetArray("tokenizer.ggml.scores")!.Offset);
        scores[262].ShouldBe(0f, tokens[262]);
        scores[265].ShouldBe(-1f, tokens[265]);
        scores[263].ShouldBe(-2f, tokens[263]);
        scores[264].ShouldBe(-3f, tokens[264]);
    }

    [Theory]
    [InlineData("MixtralForCausalLM", null, "Clem.Conversion.Unsupported", "MixtralForCausalLM")]
    [InlineData("LlamaForCausalLM", """{"quantization_config": {"quant_method": "gptq"}}""", "Clem.Conversion.Unsupported", "gptq")]
    [InlineData("LlamaForCausalLM", """{"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}""", "Clem.Conversion.Unsupported", "dynamic")]
    [InlineData("Qwen3ForCausalLM", """{"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 16.0}}""", "Clem.Conversion.Unsupported", "beta_fast of the rotary scaling is 16")]
    [InlineData("LlamaForCausalLM", """{"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "truncate": false}}""", "Clem.Conversion.Unsupported", "truncate")]
    [InlineData("LlamaForCausalLM", """{"rope_scaling": {"rope_type": "linear", "factor": 0}}""", "Clem.Conversion.Invalid", "factor 0")]
    [InlineData("LlamaForCausalLM", """{"hidden_act": "relu"}""", "Clem.Conversion.Unsupported", "relu")]
    [InlineData("LlamaForCausalLM", """{"hidden_size": 64}""", "Clem.Conversion.Invalid", "model.embed_tokens.weight")]
    [InlineData("LlamaForCausalLM", """{"num_hidden_layers": 3}""", "Clem.Conversion.Invalid", "model.layers.2.")]
    [InlineData("LlamaForCausalLM", """{"num_hidden_layers": 1}""", "Clem.Conversion.Unsupported", "model.layers.1.")]
    [InlineData("LlamaForCausalLM", """{"num_hidden_layers": -5}""", "Clem.Conversion.Invalid", "num_hidden_layers")]
    [InlineData("LlamaForCausalLM", """{"num_key_value_heads": 3}""", "Clem.Conversion.Invalid", "num_key_value_heads")]
    [InlineData("LlamaForCausalLM", """{"vocab_size": "many"}""", "Clem.Template.InvalidConfig", "vocab_size")]
    [InlineData("Qwen2ForCausalLM", """{"head_dim": 16}""", "Clem.Conversion.Unsupported", "16")]
    [InlineData("Gemma2ForCausalLM", """{"query_pre_attn_scalar": 224}""", "Clem.Conversion.Unsupported", "query_pre_attn_scalar")]
    public async Task What_cannot_be_converted_is_said_and_nothing_is_left(string architecture, string? change, string id, string says)
    {
        var checkpoint = RandomCheckpoint.Make(architecture);
        checkpoint.Write(Path.Join(_folder, "hf"));
        foreach (var (key, value) in change is null ? [] : JsonNode.Parse(change)!.AsObject())
            checkpoint.Config[key] = value?.DeepClone();
        await File.WriteAllTextAsync(Path.Join(_folder, "hf", "config.json"), checkpoint.Config.ToJsonString());

        var error = await Should.ThrowAsync<ClemException>(() => CheckpointConverter.ConvertAsync(Path.Join(_folder, "hf"), Path.Join(_folder, "model.gguf"), null, default));

        error.Id.ShouldBe(id);
        error.Message.ShouldContain(says);
        error.Action.ShouldNotBeNullOrEmpty();
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("LlamaForCausalLM", """{"rope_theta": null, "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0}}""", "llama.rope.freq_base", 500000f)]
    [InlineData("Qwen2ForCausalLM", """{"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}""", "qwen2.rope.scaling.factor", 4f)]
    [InlineData("Qwen2ForCausalLM", """{"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}""", "qwen2.rope.scaling.original_context_length", 64u)]
    [InlineData("Qwen3ForCausalLM", """{"rope_scaling": {"rope_type": "yarn", "factor": 0.5, "mscale": 2.0, "mscale_all_dim": 1.0, "attention_factor": 3.0}}""", "qwen3.rope.scaling.attn_factor", 3f)]
    [InlineData("Gemma3ForCausalLM", """{"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 2000000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 20000.0}}}""", "gemma3.rope.freq_base_swa", 20000f)]
    [InlineData("MistralForCausalLM", """{"sliding_window": 128}""", "llama.context_length", 128u)]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window": 128, "use_sliding_window": false}""", "qwen2.context_length", 256u)]
    public async Task Positions_and_contexts_are_as_the_configuration_says(string architecture, string change, string key, object value)
    {
        var file = await ConvertAsync(RandomCheckpoint.Make(architecture, change: config =>
        {
            foreach (var (name, set) in JsonNode.Parse(change)!.AsObject())
                config[name] = set?.DeepClone();
        }));

        file.Metadata[key].ShouldBe(value);
    }

    [Fact]
    public async Task A_conversion_that_is_stopped_leaves_nothing()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(Path.Join(_folder, "hf"));
        using var stop = new CancellationTokenSource();
        var progress = new Steps(_ => stop.Cancel());

        await Should.ThrowAsync<OperationCanceledException>(() => CheckpointConverter.ConvertAsync(Path.Join(_folder, "hf"), Path.Join(_folder, "model.gguf"), progress, stop.Token));

        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_ends_at_the_whole()
    {
        RandomCheckpoint.Make("LlamaForCausalLM").Write(Path.Join(_folder, "hf"));
        var steps = new List<ConversionProgress>();

        await CheckpointConverter.ConvertAsync(Path.Join(_folder, "hf"), Path.Join(_folder, "model.gguf"), new Steps(steps.Add), default);

        steps.Count.ShouldBe(21);
        steps[^1].Written.ShouldBe(steps[^1].Total);
        steps.Select(step => step.Written).ShouldBeInOrder();
    }

    private static float[] ReadScores(byte[] bytes, long offset) =>
        [.. Enumerable.Range(0, RandomCheckpoint.Vocabulary).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan((int)offset + i * sizeof(float))))];

    private async Task<GgufFile> ConvertAsync(RandomCheckpoint checkpoint, string type = "F32", int shards = 1)
    {
        var folder = Path.Join(_folder, "hf");
        checkpoint.Write(folder, type, shards);
        var path = Path.Join(_folder, "model.gguf");
        await CheckpointConverter.ConvertAsync(folder, path, null, default);
        return await GgufFile.ReadAsync(path, default);
    }

    private sealed class Steps(Action<ConversionProgress> report) : IProgress<ConversionProgress>
    {
        public void Report(ConversionProgress value) => report(value);
    }
}
