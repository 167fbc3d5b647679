namespace Clembench.Games.ImageGame;

/// <summary>A grid of letters and empty cells: rows on lines, cells parted by blanks.</summary>
internal sealed class LetterGrid
{
    /// <summary>The sign of an empty cell, U+25A2.</summary>
    public const string Empty = "\u25a2";

    private readonly string[][] _rows;

    private LetterGrid(string[][] rows) => _rows = rows;

    public IEnumerable<(int Row, int Column, string Letter)> Filled => Cells.Where(cell => cell.Letter != Empty);

    private IEnumerable<(int Row, int Column, string Letter)> Cells =>
        _rows.SelectMany((row, r) => row.Select((letter, c) => (r, c, letter)));

    public static LetterGrid Parse(string text) =>
        new([.. text.Trim('\n').Split('\n').Select(row => row.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))]);

    /// <summary>The cell's sign; that of an empty cell where the grid does not reach.</summary>
    public string At(int row, int column) => row < _rows.Length && column < _rows[row].Length ? _rows[row][column] : Empty;

    /// <summary>The number of cells in which the grid differs from another one; an absent one is empty.</summary>
    public long CountDifferences(LetterGrid? other) => Cells.LongCount(cell => cell.Letter != (other?.At(cell.Row, cell.Column) ?? Empty));
}
