using ScottPlot;

namespace Clembench.Plots;

/// <summary>
/// Finds room for the labels of points: each takes the nearest place around its point where it covers no point, no other
/// label, and does not leave the frame.
/// </summary>
/// <param name="frame">Where labels may lie.</param>
/// <param name="points">All points.</param>
/// <param name="marker">How wide a point's sign is.</param>
internal sealed class LabelPlacement(PixelRect frame, IReadOnlyList<Pixel> points, float marker)
{
    private const int Directions = 16;
    private const float Gap = 3;

    private readonly List<PixelRect> _taken = [];

    /// <summary>Takes a place.</summary>
    /// <param name="point">The point.</param>
    /// <param name="size">The label's size.</param>
    /// <returns>The label's place; where nothing is free, the one with the least overlap.</returns>
    public PixelRect Place(Pixel point, PixelSize size)
    {
        var best = default(PixelRect);
        var least = float.MaxValue;
        foreach (var candidate in Candidates(point, size))
        {
            var overlap = Overlap(candidate);
            if (overlap < least)
                (best, least) = (candidate, overlap);
            if (overlap == 0)
                break;
        }

        _taken.Add(best);
        return best;
    }

    /// <summary>Whether a label lies so far from its point that a line has to lead there.</summary>
    public bool IsFar(Pixel point, PixelRect place) => Distance(point, place) > marker + Gap;

    private IEnumerable<PixelRect> Candidates(Pixel point, PixelSize size)
    {
        // Right, above right and left first, as people read; then further and further away.
        for (var distance = (marker / 2) + Gap; distance < frame.Width / 2; distance *= 1.5f)
        {
            foreach (var step in (int[])[0, 1, -1, 8, 7, -7, 4, -4, 2, -2, 6, -6, 3, -3, 5, -5])
            {
                var angle = step * 2 * Math.PI / Directions;
                var (dx, dy) = ((float)Math.Cos(angle), -(float)Math.Sin(angle));
                var x = point.X + (dx * distance) + ((dx - 1) * size.Width / 2);
                var y = point.Y + (dy * distance) + ((dy - 1) * size.Height / 2);
                yield return new PixelRect(x, x + size.Width, y + size.Height, y);
            }
        }
    }

    private float Overlap(PixelRect place)
    {
        var outside = (place.Width * place.Height) - Common(place, frame);
        var labels = _taken.Sum(other => Common(place, other));
        var markers = points.Sum(point => Common(place, new PixelRect(
            point.X - (marker / 2), point.X + (marker / 2), point.Y + (marker / 2), point.Y - (marker / 2))));
        return (outside * 4) + labels + (markers * 4);
    }

    private static float Common(PixelRect a, PixelRect b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        return width > 0 && height > 0 ? width * height : 0;
    }

    private static float Distance(Pixel point, PixelRect place)
    {
        var x = Math.Max(0, Math.Max(place.Left - point.X, point.X - place.Right));
        var y = Math.Max(0, Math.Max(place.Top - point.Y, point.Y - place.Bottom));
        return (float)Math.Sqrt((x * x) + (y * y));
    }
}
