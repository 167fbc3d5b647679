namespace Clembench.Scoring.Statistics;

/// <summary>What the episodes of one instance add up to: the unit that is drawn when intervals are made.</summary>
/// <param name="Known">The episodes that say whether they were played.</param>
/// <param name="Played">How many of these were.</param>
/// <param name="Scored">The episodes that have a main score.</param>
/// <param name="Score">The sum of their main scores, each from 0 to 100.</param>
internal readonly record struct ClusterSums(double Known, double Played, double Scored, double Score)
{
    /// <summary>Adds up.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">Another one.</param>
    /// <returns>The sums of both.</returns>
    public static ClusterSums operator +(ClusterSums a, ClusterSums b) =>
        new(a.Known + b.Known, a.Played + b.Played, a.Scored + b.Scored, a.Score + b.Score);

    /// <summary>The proportion of episodes played; NaN where nothing is known.</summary>
    public double PlayedProportion => Played / Known;

    /// <summary>The mean main score; NaN where no episode has one.</summary>
    public double Quality => Score / Scored;
}
