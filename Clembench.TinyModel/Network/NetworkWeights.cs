namespace Clembench.TinyModel.Network;

/// <summary>All weights of a network, in a fixed order.</summary>
internal sealed class NetworkWeights
{
    public NetworkWeights(NetworkShape shape)
    {
        Shape = shape;
        Embedding = new("model.embed_tokens.weight", shape.Vocabulary, shape.Width, isTransposed: false);
        Layers = [.. Enumerable.Range(0, shape.Layers).Select(index => new LayerWeights(shape, index))];
        Norm = new("model.norm.weight", 1, shape.Width, isTransposed: false);
        Output = new("lm_head.weight", shape.Width, shape.Vocabulary, isTransposed: true);
        All = [Embedding, .. Layers.SelectMany(layer => layer.All), Norm, Output];
    }

    public NetworkShape Shape { get; }

    public Parameter Embedding { get; }

    public IReadOnlyList<LayerWeights> Layers { get; }

    public Parameter Norm { get; }

    public Parameter Output { get; }

    public IReadOnlyList<Parameter> All { get; }

    /// <summary>How many weights there are.</summary>
    public int Count => All.Sum(parameter => parameter.Length);

    /// <summary>Draws the weights that a training begins with.</summary>
    /// <param name="random">The source of chance.</param>
    public void Initialize(SplitMix random)
    {
        foreach (var parameter in All)
        {
            if (parameter.Rows == 1)
            {
                parameter.Value.Span.Fill(1f);
                continue;
            }

            // What is added to the residual stream begins small, the smaller the more layers add.
            var isAdded = parameter.Name.EndsWith("o_proj.weight", StringComparison.Ordinal) || parameter.Name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            var deviation = ReferenceEquals(parameter, Embedding) ? 0.5 : 1.0 / Math.Sqrt(parameter.Rows) / (isAdded ? Math.Sqrt(2.0 * Shape.Layers) : 1.0);
            foreach (ref var value in parameter.Value.Span)
                value = (float)(random.NextGaussian() * deviation);
        }
    }

    /// <summary>Makes the transposed copies follow the values.</summary>
    public void Refresh()
    {
        foreach (var parameter in All)
            parameter.Refresh();
    }
}

/// <summary>The weights of one layer.</summary>
internal sealed class LayerWeights
{
    public LayerWeights(NetworkShape shape, int index)
    {
        var prefix = $"model.layers.{index}.";
        AttentionNorm = new(prefix + "input_layernorm.weight", 1, shape.Width, isTransposed: false);
        Query = new(prefix + "self_attn.q_proj.weight", shape.Width, shape.QueryWidth, isTransposed: true);
        Key = new(prefix + "self_attn.k_proj.weight", shape.Width, shape.KeyWidth, isTransposed: true);
        Value = new(prefix + "self_attn.v_proj.weight", shape.Width, shape.KeyWidth, isTransposed: true);
        AttentionOutput = new(prefix + "self_attn.o_proj.weight", shape.QueryWidth, shape.Width, isTransposed: true);
        FeedForwardNorm = new(prefix + "post_attention_layernorm.weight", 1, shape.Width, isTransposed: false);
        Gate = new(prefix + "mlp.gate_proj.weight", shape.Width, shape.FeedForward, isTransposed: true);
        Up = new(prefix + "mlp.up_proj.weight", shape.Width, shape.FeedForward, isTransposed: true);
        Down = new(prefix + "mlp.down_proj.weight", shape.FeedForward, shape.Width, isTransposed: true);
        All = [AttentionNorm, Query, Key, Value, AttentionOutput, FeedForwardNorm, Gate, Up, Down];
    }

    public Parameter AttentionNorm { get; }

    public Parameter Query { get; }

    public Parameter Key { get; }

    public Parameter Value { get; }

    public Parameter AttentionOutput { get; }

    public Parameter FeedForwardNorm { get; }

    public Parameter Gate { get; }

    public Parameter Up { get; }

    public Parameter Down { get; }

    public IReadOnlyList<Parameter> All { get; }
}
