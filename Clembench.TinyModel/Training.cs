using System.Diagnostics;
using Clembench.TinyModel.Network;
using Clembench.TinyModel.Task;

namespace Clembench.TinyModel;

/// <summary>How a training goes.</summary>
internal sealed record TrainingPlan
{
    /// <summary>The recipe of <c>models/tiny-greeter</c>.</summary>
    public static TrainingPlan TinyGreeter { get; } = new();

    public NetworkShape Shape { get; init; } = new() { Vocabulary = ByteVocabulary.Count, Width = 64, Layers = 3, Heads = 4, KeyHeads = 2, FeedForward = 192 };

    public int Steps { get; init; } = 10_000;

    /// <summary>The tokens of a step, prompts included; the last sequence may reach beyond.</summary>
    public int TokensPerStep { get; init; } = 3000;

    public double Rate { get; init; } = 0.004;

    public int WarmUp { get; init; } = 100;

    /// <summary>The part of the training in which prompts grow to their full length and drills become rare.</summary>
    public double Ramp { get; init; } = 0.5;

    public ulong Seed { get; init; } = 1;

    /// <summary>The longest sequence in tokens.</summary>
    public int Longest { get; init; } = 768;

    /// <summary>The learning rate of a step: it rises, and falls by a cosine to a fiftieth.</summary>
    public double RateAt(int step) =>
        Rate * Math.Min(1.0, (step + 1.0) / WarmUp) * (0.02 + 0.98 * 0.5 * (1.0 + Math.Cos(Math.PI * step / Steps)));
}

/// <summary>Trains a network from its first weights on. The same plan gives the same weights.</summary>
/// <param name="plan">How.</param>
/// <param name="task">What is learned.</param>
internal sealed class Training(TrainingPlan plan, GreetingTask task)
{
    /// <summary>Runs the training.</summary>
    /// <param name="report">Is told after so many steps.</param>
    /// <param name="every">After how many.</param>
    /// <returns>The weights.</returns>
    public NetworkWeights Run(Action<TrainingReport>? report, int every)
    {
        var weights = new NetworkWeights(plan.Shape);
        var random = new SplitMix(plan.Seed);
        weights.Initialize(random);
        weights.Refresh();
        var network = new LlamaNetwork(weights, plan.TokensPerStep + plan.Longest, plan.Longest);
        var optimizer = new AdamOptimizer(weights);
        var clock = Stopwatch.StartNew();
        var (loss, tokens) = (0.0, 0L);
        for (var step = 0; step < plan.Steps; step++)
        {
            var grown = Math.Min(1.0, step / (plan.Ramp * plan.Steps));
            var batch = new Batch();
            while (batch.Rows < plan.TokensPerStep)
                task.Draw(batch, random, drills: Math.Max(0.05, 0.5 * (1.0 - grown)), reach: grown);
            network.Forward(batch);
            loss += network.Backward(batch);
            tokens += batch.Rows;
            optimizer.Step(plan.RateAt(step));
            if ((step + 1) % every == 0)
            {
                report?.Invoke(new TrainingReport(step + 1, loss / every, tokens / clock.Elapsed.TotalSeconds, weights));
                loss = 0.0;
            }
        }

        return weights;
    }
}

/// <summary>How far a training is.</summary>
/// <param name="Step">The steps made.</param>
/// <param name="Loss">The mean loss since the last report, in nats for each token of weight 1.</param>
/// <param name="TokensPerSecond">The tokens trained on in a second, prompts included.</param>
/// <param name="Weights">The weights as they are.</param>
internal sealed record TrainingReport(int Step, double Loss, double TokensPerSecond, NetworkWeights Weights);
