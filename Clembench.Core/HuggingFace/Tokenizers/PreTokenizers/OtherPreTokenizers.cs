using System.Text;
using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers.PreTokenizers;

/// <summary>BERT's words: white space goes, every punctuation mark is a piece of its own.</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    private static readonly PreTokenizerSequence Steps = new(
    [
        new DelimiterSplit(new RuneFinder(Rune.IsWhiteSpace), DelimiterBehavior.Removed, invert: false),
        new DelimiterSplit(new RuneFinder(Punctuation.IsMark), DelimiterBehavior.Isolated, invert: false),
    ]);

    public void Split(Piece piece, List<Piece> pieces) => Steps.Split(piece, pieces);
}

internal static class Punctuation
{
    /// <summary>Whether a code point is punctuation to BERT: all ASCII that is neither letter, digit nor space, and Unicode's P.</summary>
    public static bool IsMark(Rune rune) => rune.IsAscii
        ? rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        : LibraryTables.IsPunctuation(rune);
}

/// <summary>
/// Cuts where the script changes; kana count as Han, and spaces belong to what is before them. As in the library, what stands
/// before the first letter of a script is lost.
/// </summary>
internal sealed class ScriptSplit : IPreTokenizer
{
    private const string Any = "";

    public void Split(Piece piece, List<Piece> pieces)
    {
        var (start, at, last) = (-1, 0, Any);
        foreach (var rune in piece.Text.EnumerateRunes())
        {
            var script = ScriptOf(rune.Value);
            if (script != Any && script != last)
            {
                if (start >= 0)
                    pieces.Add(piece.Slice(start, at));
                (start, last) = (at, script);
            }
            at += rune.Utf16SequenceLength;
        }
        if (start >= 0)
            pieces.Add(piece.Slice(start, piece.Length));
    }

    private static string ScriptOf(int codePoint) => codePoint switch
    {
        ' ' => Any,
        0x30FC => "han",
        _ => UnicodeScripts.Of(codePoint) switch
        {
            null => Any,
            "hiragana" or "katakana" => "han",
            var script => script,
        },
    };
}

/// <summary>Pieces of so many code points each; the last may be shorter.</summary>
internal sealed class FixedLengthSplit(int length) : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> pieces)
    {
        var (start, at, count) = (0, 0, 0);
        foreach (var rune in piece.Text.EnumerateRunes())
        {
            if (count == length)
            {
                pieces.Add(piece.Slice(start, at));
                (start, count) = (at, 0);
            }
            at += rune.Utf16SequenceLength;
            count++;
        }
        pieces.Add(piece.Slice(start, piece.Length));
    }
}
