namespace Clembench.TinyModel.Network;

/// <summary>The sizes of a Llama network: RMSNorm, rotary positions, grouped-query attention, SwiGLU, no biases.</summary>
internal sealed record NetworkShape
{
    /// <summary>The number of tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The width of the residual stream; a multiple of 16.</summary>
    public required int Width { get; init; }

    /// <summary>The number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>The number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>The number of key and value heads; a divisor of <see cref="Heads"/>.</summary>
    public required int KeyHeads { get; init; }

    /// <summary>The width of a head; a multiple of 16.</summary>
    public int HeadWidth { get; init; } = 16;

    /// <summary>The width of the feed-forward layers; a multiple of 16.</summary>
    public required int FeedForward { get; init; }

    /// <summary>The most positions.</summary>
    public int ContextSize { get; init; } = 1024;

    /// <summary>The base of the rotary frequencies.</summary>
    public float RopeBase { get; init; } = 10_000f;

    /// <summary>What is added to the mean square before its root is taken.</summary>
    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>The width of all query heads.</summary>
    public int QueryWidth => Heads * HeadWidth;

    /// <summary>The width of all key heads.</summary>
    public int KeyWidth => KeyHeads * HeadWidth;
}
