namespace Clembench.Benchmarks;

/// <summary>What stands for several rounds of one measurement.</summary>
internal static class Median
{
    /// <summary>The value in the middle; of an even number of values, the higher of the two there.</summary>
    /// <param name="values">The values, at least one.</param>
    /// <returns>The median.</returns>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
