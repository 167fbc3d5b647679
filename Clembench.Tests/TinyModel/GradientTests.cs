using Clembench.TinyModel;
using Clembench.TinyModel.Network;

namespace Clembench.Tests.TinyModel;

/// <summary>The trainer's backward pass is written by hand: each gradient is held against the loss's differences.</summary>
public sealed class GradientTests
{
    private static readonly NetworkShape Shape = new()
    {
        Vocabulary = 37,
        Width = 32,
        Layers = 3,
        Heads = 4,
        KeyHeads = 2,
        HeadWidth = 16,
        FeedForward = 48,
    };

    [Fact]
    public void Each_weights_gradient_is_the_losss_slope_in_a_random_direction()
    {
        var random = new SplitMix(7);
        var weights = new NetworkWeights(Shape);
        weights.Initialize(random);
        foreach (var norm in weights.All.Where(parameter => parameter.Rows == 1))
        {
            foreach (ref var gain in norm.Value.Span)
                gain += (float)(random.NextGaussian() * 0.3);
        }

        weights.Refresh();
        // Lengths on both sides of the kernels' groups of 6, 16 and 48 rows.
        var batch = new Batch();
        foreach (var (length, first) in new[] { (5, 2), (17, 9), (70, 40), (2, 1), (50, 1) })
        {
            int[] tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(Shape.Vocabulary))];
            batch.Add(tokens, first, index => index % 3 == 0 ? 0.3f : 1f);
        }

        var network = new LlamaNetwork(weights, 160, 80);
        network.Forward(batch);
        var loss = network.Loss(batch);
        network.Backward(batch).ShouldBe(loss, 1e-6);

        foreach (var parameter in weights.All)
        {
            var direction = new float[parameter.Length];
            foreach (ref var part in direction.AsSpan())
                part = random.Happens(0.5) ? 1f : -1f;
            // Along the gradient's own signs the slope is large, so that rounding is small beside it.
            for (var i = 0; i < direction.Length; i += 2)
                direction[i] = MathF.Sign(parameter.Gradient.Span[i]);
            var slope = 0.0;
            for (var i = 0; i < direction.Length; i++)
                slope += (double)parameter.Gradient.Span[i] * direction[i];

            const float step = 5e-4f;
            var original = parameter.Value.Span.ToArray();
            var difference = (LossAt(step) - LossAt(-step)) / (2.0 * step);
            LossAt(0f);
            difference.ShouldBe(slope, Math.Max(2e-4, 0.01 * Math.Abs(slope)), parameter.Name);

            double LossAt(float distance)
            {
                for (var i = 0; i < original.Length; i++)
                    parameter.Value.Span[i] = original[i] + distance * direction[i];
                network.Forward(batch);
                return network.Loss(batch);
            }
        }
    }
}
