using ScottPlot;

namespace Clembench.Plots;

/// <summary>
/// Finds room for the labels of points: near its point, where it covers no point and no other label, does not leave the frame, and
/// does not look like another point's label.
/// </summary>
/// <param name="frame">Where labels may lie.</param>
/// <param name="points">All points.</param>
/// <param name="sizes">The size of each point's label.</param>
/// <param name="marker">How wide a point's sign is.</param>
internal sealed class LabelPlacement(PixelRect frame, IReadOnlyList<Pixel> points, IReadOnlyList<PixelSize> sizes, float marker)
{
    private const int Directions = 16;
    private const int Rounds = 2;
    private const float Gap = 3;

    private readonly PixelRect?[] _places = new PixelRect?[points.Count];

    /// <summary>
    /// Places all labels. Who comes first takes the best place, so it is tried beginning with each point, in both directions, and
    /// the arrangement that costs least is taken.
    /// </summary>
    /// <returns>The place of each label; where nothing is free, the one with the least overlap.</returns>
    public IReadOnlyList<PixelRect> Place()
    {
        var (best, least) = ((PixelRect[])[], double.MaxValue);
        for (var start = 0; start < points.Count; start++)
        {
            foreach (var step in (int[])[1, points.Count - 1])
            {
                var places = PlaceFrom(start, step);
                var cost = places.Select((place, i) => (double)CostWithoutItself(i, place)).Sum();
                if (cost < least)
                    (best, least) = (places, cost);
            }
        }

        return best;
    }

    private PixelRect[] PlaceFrom(int start, int step)
    {
        Array.Clear(_places);
        for (var i = 0; i < points.Count * Rounds; i++)
        {
            var label = (start + (i * step)) % points.Count;
            _places[label] = null;
            _places[label] = Candidates(points[label], sizes[label]).MinBy(candidate => Cost(points[label], candidate));
        }

        return [.. _places.Select(place => place!.Value)];
    }

    private float CostWithoutItself(int label, PixelRect place)
    {
        _places[label] = null;
        var cost = Cost(points[label], place);
        _places[label] = place;
        return cost;
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

    // Legible comes before near; a label that lies closer to another point than to its own misleads.
    private float Cost(Pixel point, PixelRect place)
    {
        var own = Distance(point, place);
        var misleads = points.Any(other => other != point && Distance(other, place) <= Math.Min(own, marker + Gap));
        return (Overlap(place) * 100) + own + (misleads ? 12 * marker : 0);
    }

    private float Overlap(PixelRect place)
    {
        var outside = (place.Width * place.Height) - Common(place, frame);
        var labels = _places.Sum(other => other is { } taken ? Common(place, taken) : 0);
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
