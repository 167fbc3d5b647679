using System.Globalization;
using System.Text;
using SkiaSharp;

namespace Clembench.Plots;

/// <summary>
/// The fonts of this machine: one for all that it has letters for, and for each other script the first that has them. Names of models
/// and games are in any script, and no font has all of them.
/// </summary>
internal sealed class PlotFonts
{
    private static readonly string[] First = ["Liberation Sans", "Noto Sans", "DejaVu Sans", "Helvetica Neue", "Helvetica", "Arial", "Segoe UI", "Open Sans"];
    private static readonly string[] Then = ["DejaVu Sans", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "Noto Sans"];

    private readonly SKFontStyle _style;
    private readonly Lazy<IReadOnlyList<string>> _families;
    private readonly Dictionary<int, SKTypeface?> _found = [];
    private readonly SortedSet<int> _missing = [];

    private PlotFonts(string family, IReadOnlyCollection<string> installed, SKFontStyle style)
    {
        (Family, _style, Base) = (family, style, SKTypeface.FromFamilyName(family, style));
        // The plainest come first: with upright letters of different widths and without feet.
        _families = new(() =>
        [
            .. installed.OrderBy(name => Array.IndexOf(Then, name) is >= 0 and var place ? place : Then.Length)
                .ThenBy(name => name.Contains("Sans", StringComparison.Ordinal) ? 0 : 1)
                .ThenBy(name => name.Contains("Mono", StringComparison.Ordinal) || name.Contains("Serif", StringComparison.Ordinal) ? 1 : 0)
                .ThenBy(name => name, StringComparer.Ordinal),
        ]);
    }

    /// <summary>The name of the font for letters of most names.</summary>
    public string Family { get; }

    /// <summary>That font.</summary>
    public SKTypeface Base { get; }

    /// <summary>The characters that were asked for and that no font has, by number.</summary>
    public IReadOnlyCollection<int> Missing => _missing;

    /// <summary>Looks for the fonts.</summary>
    /// <param name="style">Weight and slant.</param>
    /// <returns>The fonts; null where the machine has none.</returns>
    public static PlotFonts? Find(SKFontStyle style)
    {
        var installed = SKFontManager.Default.FontFamilies.Where(name => name.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var family = First.FirstOrDefault(installed.Contains) ?? installed.Order(StringComparer.Ordinal).FirstOrDefault();
        return family is null ? null : new PlotFonts(family, installed, style);
    }

    /// <summary>The font for a character.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="before">The font of the one before, which goes on where it can.</param>
    /// <returns>The font; null where none has the character.</returns>
    public SKTypeface? For(Rune rune, SKTypeface? before)
    {
        // What joins or marks a letter is drawn with it.
        if (before is not null && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            return before;
        if (Base.ContainsGlyph(rune.Value))
            return Base;
        if (before is not null && before.ContainsGlyph(rune.Value))
            return before;
        if (!_found.TryGetValue(rune.Value, out var found))
        {
            _found[rune.Value] = found = Search(rune);
            if (found is null)
                _missing.Add(rune.Value);
        }

        return found;
    }

    // Where Skia knows how the system chooses (not with plain folders of fonts, as on Linux), it is asked.
    private SKTypeface? Search(Rune rune)
    {
        if (SKFontManager.Default.MatchCharacter(Family, _style, null, rune.Value) is { } matched && matched.ContainsGlyph(rune.Value))
            return matched;
        foreach (var name in _families.Value)
        {
            var typeface = SKFontManager.Default.MatchFamily(name, _style);
            if (typeface is not null && typeface.ContainsGlyph(rune.Value))
                return typeface;
            typeface?.Dispose();
        }

        return null;
    }
}
