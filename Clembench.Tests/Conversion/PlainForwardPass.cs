using System.Text.Json.Nodes;

namespace Clembench.Tests.Conversion;

/// <summary>
/// What transformers computes for a checkpoint, written down plainly, in double precision, position by position, from its
/// models' definitions: an oracle for converted files that shares no code with the converter.
/// </summary>
internal sealed class PlainForwardPass(RandomCheckpoint checkpoint)
{
    private const double Epsilon = 1e-5;
    private readonly bool _isGemma3 = checkpoint.Architecture == "Gemma3ForCausalLM";
    private readonly bool _hasPostNorms = checkpoint.Architecture is "Gemma2ForCausalLM" or "Gemma3ForCausalLM";

    /// <summary>The logits after the last token of a sequence.</summary>
    public double[] Logits(IReadOnlyList<int> tokens)
    {
        var stream = tokens.Select(token => Row("model.embed_tokens.weight", token)).ToArray();
        if (checkpoint.IsGemma)
            stream = [.. stream.Select(row => row.Select(x => x * Math.Sqrt(RandomCheckpoint.Width)).ToArray())];
        for (var i = 0; i < checkpoint.Layers; i++)
            Layer(i, stream);
        var last = Norm(stream[^1], "model.norm.weight");
        var output = checkpoint.Tensors.ContainsKey("lm_head.weight") ? "lm_head.weight" : "model.embed_tokens.weight";
        var logits = Map(last, output);
        return checkpoint.Config["final_logit_softcapping"] is { } cap ? [.. logits.Select(x => Cap(x, cap.GetValue<double>()))] : logits;
    }

