using System.Text.Json.Nodes;
using Clembench.Backends.Llama.Native;
using Clembench.HuggingFace.Conversion;
using Clembench.Tests.Llama;
using Clembench.Tests.Support;

namespace Clembench.Tests.Conversion;

/// <summary>What llama.cpp computes with a converted file is what a plain forward pass computes with the checkpoint.</summary>
public sealed class ConvertedLogitsTests
{
    private static readonly int[] Tokens = [281, 7, 254, 31, 31, 4, 100, 250, 0, 17, 99, 5, 6, 7, 8, 9, 10, 11, 12, 260, 44, 3, 2, 1];

    public static TheoryData<string, string?> Models => new()
    {
        { "LlamaForCausalLM", null },
        { "LlamaForCausalLM", """{"attention_bias": true, "tie_word_embeddings": true}""" },
        { "LlamaForCausalLM", """{"rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}""" },
        { "LlamaForCausalLM", """{"rope_scaling": {"type": "linear", "rope_type": "linear", "factor": 2.0}}""" },
        { "LlamaForCausalLM", """{"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}""" },
        { "MistralForCausalLM", """{"sliding_window": null}""" },
        { "Qwen2ForCausalLM", """{"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64, "attention_factor": 1.5}}""" },
        { "Qwen3ForCausalLM", """{"rope_scaling": {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 32, "beta_fast": 32.0}}""" },
        { "Qwen2ForCausalLM", """{"rope_theta": 1000000.0}""" },
        { "Qwen3ForCausalLM", null },
        { "GemmaForCausalLM", null },
        { "Gemma2ForCausalLM", null },
        { "Gemma3ForCausalLM", null },
        { "Gemma3ForCausalLM", """{"rope_scaling": {"rope_type": "linear", "factor": 8.0}}""" },
    };

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public async Task Llama_cpp_computes_what_the_checkpoint_says(string architecture, string? change)
    {
        LlamaEngineTests.SkipWithoutLibraries();
        using var folder = new TemporaryFolder();
        var checkpoint = RandomCheckpoint.Make(architecture, change: config =>
        {
            foreach (var (key, value) in change is null ? [] : JsonNode.Parse(change)!.AsObject())
                config[key] = value?.DeepClone();
        });
        checkpoint.Write(Path.Join(folder.Path, "hf"));
        var path = Path.Join(folder.Path, "model.gguf");
        await CheckpointConverter.ConvertAsync(Path.Join(folder.Path, "hf"), path, null, default);

        // At the beginning, and beyond the window of those that have one.
        foreach (var count in new[] { 1, 5, Tokens.Length })
        {
            var expected = new PlainForwardPass(checkpoint).Logits(Tokens[..count]);
            var actual = NativeLogits(path, Tokens[..count]);
            var worst = expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max();
            worst.ShouldBeLessThan(1e-3, $"after {count} tokens");
            expected.Max().ShouldBeGreaterThan(0.5, "the logits have to differ from zero for the comparison to say something");
        }
    }

    // With a cache of full precision: what is compared is the model.
    internal static unsafe float[] NativeLogits(string path, IReadOnlyList<int> tokens)
    {
        const int F32 = 0;
        LlamaLibrary.Load();
        using var model = new LlamaModelHandle(LlamaApi.llama_model_load_from_file(path, LlamaApi.llama_model_default_params()));
        model.IsInvalid.ShouldBeFalse("llama.cpp loads the file");
        var parameters = LlamaApi.llama_context_default_params();
        parameters.ContextSize = parameters.BatchSize = parameters.MicroBatchSize = 512;
        parameters.Threads = parameters.BatchThreads = 1;
        parameters.KeyType = parameters.ValueType = F32;
        parameters.FlashAttention = 0;
        using var context = new LlamaContextHandle(LlamaApi.llama_init_from_model(model, parameters), model);
        context.IsInvalid.ShouldBeFalse("llama.cpp makes a context");
        using var batch = new LlamaBatchHandle(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
            batch.Add(tokens[i], i, 0, output: i == tokens.Count - 1);
        LlamaApi.llama_decode(context, batch.Value).ShouldBe(0);
        var size = LlamaApi.llama_vocab_n_tokens(LlamaApi.llama_model_get_vocab(model));
        return new ReadOnlySpan<float>(LlamaApi.llama_get_logits_ith(context, tokens.Count - 1), size).ToArray();
    }
}
