using System.Globalization;
using System.Text;
using Clembench.Terminal;
using HarfBuzzSharp;
using SkiaSharp;
using SkiaSharp.HarfBuzz;
using Buffer = HarfBuzzSharp.Buffer;

namespace Clembench.Plots;

/// <summary>
/// A line of text in any script, ready to be drawn: each piece in a font that has its letters, and in its own direction. A character
/// that no font of the machine has is drawn as its code.
/// </summary>
internal sealed class PlotText
{
    private readonly List<Piece> _pieces = [];
    private readonly PlotFonts _fonts;

    private PlotText(string shown, PlotFonts fonts, float size)
    {
        _fonts = fonts;
        foreach (var run in TextDirection.Runs(shown))
        {
            var parts = OfOneFont(shown, run, fonts);
            foreach (var (start, length, typeface) in run.IsRightToLeft ? parts.Reverse() : parts)
            {
                var piece = Shape(shown.AsSpan(start, length), typeface, size, run.IsRightToLeft, Width);
                _pieces.Add(piece);
                Width += piece.Width;
            }
        }

        using var font = new SKFont(fonts.Base, size);
        Ascent = -font.Metrics.Ascent;
        Height = Ascent + font.Metrics.Descent;
    }

    /// <summary>Sets a text.</summary>
    /// <param name="text">Text of one line, without control characters.</param>
    /// <param name="fonts">The fonts.</param>
    /// <param name="size">The size of letters.</param>
    /// <param name="widest">How wide it may be: what is longer is cut, with an ellipsis.</param>
    /// <returns>The text.</returns>
    public static PlotText Of(string text, PlotFonts fonts, float size, float widest = float.PositiveInfinity)
    {
        var shown = Shown(text, fonts);
        var columns = TextWidth.Of(shown);
        var set = new PlotText(shown, fonts, size);
        while (set.Width > widest && columns > 2)
        {
            columns = Math.Max(2, Math.Min(columns - 1, (int)(columns * widest / set.Width)));
            set = new PlotText(TextWidth.Fit(shown, columns).TrimEnd(), fonts, size);
        }

        return set;
    }

    /// <summary>How wide it is.</summary>
    public float Width { get; private set; }

    /// <summary>How high a line is.</summary>
    public float Height { get; }

    /// <summary>How far below its upper edge letters stand.</summary>
    public float Ascent { get; }

    /// <summary>Draws it.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="x">Its left edge.</param>
    /// <param name="y">Its upper edge.</param>
    /// <param name="paint">The colour.</param>
    /// <param name="asOutlines">
    /// Whether what is not plain letters of the usual font becomes outlines: for forms that name a font and leave the rest to the viewer.
    /// </param>
    public void Draw(SKCanvas canvas, float x, float y, SKPaint paint, bool asOutlines)
    {
        foreach (var piece in _pieces)
        {
            using var font = new SKFont(piece.Typeface, piece.Size) { Subpixel = true, Edging = SKFontEdging.Antialias };
            if (asOutlines && (piece.IsRightToLeft || piece.Typeface != _fonts.Base) && Outline(piece, font) is { } outline)
            {
                using (outline)
                {
                    outline.Offset(x, y + Ascent);
                    canvas.DrawPath(outline, paint);
                }

                continue;
            }

            using var builder = new SKTextBlobBuilder();
            builder.AddPositionedRun(piece.Glyphs, font, piece.Places);
            using var blob = builder.Build();
            if (blob is not null)
                canvas.DrawText(blob, x, y + Ascent, paint);
        }
    }

    // Null for letters that are pictures.
    private static SKPath? Outline(Piece piece, SKFont font)
    {
        var whole = new SKPath();
        for (var i = 0; i < piece.Glyphs.Length; i++)
        {
            using var glyph = font.GetGlyphPath(piece.Glyphs[i]);
            if (glyph is null)
            {
                whole.Dispose();
                return null;
            }

            whole.AddPath(glyph, piece.Places[i].X, piece.Places[i].Y);
        }

        return whole;
    }

    private static string Shown(string text, PlotFonts fonts)
    {
        var shown = new StringBuilder(text.Length);
        SKTypeface? before = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (fonts.For(rune, before) is { } typeface)
            {
                before = typeface;
                shown.Append(rune.ToString());
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
            }
        }

        return shown.ToString();
    }

    private static IReadOnlyList<(int Start, int Length, SKTypeface Typeface)> OfOneFont(string text, TextDirection.Run run, PlotFonts fonts)
    {
        var parts = new List<(int Start, int Length, SKTypeface Typeface)>();
        SKTypeface? before = null;
        var at = run.Start;
        foreach (var rune in text.AsSpan(run.Start, run.Length).EnumerateRunes())
        {
            var typeface = fonts.For(rune, before) ?? fonts.Base;
            if (before is not null && typeface == before)
                parts[^1] = parts[^1] with { Length = parts[^1].Length + rune.Utf16SequenceLength };
            else
                parts.Add((at, rune.Utf16SequenceLength, typeface));
            before = typeface;
            at += rune.Utf16SequenceLength;
        }

        return parts;
    }

    private static Piece Shape(ReadOnlySpan<char> text, SKTypeface typeface, float size, bool isRightToLeft, float x)
    {
        using var font = new SKFont(typeface, size) { Subpixel = true };
        using var shaper = new SKShaper(typeface);
        using var buffer = new Buffer();
        buffer.AddUtf16(text);
        buffer.Direction = isRightToLeft ? Direction.RightToLeft : Direction.LeftToRight;
        buffer.GuessSegmentProperties();
        var shaped = shaper.Shape(buffer, x, 0, font);
        return new Piece(typeface, size, [.. shaped.Codepoints.Select(glyph => (ushort)glyph)], shaped.Points, shaped.Width, isRightToLeft);
    }

    private sealed record Piece(SKTypeface Typeface, float Size, ushort[] Glyphs, SKPoint[] Places, float Width, bool IsRightToLeft);
}
