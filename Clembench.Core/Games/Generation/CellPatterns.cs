namespace Clembench.Games.Generation;

/// <summary>Patterns of filled cells in a square grid, for games with grids; row by row.</summary>
internal static class CellPatterns
{
    /// <summary>So many filled cells anywhere.</summary>
    public static bool[] Scattered(SeededRandom random, int size, int filled)
    {
        var cells = new bool[size * size];
        foreach (var cell in random.Shuffle(Enumerable.Range(0, cells.Length)).Take(filled))
            cells[cell] = true;
        return cells;
    }

    /// <summary>Some whole rows, columns or diagonals, one to three of them.</summary>
    public static bool[] Lines(SeededRandom random, int size)
    {
        var cells = new bool[size * size];
        for (var lines = 1 + random.Next(3); lines > 0; lines--)
        {
            var (kind, place) = (random.Next(4), random.Next(size));
            for (var i = 0; i < size; i++)
            {
                var (row, column) = kind switch { 0 => (place, i), 1 => (i, place), 2 => (i, i), _ => (i, size - 1 - i) };
                cells[(row * size) + column] = true;
            }
        }

        return cells;
    }

    /// <summary>The pattern with so many of its cells turned over.</summary>
    public static bool[] Vary(SeededRandom random, bool[] pattern, int changes)
    {
        var cells = (bool[])pattern.Clone();
        foreach (var cell in random.Shuffle(Enumerable.Range(0, cells.Length)).Take(changes))
            cells[cell] = !cells[cell];
        return cells;
    }

    /// <summary>The grid as text: rows on lines, cells parted by blanks.</summary>
    public static string Format(bool[] cells, int size, string filled, string empty) =>
        string.Join('\n', cells.Chunk(size).Select(row => string.Join(' ', row.Select(cell => cell ? filled : empty))));
}
