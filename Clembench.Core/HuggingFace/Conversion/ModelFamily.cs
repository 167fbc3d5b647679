namespace Clembench.HuggingFace.Conversion;

/// <summary>
/// What differs between the families of models that are converted. Facts: llama.cpp's converter (<c>conversion/</c>) and
/// its loader (<c>src/llama-model.cpp</c>), and transformers' models of these names.
/// </summary>
/// <param name="Architecture">The class that <c>config.json</c> names.</param>
/// <param name="GgufName">llama.cpp's name of the architecture, the prefix of its keys.</param>
internal sealed record ModelFamily(string Architecture, string GgufName)
{
    /// <summary>Whether llama.cpp rotates neighbouring pairs (2i, 2i+1), where checkpoints have halves (i, i + d/2).</summary>
    public bool RotatesNeighbours { get; init; }

    /// <summary>Whether the norms' gains are stored as the difference from 1.</summary>
    public bool NormsFromOne { get; init; }

    /// <summary>Whether queries and keys have biases by themselves.</summary>
    public bool HasQueryBiases { get; init; }

    /// <summary>Whether each head's queries and keys are normed.</summary>
    public bool HasHeadNorms { get; init; }

    /// <summary>Whether there are norms behind attention and feed-forward too.</summary>
    public bool HasPostNorms { get; init; }

    /// <summary>Whether the output shares the embedding's weights unless the configuration denies it.</summary>
    public bool IsTiedByDefault { get; init; }

    /// <summary>The activation function that llama.cpp computes for it.</summary>
    public string Activation { get; init; } = "silu";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("LlamaForCausalLM", "llama") { RotatesNeighbours = true },
        new("MistralForCausalLM", "llama") { RotatesNeighbours = true },
        new("Qwen2ForCausalLM", "qwen2") { HasQueryBiases = true },
        new("Qwen3ForCausalLM", "qwen3") { HasHeadNorms = true },
        new("GemmaForCausalLM", "gemma") { NormsFromOne = true, IsTiedByDefault = true, Activation = "gelu_pytorch_tanh" },
        new("Gemma2ForCausalLM", "gemma2") { NormsFromOne = true, HasPostNorms = true, IsTiedByDefault = true, Activation = "gelu_pytorch_tanh" },
        new("Gemma3ForCausalLM", "gemma3") { NormsFromOne = true, HasPostNorms = true, HasHeadNorms = true, IsTiedByDefault = true, Activation = "gelu_pytorch_tanh" },
    ];

    /// <summary>The family of a class of transformers.</summary>
    /// <param name="architecture">The class.</param>
    /// <returns>The family; null where it is not converted.</returns>
    public static ModelFamily? Find(string? architecture) => All.FirstOrDefault(family => family.Architecture == architecture);
}
