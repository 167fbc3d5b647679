namespace Clembench.Plots;

/// <summary>What a picture shows.</summary>
public enum PlotKind
{
    /// <summary>The clemscores, the best above, with their intervals.</summary>
    Leaderboard,

    /// <summary>Played against Quality, with the intervals of both.</summary>
    Scatter,
}
