namespace Clembench.Scoring.Statistics;

/// <summary>
/// Mean and standard deviation of numbers that come one by one, by the very steps of pandas' <c>groupby</c>, so that the
/// last digits are the same: Kahan's compensated sum for the mean, Welford's recurrence for the deviation; NaN is left out.
/// </summary>
internal struct RunningMean
{
    private double _sum, _compensation, _mean, _squares;

    /// <summary>How many numbers have come, without NaN.</summary>
    public int Count { get; private set; }

    /// <summary>Their mean; NaN where there is none.</summary>
    public readonly double Mean => Count == 0 ? double.NaN : _sum / Count;

    /// <summary>The sample standard deviation (n − 1); NaN for fewer than two numbers.</summary>
    public readonly double StandardDeviation => Count < 2 ? double.NaN : Math.Sqrt(_squares / (Count - 1));

    /// <summary>Takes a number.</summary>
    /// <param name="value">The number.</param>
    public void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        Count++;
        var y = value - _compensation;
        var t = _sum + y;
        _compensation = t - _sum - y;
        if (double.IsNaN(_compensation))
            _compensation = 0;
        _sum = t;

        var before = _mean;
        _mean += (value - before) / Count;
        _squares += (value - _mean) * (value - before);
    }

    /// <summary>The mean of numbers.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>The mean without NaN; NaN where there is none.</returns>
    public static double Of(IEnumerable<double> values)
    {
        var mean = new RunningMean();
        foreach (var value in values)
            mean.Add(value);
        return mean.Mean;
    }

    /// <summary>Rounds as numpy's <c>round</c> does: scaled, to the nearest integer (a half to the even one), and back.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The number to two decimals.</returns>
    public static double Round2(double value) => Math.Round(value * 100, MidpointRounding.ToEven) / 100;
}
