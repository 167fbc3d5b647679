using Clembench.Gguf;
using Clembench.Templates.Checkpoints;

namespace Clembench.HuggingFace.Conversion;

/// <summary>How the angles of rotary positions are computed: their base, and how it is stretched for long contexts.</summary>
/// <param name="Base">The base of the frequencies.</param>
/// <param name="LocalBase">The base of layers that attend in a window; null where there are none of their own.</param>
/// <param name="Type">How they are stretched: <c>default</c>, <c>linear</c>, <c>yarn</c> or <c>llama3</c>.</param>
/// <param name="Parameters">The values of that stretching.</param>
internal sealed record RotaryScaling(double Base, double? LocalBase, string Type, ConfigValue Parameters)
{
    /// <summary>Reads it from a configuration, in the places that all versions of transformers had.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="family">The model's family.</param>
    /// <returns>The scaling.</returns>
    /// <exception cref="Common.ClemException">It is of a kind that is not converted.</exception>
    public static RotaryScaling Read(ConfigValue config, ModelFamily family)
    {
        var all = config["rope_parameters"].HasValue ? config["rope_parameters"] : config["rope_scaling"];
        var global = all["full_attention"].HasValue ? all["full_attention"] : all;
        var isGemma3 = family.GgufName == "gemma3";
        var localBase = isGemma3 ? all["sliding_attention"]["rope_theta"].Number() ?? config["rope_local_base_freq"].Number() ?? 10_000.0 : (double?)null;
        var type = (global["rope_type"].HasValue ? global["rope_type"] : global["type"]).Text() ?? "default";
        var isKnown = type switch
        {
            "default" => true,
            "linear" => global["factor"].HasValue,
            "yarn" => global["factor"].HasValue && !isGemma3,
            "llama3" => global["factor"].HasValue && family.GgufName == "llama",
            _ => false,
        };
        if (!isKnown)
            throw ConversionError.Unsupported(config.File, $"rotary positions of the type '{type}' are not converted for {family.Architecture}");
        if (global["factor"].Number() is <= 0)
            throw ConversionError.Invalid(config.File, $"the rotary scaling has the impossible factor {global["factor"].Number()}");
        if (type == "yarn")
            CheckYarn(global, config.File);
        return new RotaryScaling(global["rope_theta"].Number() ?? config["rope_theta"].Number() ?? (isGemma3 ? 1_000_000.0 : 10_000.0), localBase, type, global);
    }

    /// <summary>Writes what llama.cpp reads as keys.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="prefix">The architecture's name and a dot.</param>
    /// <param name="config">The root of <c>config.json</c>.</param>
    public void Write(GgufFileWriter writer, string prefix, ConfigValue config)
    {
        writer.Add(prefix + "rope.freq_base", (float)Base);
        if (LocalBase is { } local)
            writer.Add(prefix + "rope.freq_base_swa", (float)local);
        if (Type is not ("linear" or "yarn"))
            return;
        writer.Add(prefix + "rope.scaling.type", Type);
        writer.Add(prefix + "rope.scaling.factor", (float)Parameters["factor"].Number()!.Value);
        if (Type != "yarn")
            return;
        var original = Parameters["original_max_position_embeddings"].Integer() ?? config["max_position_embeddings"].Integer();
        if (original is > 0 and <= uint.MaxValue)
            writer.Add(prefix + "rope.scaling.original_context_length", (uint)original.Value);
        // llama.cpp multiplies queries and keys by the paper's own value times this one, where checkpoints say the product.
        var factor = Parameters["factor"].Number()!.Value;
        var attention = Parameters["attention_factor"].Number()
            ?? (Parameters["mscale"].Number() is { } one and not 0 && Parameters["mscale_all_dim"].Number() is { } other and not 0 ? Magnitude(factor, one) / Magnitude(factor, other) : null);
        if (attention is { } product)
            writer.Add(prefix + "rope.scaling.attn_factor", (float)(product / Magnitude(factor, 1.0)));
    }

    // get_mscale of transformers and of llama.cpp.
    private static double Magnitude(double factor, double scale) => factor <= 1 ? 1.0 : 0.1 * scale * Math.Log(factor) + 1.0;

    // What llama.cpp computes for these families by constants of its own.
    private static void CheckYarn(ConfigValue parameters, string file)
    {
        foreach (var (key, constant) in new[] { ("beta_fast", 32.0), ("beta_slow", 1.0), ("extrapolation_factor", 1.0) })
        {
            if (parameters[key].Number() is { } value && value != constant)
                throw ConversionError.Unsupported(file, $"{key} of the rotary scaling is {value}, and llama.cpp computes with {constant}");
        }

        if (parameters["truncate"].Flag() is false)
            throw ConversionError.Unsupported(file, "the rotary scaling does not truncate its range (truncate), and llama.cpp does");
    }

    /// <summary>
    /// The divisors of the frequencies that Llama 3.1 and its successors have (<c>rope_freqs.weight</c>); transformers
    /// computes them in <c>_compute_llama3_parameters</c>.
    /// </summary>
    /// <param name="headWidth">The width of a head.</param>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <returns>A divisor for each pair; null where there are none.</returns>
    public float[]? Divisors(long headWidth, ConfigValue config)
    {
        if (Type != "llama3")
            return null;
        var factor = Parameters["factor"].Number()!.Value;
        var low = Parameters["low_freq_factor"].Number() ?? 1.0;
        var high = Parameters["high_freq_factor"].Number() ?? 4.0;
        var original = Parameters["original_max_position_embeddings"].Number() ?? config["original_max_position_embeddings"].Number() ?? 8192.0;
        if (factor <= 0 || high <= low || original <= 0)
            throw ConversionError.Invalid(config.File, $"the rotary scaling has impossible values (factor {factor}, from {low} to {high}, of {original} positions)");
        var divisors = new float[headWidth / 2];
        for (var i = 0; i < divisors.Length; i++)
        {
            var wavelength = 2.0 * Math.PI * Math.Pow(Base, 2.0 * i / headWidth);
            var smooth = Math.Clamp((original / wavelength - low) / (high - low), 0.0, 1.0);
            divisors[i] = (float)(1.0 / ((1.0 - smooth) / factor + smooth));
        }

        return divisors;
    }
}
