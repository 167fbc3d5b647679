using Clembench.Transcripts;
using CsCheck;

namespace Clembench.Tests.Transcripts;

public class VisibleTextTests
{
    [Theory]
    [InlineData("plain, 中文, עברית, 👩‍👩‍👧 ❤️ \n\t", "plain, 中文, עברית, 👩‍👩‍👧 ❤️ \n\t")]
    [InlineData("\u001b[31m", "⟨ESC⟩[31m")]
    [InlineData("a\r\nb\rc", "a\nb⟨CR⟩c")]
    [InlineData("\0\u007f\u0085", "⟨NUL⟩⟨DEL⟩⟨U+0085⟩")]
    [InlineData("\u202eexe\u2069", "⟨RLO⟩exe⟨PDI⟩")]
    [InlineData("\u200b\ufeff\u2028", "⟨U+200B⟩⟨U+FEFF⟩⟨LS⟩")]
    [InlineData("\U000e0041", "⟨U+E0041⟩")]
    [InlineData("a\U000e0100\U000e01ef", "a⟨U+E0100⟩⟨U+E01EF⟩")]
    [InlineData("Persian \u200c and \u0601", "Persian \u200c and \u0601")]
    public void Characters_that_are_obeyed_become_symbols(string text, string shown) => VisibleText.ToSymbols(text).ShouldBe(shown);

    [Fact]
    public void Halves_of_pairs_are_shown() => VisibleText.ToSymbols("a\ud800b\udc00").ShouldBe("a⟨U+D800⟩b⟨U+DC00⟩");

    [Fact]
    public void Pages_have_the_same_characters()
    {
        var ranges = System.Text.RegularExpressions.Regex.Matches(VisibleText.ScriptClass, @"\\u\{([0-9a-f]+)\}(?:-\\u\{([0-9a-f]+)\})?")
            .Select(range => (From: Convert.ToInt32(range.Groups[1].Value, 16), To: Convert.ToInt32(range.Groups[^1].Length > 0 ? range.Groups[^1].Value : range.Groups[1].Value, 16)))
            .ToArray();
        for (var code = 0; code <= 0x10ffff; code++)
        {
            var text = code is >= 0xd800 and <= 0xdfff ? $"{(char)code}" : char.ConvertFromUtf32(code);
            if (Array.Exists(ranges, range => code >= range.From && code <= range.To) != (VisibleText.ToSymbols(text) != text))
                throw new InvalidOperationException($"U+{code:X4}");
        }
    }

    [Fact]
    public void A_line_has_no_breaks() => VisibleText.ToSymbolsOnOneLine("a\r\nb\tc").ShouldBe("a⟨LF⟩b⟨TAB⟩c");

    [Fact]
    public void What_is_clean_is_the_very_object_and_what_was_cleaned_is_clean() => Gen.String.Sample(text =>
    {
        var shown = VisibleText.ToSymbols(text);
        return ReferenceEquals(VisibleText.ToSymbols(shown), shown)
            && !shown.Any(c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))
            && string.Concat(text.Where(char.IsAsciiLetterOrDigit)).Length <= shown.Length;
    });
}
