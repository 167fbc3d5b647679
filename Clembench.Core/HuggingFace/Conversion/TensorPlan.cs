using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.HuggingFace.Safetensors;

namespace Clembench.HuggingFace.Conversion;

/// <summary>What becomes of one tensor of a checkpoint.</summary>
/// <param name="File">The file that it lies in.</param>
/// <param name="Source">The tensor there.</param>
/// <param name="Name">Its name in llama.cpp's files.</param>
/// <param name="RotaryHeads">How many heads its rows are of, where they are to be brought into llama.cpp's order; null where they stay.</param>
/// <param name="Shift">What is added to each element.</param>
internal sealed record PlannedTensor(SafetensorsFile File, SafetensorsTensor Source, string Name, long? RotaryHeads, float Shift);

/// <summary>Maps a checkpoint's tensors to llama.cpp's, and holds their shapes against the configuration.</summary>
internal static partial class TensorPlan
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Output = "lm_head.weight";

    /// <summary>Makes the plan.</summary>
    /// <param name="geometry">The model's sizes.</param>
    /// <param name="checkpoint">Its weights.</param>
    /// <returns>The tensors, in the order in which they are written.</returns>
    /// <exception cref="Common.ClemException">A tensor is missing, has another shape, is of a type that is not converted, or has no place in the model.</exception>
    public static IReadOnlyList<PlannedTensor> Make(ModelGeometry geometry, SafetensorsCheckpoint checkpoint)
    {
        var plan = new List<PlannedTensor>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slot in Slots(geometry))
        {
            if (checkpoint.Find(slot.Source) is not var (file, tensor))
            {
                if (slot.IsOptional)
                    continue;
                throw ConversionError.Invalid(checkpoint.Folder, $"the tensor '{slot.Source}' is missing");
            }

            taken.Add(slot.Source);
            if (!tensor.Shape.SequenceEqual(slot.Shape))
                throw ConversionError.Invalid(file.Path, $"the tensor '{slot.Source}' has the shape [{string.Join(", ", tensor.Shape)}], and the configuration makes it [{string.Join(", ", slot.Shape)}]");
            if (tensor.Type != SafetensorsType.F32 && tensor.Type != SafetensorsType.F16 && tensor.Type != SafetensorsType.BF16)
                throw ConversionError.Unsupported(file.Path, $"the tensor '{slot.Source}' is of the type {tensor.Type}; F32, F16 and BF16 are converted");
            plan.Add(new PlannedTensor(file, tensor, slot.Target, slot.RotaryHeads, slot.Shift));
        }

        if (checkpoint.Names.FirstOrDefault(name => !taken.Contains(name) && !IsLeftOut(name, geometry)) is { } unknown)
            throw ConversionError.Unsupported(checkpoint.Folder, $"the tensor '{unknown}' has no place in a {geometry.Family.Architecture}");
        return plan;
    }

    // The output shares the embedding where it is tied; early checkpoints hold the rotary frequencies, which are computed.
    private static bool IsLeftOut(string name, ModelGeometry geometry) => (name == Output && geometry.IsTied) || RotaryFrequencies().IsMatch(name);

    [GeneratedRegex(@"^model\.(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$")]
    private static partial Regex RotaryFrequencies();

    private static IEnumerable<Slot> Slots(ModelGeometry geometry)
    {
        var family = geometry.Family;
        var shift = family.NormsFromOne ? 1f : 0f;
        long[] norm = [geometry.Width];
        yield return new(Embedding, "token_embd.weight", [geometry.Vocabulary, geometry.Width]);
        for (var i = 0; i < geometry.Layers; i++)
        {
            var from = string.Create(CultureInfo.InvariantCulture, $"model.layers.{i}.");
            var to = string.Create(CultureInfo.InvariantCulture, $"blk.{i}.");
            var (queries, keys) = (geometry.Heads * geometry.HeadWidth, geometry.KeyHeads * geometry.HeadWidth);
            yield return new(from + "input_layernorm.weight", to + "attn_norm.weight", norm) { Shift = shift };
            foreach (var slot in Linear("self_attn.q_proj", "attn_q", queries, geometry.Width, family.HasQueryBiases, geometry.Heads)
                .Concat(Linear("self_attn.k_proj", "attn_k", keys, geometry.Width, family.HasQueryBiases, geometry.KeyHeads))
                .Concat(Linear("self_attn.v_proj", "attn_v", keys, geometry.Width, family.HasQueryBiases))
                .Concat(Linear("self_attn.o_proj", "attn_output", geometry.Width, queries, needsBias: false)))
                yield return slot;
            if (family.HasHeadNorms)
            {
                yield return new(from + "self_attn.q_norm.weight", to + "attn_q_norm.weight", [geometry.HeadWidth]) { Shift = shift };
                yield return new(from + "self_attn.k_norm.weight", to + "attn_k_norm.weight", [geometry.HeadWidth]) { Shift = shift };
            }

            if (family.HasPostNorms)
            {
                yield return new(from + "post_attention_layernorm.weight", to + "post_attention_norm.weight", norm) { Shift = shift };
                yield return new(from + "pre_feedforward_layernorm.weight", to + "ffn_norm.weight", norm) { Shift = shift };
                yield return new(from + "post_feedforward_layernorm.weight", to + "post_ffw_norm.weight", norm) { Shift = shift };
            }
            else
            {
                yield return new(from + "post_attention_layernorm.weight", to + "ffn_norm.weight", norm) { Shift = shift };
            }

            foreach (var slot in Linear("mlp.gate_proj", "ffn_gate", geometry.FeedForward, geometry.Width, needsBias: false)
                .Concat(Linear("mlp.up_proj", "ffn_up", geometry.FeedForward, geometry.Width, needsBias: false))
                .Concat(Linear("mlp.down_proj", "ffn_down", geometry.Width, geometry.FeedForward, needsBias: false)))
                yield return slot;

            // Llama's configuration may give any linear map a bias (attention_bias, mlp_bias), and llama.cpp reads them.
            IEnumerable<Slot> Linear(string source, string target, long outputs, long inputs, bool needsBias, long? heads = null)
            {
                var rotary = family.RotatesNeighbours ? heads : null;
                yield return new($"{from}{source}.weight", $"{to}{target}.weight", [outputs, inputs]) { RotaryHeads = rotary };
                if (needsBias || family.GgufName == "llama")
                    yield return new($"{from}{source}.bias", $"{to}{target}.bias", [outputs]) { RotaryHeads = rotary, IsOptional = !needsBias };
            }
        }

        yield return new("model.norm.weight", "output_norm.weight", norm) { Shift = shift };
        // A checkpoint without an output of its own shares the embedding, whatever its configuration says.
        if (!geometry.IsTied)
            yield return new(Output, "output.weight", [geometry.Vocabulary, geometry.Width]) { IsOptional = true };
    }

    private sealed record Slot(string Source, string Target, long[] Shape)
    {
        public long? RotaryHeads { get; init; }

        public float Shift { get; init; }

        public bool IsOptional { get; init; }
    }
}
