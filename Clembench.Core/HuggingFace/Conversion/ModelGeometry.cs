using System.Text.Json;
using Clembench.Common;
using Clembench.Templates.Checkpoints;

namespace Clembench.HuggingFace.Conversion;

/// <summary>The sizes and constants of a model, from its <c>config.json</c>.</summary>
internal sealed record ModelGeometry
{
    private const int MostLayers = 4096;
    private const long MostWidth = 1 << 24;

    public required ModelFamily Family { get; init; }

    /// <summary>The configuration itself.</summary>
    public required ConfigValue Config { get; init; }

    public required int Layers { get; init; }

    public required long Width { get; init; }

    public required long FeedForward { get; init; }

    public required long Heads { get; init; }

    public required long KeyHeads { get; init; }

    public required long HeadWidth { get; init; }

    public required long Vocabulary { get; init; }

    /// <summary>The tokens of a conversation for which llama.cpp computes what transformers does.</summary>
    public required long ContextSize { get; init; }

    public required double NormEpsilon { get; init; }

    public required bool IsTied { get; init; }

    public required RotaryScaling Rotary { get; init; }

    /// <summary>Reads a configuration.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <returns>The geometry.</returns>
    /// <exception cref="ClemException">The model is of a family that is not converted, or the file is not sound.</exception>
    public static ModelGeometry Read(ConfigValue config)
    {
        var architecture = config["architectures"] is { Kind: JsonValueKind.Array } list ? list.Items().FirstOrDefault().Text() : null;
        if (architecture is null)
            throw ConversionError.Unsupported(config.File, "it names no architecture (architectures)");
        var family = ModelFamily.Find(architecture) ?? throw CheckpointConverter.WhyNot(architecture, config.File)!;
        if (config["quantization_config"].HasValue)
        {
            var method = config["quantization_config"]["quant_method"] is { Kind: JsonValueKind.String } name ? name.Text() : "a method of its own";
            throw ConversionError.Unsupported(config.File, $"the weights are quantised ({method}), and only plain floating-point weights are converted");
        }

        var activation = (config["hidden_activation"].HasValue ? config["hidden_activation"] : config["hidden_act"]).Text();
        // transformers computes the exact gelu's approximation for the first Gemma whatever the file says.
        if (activation is not null && activation != family.Activation && !(family.GgufName.StartsWith("gemma", StringComparison.Ordinal) && activation == "gelu"))
            throw ConversionError.Unsupported(config.File, $"the activation function {activation} is not the one of {family.Architecture} ({family.Activation})");
        if (config["partial_rotary_factor"].Number() is { } part and not 1.0)
            throw ConversionError.Unsupported(config.File, $"only {part} of each head is rotated (partial_rotary_factor)");

        var heads = Size("num_attention_heads", null);
        var width = Size("hidden_size", null);
        var headWidth = config["head_dim"].HasValue ? Size("head_dim", null)
            : family.GgufName is "gemma" or "gemma2" or "gemma3" ? 256
            : width % heads == 0 ? width / heads
            : throw ConversionError.Invalid(config.File, $"hidden_size {width} is no multiple of num_attention_heads {heads}");
        var geometry = new ModelGeometry
        {
            Family = family,
            Config = config,
            Layers = (int)Size("num_hidden_layers", null, MostLayers),
            Width = width,
            FeedForward = Size("intermediate_size", null),
            Heads = heads,
            KeyHeads = Size("num_key_value_heads", heads),
            HeadWidth = headWidth,
            Vocabulary = Size("vocab_size", null),
            ContextSize = Context(config, family),
            NormEpsilon = config["rms_norm_eps"].Number() ?? 1e-6,
            IsTied = config["tie_word_embeddings"].Flag() ?? family.IsTiedByDefault,
            Rotary = RotaryScaling.Read(config, family),
        };
        if (heads % geometry.KeyHeads != 0)
            throw ConversionError.Invalid(config.File, $"num_attention_heads {heads} is no multiple of num_key_value_heads {geometry.KeyHeads}");
        if (headWidth % 2 != 0)
            throw ConversionError.Invalid(config.File, $"heads of width {headWidth} cannot be rotated in pairs");
        if (family.GgufName == "qwen2" && heads * headWidth != width)
            throw ConversionError.Unsupported(config.File, $"{heads} heads of width {headWidth} are not the model's width {width}, which llama.cpp takes for granted");
        CheckGemma(geometry);
        return geometry;

        long Size(string key, long? missing, long most = MostWidth) => (config[key].Integer() ?? missing) switch
        {
            null => throw config[key].Wrong("a number"),
            var size when size > 0 && size <= most => size.Value,
            var size => throw ConversionError.Invalid(config.File, $"{key} is {size}; it has to be from 1 to {most}"),
        };
    }

    // llama.cpp computes these families without their sliding window: within the window there is no difference.
    private static long Context(ConfigValue config, ModelFamily family)
    {
        var size = config["max_position_embeddings"].Integer() ?? 8192;
        var window = family.Architecture switch
        {
            "MistralForCausalLM" => config["sliding_window"].Integer(),
            "Qwen2ForCausalLM" or "Qwen3ForCausalLM" when config["use_sliding_window"].Flag() is true => config["sliding_window"].Integer(),
            _ => null,
        };
        var context = Math.Min(size, window ?? size);
        return context is > 0 and <= int.MaxValue ? context : throw ConversionError.Invalid(config.File, $"the context has {context} tokens");
    }

    // What llama.cpp computes for these families by constants of its own.
    private static void CheckGemma(ModelGeometry geometry)
    {
        const int GlobalEvery = 6;
        var (config, family) = (geometry.Config, geometry.Family.GgufName);
        if (family is not ("gemma2" or "gemma3"))
            return;
        // The largest model of each has its own scale; llama.cpp knows it by its layers.
        var isLargest = geometry.Layers == (family == "gemma2" ? 46 : 62);
        var scalar = config["query_pre_attn_scalar"].Number() ?? 256.0;
        var expected = isLargest ? geometry.Width / (double)geometry.Heads : geometry.HeadWidth;
        if (Math.Abs(scalar - expected) > 1e-6)
            throw ConversionError.Unsupported(config.File, $"query_pre_attn_scalar is {scalar}, and llama.cpp computes with {expected}");
        if (family == "gemma3" && config["sliding_window"].HasValue)
        {
            var pattern = config["sliding_window_pattern"].Integer() ?? config["_sliding_window_pattern"].Integer() ?? GlobalEvery;
            if (pattern != GlobalEvery)
                throw ConversionError.Unsupported(config.File, $"every layer of {pattern} attends globally, and llama.cpp computes with {GlobalEvery}");
        }

        var isGlobal = config["layer_types"] is { Kind: JsonValueKind.Array } types ? types.Items().Select(type => type.Text() == "full_attention").ToArray() : [];
        var every = family == "gemma2" ? 2 : GlobalEvery;
        for (var i = 0; i < isGlobal.Length; i++)
        {
            if (isGlobal[i] != ((i + 1) % every == 0))
                throw ConversionError.Unsupported(config.File, $"layer {i} attends {(isGlobal[i] ? "globally" : "in a window")}, and llama.cpp computes it the other way");
        }
    }
}
