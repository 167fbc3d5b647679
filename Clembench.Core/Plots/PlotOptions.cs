namespace Clembench.Plots;

/// <summary>How a picture is drawn.</summary>
public sealed record PlotOptions
{
    /// <summary>What it shows.</summary>
    public PlotKind Kind { get; init; }

    /// <summary>The game whose rows are drawn; <c>all</c> for the totals.</summary>
    public string Game { get; init; } = "all";

    /// <summary>A title above; null for none.</summary>
    public string? Title { get; init; }

    /// <summary>The width in units of 1/96 inch.</summary>
    public int Width { get; init; } = 640;

    /// <summary>The height in units of 1/96 inch; null for what the picture needs.</summary>
    public int? Height { get; init; }

    /// <summary>Pixels for each unit in a PNG: 3 stands for 288 dots an inch.</summary>
    public double Scale { get; init; } = 3;
}
