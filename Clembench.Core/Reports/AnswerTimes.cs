namespace Clembench.Reports;

/// <summary>The distribution of a model's answer times, all of which are kept (4 bytes each).</summary>
internal sealed class AnswerTimes
{
    /// <summary>The number of bins for each power of ten.</summary>
    public const int BinsPerDecade = 8;

    /// <summary>The power of ten at which the first bin begins: 1 ms.</summary>
    public const int FirstDecade = -3;

    private const int Decades = 7;
    private static readonly double[] Levels = [0.05, 0.25, 0.5, 0.75, 0.95];

    private readonly List<float> _seconds = [];

    /// <summary>The number of answers.</summary>
    public int Count => _seconds.Count;

    /// <summary>Takes a time.</summary>
    /// <param name="seconds">The time, in seconds.</param>
    public void Add(float seconds) => _seconds.Add(seconds);

    /// <summary>The 5th, 25th, 50th, 75th and 95th percentile and the largest, in seconds: the smallest time that so many do not exceed.</summary>
    /// <returns>Six numbers; nothing without answers.</returns>
    public double[] Quantiles()
    {
        if (_seconds.Count == 0)
            return [];
        var sorted = _seconds.ToArray();
        Array.Sort(sorted);
        return [.. Levels.Select(level => (double)sorted[Math.Max(0, (int)Math.Ceiling(level * sorted.Length) - 1)]), sorted[^1]];
    }

    /// <summary>How many answers fall in each bin of a logarithmic scale; the outer bins take what lies beyond.</summary>
    /// <returns>The counts.</returns>
    public int[] Bins()
    {
        var bins = new int[Decades * BinsPerDecade];
        foreach (var seconds in _seconds)
        {
            var place = seconds <= 0 ? 0 : (int)Math.Floor((Math.Log10(seconds) - FirstDecade) * BinsPerDecade);
            bins[Math.Clamp(place, 0, bins.Length - 1)]++;
        }

        return bins;
    }
}
