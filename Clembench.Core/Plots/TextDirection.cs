using System.Globalization;
using System.Text;

namespace Clembench.Plots;

/// <summary>
/// Puts a line of text in the order in which it is drawn, from left to right: what Unicode's bidirectional algorithm (UAX #9) says of
/// a line without marks that turn the direction, which names do not have (<see cref="Transcripts.VisibleText"/> makes symbols of them).
/// The direction of the whole is that of its first letter.
/// </summary>
internal static class TextDirection
{
    private const string Separators = ".,:/+-";
    private const string Terminators = "#$%€£¥°‰";

    private enum Kind
    {
        Neutral,
        Left,
        Right,
        Number,
    }

    /// <summary>The runs of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Pieces of one direction, the leftmost first.</returns>
    public static IReadOnlyList<Run> Runs(string text)
    {
        var kinds = KindsOf(text);
        var isRight = Array.Find(kinds, kind => kind is Kind.Left or Kind.Right) == Kind.Right;
        var whole = isRight ? Kind.Right : Kind.Left;
        ResolveNumbers(text, kinds, whole);
        ResolveNeutrals(kinds, whole);

        var runs = new List<(Run Run, int Level)>();
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            while (end < text.Length && kinds[end] == kinds[start])
                end++;
            var level = kinds[start] switch { Kind.Right => 1, Kind.Number => 2, _ => isRight ? 2 : 0 };
            runs.Add((new Run(start, end - start, kinds[start] == Kind.Right), level));
            start = end;
        }

        for (var level = 2; level > 0; level--)
            ReverseFrom(runs, level);
        return [.. runs.Select(one => one.Run)];
    }

    private static void ReverseFrom(List<(Run Run, int Level)> runs, int level)
    {
        for (var start = 0; start < runs.Count; start++)
        {
            var end = start;
            while (end < runs.Count && runs[end].Level >= level)
                end++;
            runs.Reverse(start, end - start);
            start = end;
        }
    }

    private static Kind[] KindsOf(string text)
    {
        var kinds = new Kind[text.Length];
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // A mark belongs to the letter before it.
            var kind = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
                ? at > 0 ? kinds[at - 1] : Kind.Neutral
                : KindOf(rune);
            Array.Fill(kinds, kind, at, rune.Utf16SequenceLength);
            at += rune.Utf16SequenceLength;
        }

        return kinds;
    }

    private static Kind KindOf(Rune rune) => rune.Value switch
    {
        (>= '0' and <= '9') or (>= 0x660 and <= 0x669) or (>= 0x6f0 and <= 0x6f9) => Kind.Number,
        (>= 0x590 and <= 0x8ff) or (>= 0xfb1d and <= 0xfdff) or (>= 0xfe70 and <= 0xfeff) or (>= 0x10800 and <= 0x10fff) or (>= 0x1e800 and <= 0x1efff)
            => Rune.IsLetter(rune) ? Kind.Right : Kind.Neutral,
        _ => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpacingCombiningMark ? Kind.Left : Kind.Neutral,
    };

    // W4, W5 and W7: signs of a number belong to it; a number after letters that go to the right goes with them.
    private static void ResolveNumbers(string text, Kind[] kinds, Kind whole)
    {
        for (var i = 1; i < kinds.Length - 1; i++)
        {
            if (kinds[i] == Kind.Neutral && kinds[i - 1] == Kind.Number && kinds[i + 1] == Kind.Number && Separators.Contains(text[i]))
                kinds[i] = Kind.Number;
        }

        for (var i = 0; i < kinds.Length; i++)
        {
            if (kinds[i] == Kind.Neutral && Terminators.Contains(text[i]) && ((i > 0 && kinds[i - 1] == Kind.Number) || (i + 1 < kinds.Length && kinds[i + 1] == Kind.Number)))
                kinds[i] = Kind.Number;
        }

        var last = whole;
        for (var i = 0; i < kinds.Length; i++)
        {
            if (kinds[i] is Kind.Left or Kind.Right)
                last = kinds[i];
            else if (kinds[i] == Kind.Number && last == Kind.Left)
                kinds[i] = Kind.Left;
        }
    }

    // N1 and N2: between two of one direction it is theirs, else that of the whole. A number counts as going to the left.
    private static void ResolveNeutrals(Kind[] kinds, Kind whole)
    {
        for (var start = 0; start < kinds.Length; start++)
        {
            if (kinds[start] != Kind.Neutral)
                continue;
            var end = start;
            while (end < kinds.Length && kinds[end] == Kind.Neutral)
                end++;
            var before = start == 0 ? whole : Strong(kinds[start - 1]);
            var after = end == kinds.Length ? whole : Strong(kinds[end]);
            Array.Fill(kinds, before == after ? before : whole, start, end - start);
            start = end - 1;
        }

        static Kind Strong(Kind kind) => kind == Kind.Number ? Kind.Right : kind;
    }

    /// <summary>A piece of a text.</summary>
    /// <param name="Start">Where it begins in the text.</param>
    /// <param name="Length">How long it is.</param>
    /// <param name="IsRightToLeft">Whether its first letter is drawn on its right.</param>
    internal readonly record struct Run(int Start, int Length, bool IsRightToLeft);
}
