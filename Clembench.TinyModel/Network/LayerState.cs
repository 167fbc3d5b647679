namespace Clembench.TinyModel.Network;

/// <summary>What one layer computed for a batch, kept for the way back.</summary>
internal sealed class LayerState(NetworkShape shape, int rows, int probabilities)
{
    // Attention reads keys in groups of 16 rows: the last group may reach beyond the last sequence.
    private const int Slack = 16;

    /// <summary>The residual stream that enters.</summary>
    public FloatBuffer Input { get; } = new(rows * shape.Width);

    public FloatBuffer InverseRoot { get; } = new(rows);

    public FloatBuffer Normed { get; } = new(rows * shape.Width);

    /// <summary>The rows of <see cref="Normed"/> that ask.</summary>
    public FloatBuffer Asking { get; } = new(rows * shape.Width);

    public FloatBuffer Query { get; } = new(rows * shape.QueryWidth);

    public FloatBuffer Key { get; } = new((rows + Slack) * shape.KeyWidth);

    public FloatBuffer Value { get; } = new((rows + Slack) * shape.KeyWidth);

    /// <summary>For each sequence and head: a row for each asking position, padded to whole groups of 16 keys.</summary>
    public FloatBuffer Probabilities { get; } = new(probabilities);

    public FloatBuffer Mixed { get; } = new(rows * shape.QueryWidth);

    /// <summary>The residual stream after attention.</summary>
    public FloatBuffer Middle { get; } = new(rows * shape.Width);

    public FloatBuffer MiddleInverseRoot { get; } = new(rows);

    public FloatBuffer MiddleNormed { get; } = new(rows * shape.Width);

    public FloatBuffer Gate { get; } = new(rows * shape.FeedForward);

    public FloatBuffer Up { get; } = new(rows * shape.FeedForward);

    public FloatBuffer Hidden { get; } = new(rows * shape.FeedForward);
}
