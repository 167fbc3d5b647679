using System.Buffers;
using System.Globalization;
using System.Text;

namespace Clembench.Transcripts;

/// <summary>
/// Text of models made harmless for readers: characters that a terminal, a browser or a typesetter obeys instead of showing
/// become symbols (their names in brackets, for which every font has signs), so that a person sees what the model wrote. Line feeds and tabs stay.
/// </summary>
public static class VisibleText
{
    // ISO/IEC 6429's names of the characters from 0.
    private static readonly string[] ControlNames =
    [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    ];

    private static readonly Lazy<string> Class = new(MakeScriptClass);

    private static readonly SearchValues<char> Suspicious = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(c => char.IsSurrogate(c) || NameOf(c) is not null)]);

    /// <summary>
    /// Control characters (terminal escapes begin with one), marks that turn the direction of writing, characters without a width,
    /// separators that break lines in some programs, tags, and halves of surrogate pairs as symbols: <c>⟨ESC⟩</c>, <c>⟨RLO⟩</c>,
    /// <c>⟨U+200B⟩</c>. Joiners and the variation selectors of emoji stay, because scripts and emoji are written with them;
    /// those of the supplement (U+E0100 to U+E01EF) are shown.
    /// </summary>
    /// <param name="text">Any text; null counts as empty.</param>
    /// <returns>The text without them; the very same object where there is none.</returns>
    public static string ToSymbols(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().IndexOfAny(Suspicious) < 0)
            return text ?? "";
        var result = new StringBuilder(text.Length + 16);
        foreach (var piece in Pieces(text))
            result.Append(piece.Source, piece.Start, piece.Length);
        return result.ToString();
    }

    /// <summary>The same on one line: line feeds and tabs are symbols, too.</summary>
    /// <param name="text">Any text; null counts as empty.</param>
    /// <returns>Text without line breaks.</returns>
    public static string ToSymbolsOnOneLine(string? text)
    {
        var visible = ToSymbols(text);
        return visible.AsSpan().IndexOfAny('\n', '\t') < 0 ? visible : visible.Replace("\n", "⟨LF⟩").Replace("\t", "⟨TAB⟩");
    }

    /// <summary>A text in pieces: what is shown as it is, and symbols, so that a writer can set these apart.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The pieces, in order. A carriage return before a line feed is left out.</returns>
    internal static IEnumerable<VisiblePiece> Pieces(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            var found = text.AsSpan(i).IndexOfAny(Suspicious);
            if (found < 0)
                break;
            i += found;
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            var symbol = SymbolAt(text, i, rune);
            if (symbol is null)
            {
                i += length;
                continue;
            }

            if (i > start)
                yield return new VisiblePiece(text, start, i - start, IsSymbol: false);
            if (symbol.Length > 0)
                yield return new VisiblePiece(symbol, 0, symbol.Length, IsSymbol: true);
            i += length;
            start = i;
        }

        if (start < text.Length)
            yield return new VisiblePiece(text, start, text.Length - start, IsSymbol: false);
    }

    /// <summary>
    /// All characters that become symbols, halves of surrogate pairs without the other one included, as the inside of a character class
    /// of JavaScript's regular expressions with the flag <c>u</c>: for programs of pages, so that they show what is shown elsewhere.
    /// </summary>
    internal static string ScriptClass => Class.Value;

    private static string MakeScriptClass()
    {
        var found = new StringBuilder();
        for (var code = 0; code <= 0x10ffff; code++)
        {
            if (!IsShown(code))
                continue;
            var first = code;
            while (code < 0x10ffff && IsShown(code + 1))
                code++;
            found.Append(CultureInfo.InvariantCulture, $"\\u{{{first:x}}}");
            if (code > first)
                found.Append(CultureInfo.InvariantCulture, $"-\\u{{{code:x}}}");
        }

        return found.ToString();

        static bool IsShown(int code) => code is >= 0xd800 and <= 0xdfff || (code < 0x10000 ? NameOf((char)code) is not null : IsHidden(new Rune(code)));
    }

    private static string? SymbolAt(string text, int index, Rune rune)
    {
        var c = text[index];
        if (c == '\r' && index + 1 < text.Length && text[index + 1] == '\n')
            return "";
        if (!char.IsSurrogate(c))
            return NameOf(c);
        // The replacement character comes of a half without its other half.
        return rune == Rune.ReplacementChar ? Code(c) : IsHidden(rune) ? Code(rune.Value) : null;
    }

    private static string? NameOf(char c) => c switch
    {
        '\n' or '\t' => null,
        < ' ' => $"⟨{ControlNames[c]}⟩",
        '\x7f' => "⟨DEL⟩",
        < '\xa0' and > '\x7f' => Code(c),
        '\u061c' => "⟨ALM⟩",
        '\u200e' => "⟨LRM⟩",
        '\u200f' => "⟨RLM⟩",
        '\u2028' => "⟨LS⟩",
        '\u2029' => "⟨PS⟩",
        '\u202a' => "⟨LRE⟩",
        '\u202b' => "⟨RLE⟩",
        '\u202c' => "⟨PDF⟩",
        '\u202d' => "⟨LRO⟩",
        '\u202e' => "⟨RLO⟩",
        '\u2066' => "⟨LRI⟩",
        '\u2067' => "⟨RLI⟩",
        '\u2068' => "⟨FSI⟩",
        '\u2069' => "⟨PDI⟩",
        '\u200c' or '\u200d' => null,
        _ => !char.IsSurrogate(c) && IsHidden(new Rune(c)) ? Code(c) : null,
    };

    // Tags (U+E0000 to U+E007F) and the supplementary variation selectors, of which there is one for each byte but 16, spell
    // whole texts that nobody sees, but the models that read them. All of their plane up to U+E0FFF is set apart for such.
    private static bool IsHidden(Rune rune) =>
        rune.Value is 0x115f or 0x1160 or 0x2065 or 0x3164 or 0xffa0 or (>= 0xfdd0 and <= 0xfdef) or (>= 0xfff0 and <= 0xfff8) or (>= 0xe0000 and <= 0xe0fff)
        || (rune.Value & 0xfffe) == 0xfffe
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && !IsWritten(rune));

    // Signs of Arabic, Syriac and Kaithi that are of this category but are drawn.
    private static bool IsWritten(Rune rune) =>
        rune.Value is (>= 0x600 and <= 0x605) or 0x6dd or 0x70f or 0x890 or 0x891 or 0x8e2 or 0x110bd or 0x110cd;

    private static string Code(int value) => string.Create(CultureInfo.InvariantCulture, $"⟨U+{value:X4}⟩");
}

/// <summary>A part of a text.</summary>
/// <param name="Source">The text, or the symbol.</param>
/// <param name="Start">Where the part begins in it.</param>
/// <param name="Length">How long it is.</param>
/// <param name="IsSymbol">Whether it stands for a character that is not shown itself.</param>
internal readonly record struct VisiblePiece(string Source, int Start, int Length, bool IsSymbol)
{
    /// <summary>What is shown.</summary>
    public ReadOnlySpan<char> Text => Source.AsSpan(Start, Length);
}
