namespace Clembench.TinyModel.Network;

/// <summary>A matrix of weights with its gradient and the optimizer's two moments. A vector is a matrix of one row.</summary>
/// <param name="name">Its name in a Hugging Face checkpoint.</param>
/// <param name="rows">Rows: inputs of a linear map (the transpose of a checkpoint's layout), tokens of an embedding.</param>
/// <param name="columns">Columns: outputs of a linear map.</param>
/// <param name="isTransposed">Whether a checkpoint holds the transpose.</param>
internal sealed class Parameter(string name, int rows, int columns, bool isTransposed)
{
    public string Name => name;

    public int Rows => rows;

    public int Columns => columns;

    public int Length => rows * columns;

    public FloatBuffer Value { get; } = new(rows * columns);

    public FloatBuffer Gradient { get; } = new(rows * columns);

    public FloatBuffer FirstMoment { get; } = new(rows * columns);

    public FloatBuffer SecondMoment { get; } = new(rows * columns);

    /// <summary>The transposed value, for the way back; as it was when it was last refreshed.</summary>
    public FloatBuffer Transposed { get; } = new(isTransposed ? rows * columns : 0);

    /// <summary>The shape in a checkpoint: outputs, inputs.</summary>
    public int[] CheckpointShape => isTransposed ? [columns, rows] : rows == 1 ? [columns] : [rows, columns];

    /// <summary>Makes <see cref="Transposed"/> follow <see cref="Value"/>.</summary>
    public void Refresh()
    {
        if (isTransposed)
            Transpose(Value.Span, Transposed.Span, rows, columns);
    }

    /// <summary>The weights in the layout of a checkpoint.</summary>
    public float[] ToCheckpoint()
    {
        Refresh();
        return (isTransposed ? Transposed : Value).Span.ToArray();
    }

    /// <summary>Takes the weights from the layout of a checkpoint.</summary>
    /// <param name="values">The weights.</param>
    public void FromCheckpoint(ReadOnlySpan<float> values)
    {
        if (isTransposed)
            Transpose(values, Value.Span, columns, rows);
        else
            values.CopyTo(Value.Span);
    }

    private static void Transpose(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                to[column * rows + row] = from[row * columns + column];
        }
    }
}
