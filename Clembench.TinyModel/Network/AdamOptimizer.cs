namespace Clembench.TinyModel.Network;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), after clipping the gradient's norm.</summary>
/// <param name="weights">What it changes.</param>
internal sealed class AdamOptimizer(NetworkWeights weights)
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.98;
    private const float Epsilon = 1e-8f;

    private int _steps;

    /// <summary>How strongly matrices are drawn to zero, relative to the rate.</summary>
    public float WeightDecay { get; init; } = 0.02f;

    /// <summary>The longest gradient that is followed.</summary>
    public double LargestNorm { get; init; } = 1.0;

    /// <summary>Changes the weights by their gradients, and clears these.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The gradient's norm before clipping.</returns>
    public double Step(double rate)
    {
        _steps++;
        var squares = 0.0;
        foreach (var parameter in weights.All)
        {
            foreach (var g in parameter.Gradient.Span)
                squares += (double)g * g;
        }

        var norm = Math.Sqrt(squares);
        var clip = (float)Math.Min(1.0, LargestNorm / (norm + 1e-9));
        var firstCorrection = (float)(1.0 / (1.0 - Math.Pow(FirstDecay, _steps)));
        var secondCorrection = (float)(1.0 / (1.0 - Math.Pow(SecondDecay, _steps)));
        foreach (var parameter in weights.All)
            Change(parameter, (float)rate, clip, firstCorrection, secondCorrection);
        weights.Refresh();
        return norm;
    }

    private void Change(Parameter parameter, float rate, float clip, float firstCorrection, float secondCorrection)
    {
        var values = parameter.Value.Span;
        var gradients = parameter.Gradient.Span;
        var first = parameter.FirstMoment.Span;
        var second = parameter.SecondMoment.Span;
        var decay = parameter.Rows == 1 ? 0f : WeightDecay * rate;
        for (var i = 0; i < values.Length; i++)
        {
            var g = gradients[i] * clip;
            first[i] += (g - first[i]) * (float)(1.0 - FirstDecay);
            second[i] += (g * g - second[i]) * (float)(1.0 - SecondDecay);
            values[i] -= decay * values[i] + rate * (first[i] * firstCorrection) / (MathF.Sqrt(second[i] * secondCorrection) + Epsilon);
        }

        gradients.Clear();
    }
}
