using System.Globalization;
using Clembench.Scoring.Benchmark;
using Clembench.Transcripts;

namespace Clembench.Terminal;

/// <summary>Draws the leaderboard with letters: bars with intervals, and Played against Quality.</summary>
public static class BenchmarkChart
{
    private const int Height = 16;
    private const string Marks = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Both charts, one below the other.</summary>
    /// <param name="rows">The rows, of any kind; models are drawn, by their totals where there are any.</param>
    /// <param name="width">The terminal's columns; at least 50 are used.</param>
    /// <param name="style">The colours.</param>
    /// <returns>The lines; none where no row has a score.</returns>
    public static IEnumerable<string> Lines(IReadOnlyList<BenchmarkRow> rows, int width, TerminalStyle style)
    {
        width = Math.Max(50, width);
        var bars = Bars(rows, width, style).ToArray();
        return [.. bars, .. bars.Length == 0 ? [] : Scatter(rows, width, style)];
    }

    /// <summary>One bar for each model with a clemscore, with its interval.</summary>
    /// <param name="rows">The rows; totals are drawn where there are any, else all.</param>
    /// <param name="width">The terminal's columns.</param>
    /// <param name="style">The colours.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Bars(IReadOnlyList<BenchmarkRow> rows, int width, TerminalStyle style)
    {
        var totals = rows.Where(row => row.IsTotal).ToArray();
        var drawn = (totals.Length > 0 ? totals : rows).Where(row => row.ClemScore is not null).ToArray();
        if (drawn.Length == 0)
            yield break;
        var names = drawn.Select(row => VisibleText.ToSymbolsOnOneLine(row.IsTotal ? row.Model : $"{row}") + (row.IsIncomplete ? " *" : "")).ToArray();
        var nameWidth = Math.Min(names.Max(name => TextWidth.Of(name)), width / 3);
        // Name, bar, score (6), interval (15), and a space between each two.
        var room = width - nameWidth - 6 - 15 - 3;
        yield return style.Soft + new string(' ', nameWidth + 1) + Ruler(room) + "  Score        95 %" + style.Reset;
        foreach (var (row, name) in drawn.Zip(names))
        {
            var score = row.ClemScore!.Value;
            var (low, end, high) = (Cell(row.Low ?? score, room), Cell(score, room), Cell(row.High ?? score, room));
            var bar = new string('█', Math.Min(low, end)) + new string('▓', Math.Max(0, end - low));
            var beyond = new string('░', Math.Max(0, high - end));
            var interval = row.Low is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{row.Low:0.00}-{row.High:0.00}");
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{TextWidth.Fit(name, nameWidth)} {style.Seats[0]}{bar}{style.Reset}{style.Soft}{beyond}{style.Reset}{new string(' ', room - bar.Length - beyond.Length)} {score,6:0.00} {interval,15}").TrimEnd();
        }

        yield return style.Soft + "▓░ the 95 % interval around the score" + style.Reset;
        if (Array.Exists(drawn, row => row.IsIncomplete))
            yield return style.Soft + "*  the score of fewer games than others have" + style.Reset;
    }

    /// <summary>
    /// Played (to the right) against Quality (upwards), a letter for each model; of more than 52 the best, and how many are left out.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="width">The terminal's columns.</param>
    /// <param name="style">The colours.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Scatter(IReadOnlyList<BenchmarkRow> rows, int width, TerminalStyle style)
    {
        var models = rows.Where(row => row is { IsTotal: true, Played: not null, Quality: not null }).ToArray();
        // There are no more letters: the best are drawn.
        var left = Math.Max(0, models.Length - Marks.Length);
        if (left > 0)
            models = [.. models.OrderByDescending(row => row.ClemScore).Take(Marks.Length)];
        if (models.Length == 0)
            yield break;
        var columns = Math.Min(width - 6, 80);
        var cells = new string?[Height + 1, columns + 1];
        for (var i = 0; i < models.Length; i++)
        {
            var (x, y) = (Cell(models[i].Played!.Value, columns), Height - Cell(models[i].Quality!.Value, Height));
            // Where several models are in one place, the sign says so and the list below has their numbers.
            cells[y, x] = cells[y, x] is null ? style.OfSeat(i) + Marks[i] + style.Reset : "*";
        }

        yield return "";
        yield return style.Strong + "Quality" + style.Reset;
        for (var y = 0; y <= Height; y++)
        {
            var label = y % (Height / 4) == 0 ? (100 - (y * 100 / Height)).ToString(CultureInfo.InvariantCulture) : "";
            yield return $"{label,3} {(label.Length > 0 ? '┤' : '│')}" + string.Concat(Enumerable.Range(0, columns + 1).Select(x => cells[y, x] ?? " ")).TrimEnd();
        }

        yield return "    └" + Axis(columns);
        yield return "     " + Ruler(columns + 1) + style.Strong + " Played"[..Math.Min(7, Math.Max(0, width - columns - 6))] + style.Reset;
        for (var i = 0; i < models.Length; i++)
        {
            var numbers = string.Create(CultureInfo.InvariantCulture, $"Played {models[i].Played,6:0.00}  Quality {models[i].Quality,6:0.00}");
            yield return $"{style.OfSeat(i)}{Marks[i]}{style.Reset} {TextWidth.Fit(VisibleText.ToSymbolsOnOneLine(models[i].Model), Math.Min(40, width - numbers.Length - 3))} {numbers}";
        }

        if (left > 0)
            yield return style.Soft + string.Create(CultureInfo.InvariantCulture, $"{left} {(left == 1 ? "model" : "models")} with lower scores left out") + style.Reset;
    }

    private static int Cell(double percent, int room) => (int)Math.Round(Math.Clamp(percent, 0, 100) * room / 100, MidpointRounding.AwayFromZero);

    private static string Ruler(int room)
    {
        var ruler = new char[room];
        Array.Fill(ruler, ' ');
        foreach (var value in (int[])[0, 25, 50, 75, 100])
        {
            var text = value.ToString(CultureInfo.InvariantCulture);
            text.CopyTo(0, ruler, Math.Clamp(Cell(value, room - 1) - (text.Length / 2), 0, room - text.Length), text.Length);
        }

        return new string(ruler);
    }

    private static string Axis(int columns)
    {
        var axis = new char[columns + 1];
        Array.Fill(axis, '─');
        foreach (var value in (int[])[0, 25, 50, 75, 100])
            axis[Cell(value, columns)] = '┬';
        return new string(axis);
    }
}
