namespace Clembench.Scoring.Statistics;

/// <summary>Intervals of proportions.</summary>
public static class WilsonInterval
{
    /// <summary>
    /// Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    /// the American Statistical Association 22, 1927): with z = 1.96,
    /// (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) ÷ (1 + z²/n). It never leaves 0…1 and holds for few trials.
    /// </summary>
    /// <param name="proportion">The observed proportion, from 0 to 1.</param>
    /// <param name="trials">The number of independent trials; an effective number may be fractional.</param>
    /// <returns>The interval, or null without trials.</returns>
    public static Interval? Of(double proportion, double trials)
    {
        if (!(trials > 0))
            return null;
        const double Z = Distributions.Z95;
        var centre = proportion + Z * Z / (2 * trials);
        var half = Z * Math.Sqrt(proportion * (1 - proportion) / trials + Z * Z / (4 * trials * trials));
        var scale = 1 + Z * Z / trials;
        return new Interval(Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }

    /// <summary>
    /// The interval of a proportion whose trials come in clusters (an instance played several times): Wilson's, with the trials
    /// divided by the design effect (L. Kish, "Survey Sampling", 1965; N. Dean and M. Pagano, "Evaluating confidence interval methods for
    /// binomial proportions in clustered surveys", Journal of Survey Statistics and Methodology 3(4), 2015). The design
    /// effect is the variance of the proportion between clusters ÷ p(1 − p)/n, at least 1; where p is 0 or 1 it cannot be
    /// estimated, and each cluster counts as one trial.
    /// </summary>
    /// <param name="clusters">For each cluster, its trials and how many of them succeeded.</param>
    /// <returns>The interval, or null without trials.</returns>
    internal static Interval? OfClusters(IReadOnlyList<(double Trials, double Successes)> clusters)
    {
        var trials = clusters.Sum(cluster => cluster.Trials);
        if (trials == 0)
            return null;
        var p = clusters.Sum(cluster => cluster.Successes) / trials;
        var used = clusters.Where(cluster => cluster.Trials > 0).ToArray();
        if (used.Length == trials)
            return Of(p, trials);

        var simple = p * (1 - p) / trials;
        if (simple <= 0 || used.Length < 2)
            return Of(p, used.Length);
        var squares = used.Sum(cluster => Math.Pow(cluster.Successes - p * cluster.Trials, 2));
        var clustered = squares * used.Length / (used.Length - 1) / (trials * trials);
        return Of(p, trials / Math.Max(1, clustered / simple));
    }

    /// <summary>
    /// The interval of the mean of several independent proportions: MOVER, which puts the limits of each together
    /// (G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008):
    /// p̄ − √Σ(pᵢ − lᵢ)² ÷ k and p̄ + √Σ(uᵢ − pᵢ)² ÷ k.
    /// </summary>
    /// <param name="parts">Each proportion with its interval.</param>
    /// <returns>The interval, or null without parts.</returns>
    internal static Interval? OfMean(IReadOnlyList<(double Proportion, Interval Interval)> parts)
    {
        if (parts.Count == 0)
            return null;
        var mean = parts.Average(part => part.Proportion);
        var below = Math.Sqrt(parts.Sum(part => Math.Pow(part.Proportion - part.Interval.Low, 2))) / parts.Count;
        var above = Math.Sqrt(parts.Sum(part => Math.Pow(part.Interval.High - part.Proportion, 2))) / parts.Count;
        return new Interval(Math.Max(0, mean - below), Math.Min(1, mean + above));
    }
}