    private void Layer(int index, double[][] stream)
    {
        var prefix = $"model.layers.{index}.";
        var normed = stream.Select(row => Norm(row, prefix + "input_layernorm.weight")).ToArray();
        var window = Window(index);
        var queries = normed.Select((row, at) => Heads(row, prefix + "self_attn.q", RandomCheckpoint.Heads, at, index)).ToArray();
        var keys = normed.Select((row, at) => Heads(row, prefix + "self_attn.k", RandomCheckpoint.KeyHeads, at, index)).ToArray();
        var values = normed.Select(row => Split(Map(row, prefix + "self_attn.v_proj.weight", prefix + "self_attn.v_proj.bias"), RandomCheckpoint.KeyHeads)).ToArray();
        for (var at = 0; at < stream.Length; at++)
        {
            var mixed = new List<double>();
            for (var head = 0; head < RandomCheckpoint.Heads; head++)
            {
                var shared = head / (RandomCheckpoint.Heads / RandomCheckpoint.KeyHeads);
                var first = Math.Max(0, at - window + 1);
                var scores = Enumerable.Range(first, at - first + 1).Select(other =>
                {
                    var score = queries[at][head].Zip(keys[other][shared], (q, k) => q * k).Sum() / Math.Sqrt(checkpoint.HeadWidth);
                    return checkpoint.Config["attn_logit_softcapping"] is { } cap ? Cap(score, cap.GetValue<double>()) : score;
                }).ToArray();
                var weights = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
                for (var i = 0; i < checkpoint.HeadWidth; i++)
                    mixed.Add(weights.Select((weight, other) => weight * values[first + other][shared][i]).Sum() / weights.Sum());
            }

            var attended = Map([.. mixed], prefix + "self_attn.o_proj.weight");
            Add(stream[at], _hasPostNorms ? Norm(attended, prefix + "post_attention_layernorm.weight") : attended);
            var inner = Norm(stream[at], prefix + (_hasPostNorms ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight"));
            var gate = Map(inner, prefix + "mlp.gate_proj.weight");
            var up = Map(inner, prefix + "mlp.up_proj.weight");
            var down = Map([.. gate.Zip(up, (g, u) => Activate(g) * u)], prefix + "mlp.down_proj.weight");
            Add(stream[at], _hasPostNorms ? Norm(down, prefix + "post_feedforward_layernorm.weight") : down);
        }
    }

    private int Window(int layer) =>
        checkpoint.Architecture == "Gemma2ForCausalLM" && layer % 2 == 0 || (_isGemma3 && (layer + 1) % 6 != 0)
            ? checkpoint.Config["sliding_window"]!.GetValue<int>() : int.MaxValue / 2;

    private double[][] Heads(double[] row, string name, int count, int position, int layer)
    {
        var heads = Split(Map(row, name + "_proj.weight", name + "_proj.bias"), count);
        if (checkpoint.Tensors.ContainsKey(name + "_norm.weight"))
            heads = [.. heads.Select(head => Norm(head, name + "_norm.weight"))];
        return [.. heads.Select(head => Rotate(head, position, layer))];
    }

    private double[] Rotate(double[] head, int position, int layer)
    {
        var half = head.Length / 2;
        var isLocal = _isGemma3 && (layer + 1) % 6 != 0;
        var turned = new double[head.Length];
        var stretch = checkpoint.Config["rope_scaling"] is JsonObject all && all["rope_type"]!.GetValue<string>() == "yarn" ? all : null;
        for (var i = 0; i < half; i++)
        {
            var frequency = Math.Pow(checkpoint.Config[isLocal ? "rope_local_base_freq" : "rope_theta"]!.GetValue<double>(), -2.0 * i / head.Length);
            if (checkpoint.Config["rope_scaling"] is JsonObject scaling && !isLocal)
                frequency = stretch is null ? Scale(frequency, scaling) : Yarn(frequency, i, head.Length, scaling);
            var (sine, cosine) = Math.SinCos(position * frequency);
            if (stretch is not null)
            {
                var size = stretch["attention_factor"]?.GetValue<double>() ?? 0.1 * Math.Log(stretch["factor"]!.GetValue<double>()) + 1;
                (sine, cosine) = (sine * size, cosine * size);
            }

            turned[i] = head[i] * cosine - head[i + half] * sine;
            turned[i + half] = head[i + half] * cosine + head[i] * sine;
        }

        return turned;
    }

    private static double Scale(double frequency, JsonObject scaling)
    {
        double Value(string key) => scaling[key]!.GetValue<double>();
        if (scaling["rope_type"]!.GetValue<string>() == "linear")
            return frequency / Value("factor");
        var wavelength = 2 * Math.PI / frequency;
        var original = Value("original_max_position_embeddings");
        if (wavelength < original / Value("high_freq_factor"))
            return frequency;
        if (wavelength > original / Value("low_freq_factor"))
            return frequency / Value("factor");
        var smooth = (original / wavelength - Value("low_freq_factor")) / (Value("high_freq_factor") - Value("low_freq_factor"));
        return (1 - smooth) * frequency / Value("factor") + smooth * frequency;
    }

    // transformers' _compute_yarn_parameters.
    private double Yarn(double frequency, int pair, int width, JsonObject scaling)
    {
        double Value(string key, double missing) => scaling[key]?.GetValue<double>() ?? missing;
        double Pair(double turns) => width * Math.Log(Value("original_max_position_embeddings", 0) / (turns * 2 * Math.PI))
            / (2 * Math.Log(checkpoint.Config["rope_theta"]!.GetValue<double>()));
        var low = Math.Max(0, Math.Floor(Pair(Value("beta_fast", 32))));
        var high = Math.Min(width - 1, Math.Ceiling(Pair(Value("beta_slow", 1))));
        var stretched = Math.Clamp((pair - low) / Math.Max(high - low, 0.001), 0, 1);
        return (frequency / Value("factor", 1) * stretched) + (frequency * (1 - stretched));
    }

    private double Activate(double x) => checkpoint.IsGemma
        ? 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
        : x / (1 + Math.Exp(-x));

    private double[] Norm(double[] row, string name)
    {
        var scale = 1 / Math.Sqrt(row.Sum(x => x * x) / row.Length + Epsilon);
        var gain = checkpoint.Tensors[name].Values;
        return [.. row.Select((x, i) => x * scale * (checkpoint.IsGemma ? 1 + gain[i] : gain[i]))];
    }

    private double[] Map(double[] row, string name, string? bias = null)
    {
        var (shape, values) = checkpoint.Tensors[name];
        var result = new double[shape[0]];
        for (var output = 0; output < shape[0]; output++)
        {
            for (var input = 0; input < shape[1]; input++)
                result[output] += values[output * shape[1] + input] * row[input];
            if (bias is not null && checkpoint.Tensors.TryGetValue(bias, out var added))
                result[output] += added.Values[output];
        }

        return result;
    }

    private double[] Row(string name, int row)
    {
        var (shape, values) = checkpoint.Tensors[name];
        return [.. values.Skip(row * shape[1]).Take(shape[1]).Select(value => (double)value)];
    }

    private static double[][] Split(double[] row, int heads) => [.. row.Chunk(row.Length / heads)];

    private static void Add(double[] to, double[] from)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += from[i];
    }

    private static double Cap(double x, double cap) => cap * Math.Tanh(x / cap);
}
