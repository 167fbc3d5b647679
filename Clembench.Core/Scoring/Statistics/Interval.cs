namespace Clembench.Scoring.Statistics;

/// <summary>A confidence interval of 95 %.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The interval on another scale.</summary>
    /// <param name="factor">What both ends are multiplied by; positive.</param>
    /// <returns>The interval.</returns>
    public Interval Scale(double factor) => new(Low * factor, High * factor);
}
