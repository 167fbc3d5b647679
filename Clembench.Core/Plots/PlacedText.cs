namespace Clembench.Plots;

/// <summary>A text and where it stands, in the picture's own units.</summary>
/// <param name="Text">The text.</param>
/// <param name="X">Its left edge.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="HasGround">Whether lines below it are made pale, so that it can be read.</param>
internal readonly record struct PlacedText(PlotText Text, float X, float Y, bool HasGround = false)
{
    /// <summary>A text in the middle of a line.</summary>
    public static PlacedText Centred(PlotText text, float middle, float y) => new(text, Math.Max(0, middle - (text.Width / 2)), y);
}
