namespace Clembench.Games.ImageGame;

/// <summary>A grid of letters and empty cells: rows on lines, cells parted by one blank each.</summary>
internal sealed class LetterGrid
{
    /// <summary>The sign of an empty cell, U+25A2.</summary>
    public const string Empty = "\u25a2";

    private readonly string[][] _rows;

    private LetterGrid(string[][] rows) => _rows = rows;

    /// <summary>The grid before the first command: five rows of five empty cells, whatever the target's size is.</summary>
    public static LetterGrid Blank { get; } = Parse(string.Join('\n', Enumerable.Repeat(string.Join(' ', Enumerable.Repeat(Empty, 5)), 5)));

    /// <summary>The cells, row by row.</summary>
    public IEnumerable<(int Row, int Column, string Letter)> Cells =>
        _rows.SelectMany((row, r) => row.Select((letter, c) => (r, c, letter)));

    /// <summary>The cells with something in them.</summary>
    public IEnumerable<(int Row, int Column, string Letter)> Filled => Cells.Where(cell => cell.Letter != Empty);

    /// <summary>Reads a grid.</summary>
    public static LetterGrid Parse(string text) => new([.. text.Trim().Split('\n').Select(row => row.Split(' '))]);

    /// <summary>Whether two cells hold the same, in whatever case.</summary>
    public static bool AreSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The sign in a cell that the grid has.</summary>
    public string At(int row, int column) => _rows[row][column];

    /// <summary>Whether the grid has as many rows as another one, and as many cells in the first of them.</summary>
    public bool HasSizeOf(LetterGrid other) => _rows.Length == other._rows.Length && _rows[0].Length == other._rows[0].Length;

    /// <summary>Whether the grid has a cell wherever another one has.</summary>
    public bool Covers(LetterGrid other) =>
        _rows.Length >= other._rows.Length && other._rows.Index().All(row => _rows[row.Index].Length >= row.Item.Length);

    /// <summary>The number of another grid's cells that are different here; 0 where this one does not cover it.</summary>
    public long CountChanges(LetterGrid before) =>
        Covers(before) ? before.Cells.LongCount(cell => !AreSame(cell.Letter, At(cell.Row, cell.Column))) : 0;
}
