using System.Globalization;
using System.Text;

namespace Clembench.Tests.Tokenizers;

/// <summary>Makes texts that are hard on tokenizers: many scripts, code, emoji, runs of white space, odd characters.</summary>
internal sealed class TextGenerator(int seed, IReadOnlyList<string> tokens)
{
    private static readonly string[] Words =
        ("the of and to in is you that it he was for on are with as his they be at one have this from or had by hot but some what there we can out " +
        "other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her " +
        "long make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down " +
        "side been now find any new work part take get place made live where after back little only round man year came show every good me give our " +
        "under name very through just form much great think say help low line before turn cause same mean differ move right boy old too does tell " +
        "internationalization antidisestablishmentarianism tokenizer Llama GPT don't isn't we're I'll they've you'd he's I'm DON'T CAN'T it'S O'Neil " +
        "naïve café résumé Zürich coöperate façade Ångström señor Straße œuvre İstanbul ıssız ﬁne ﬀ ſee K Å").Split(' ');

    private static readonly string[] Code =
    [
        "for (int i = 0; i < n; ++i) {", "    return x != null ? x.y : -1;", "\tif (a && b || !c) break;", "def f(self, *args, **kwargs):\n        pass",
        "SELECT * FROM t WHERE id='42' -- comment", "{\"key\": [1, 2.5e-3, null, true], \"nested\": {\"a\": \"b\\n\"}}", "<div class=\"x\">&nbsp;</div>",
        "https://example.org/path?q=1&r=%20#frag", "C:\\Windows\\System32", "user@example.com", "$HOME/.config/*.json", "x => x * 2", "let mut v: Vec<&'a str>;",
        "#include <stdio.h>", "/* comment */", "// TODO(me): fix", "0xDEADBEEF", "1_000_000", "3.14159", "`code`", "**bold** _it_", "# Title\n\n- item", "\\begin{eq}\\frac{1}{2}\\end{eq}",
        "a+b=c", "!=", "->", "::", "...", "---", "===", "/////", "$$$", "''", "``", "''quoted''", "[MASK]", "<0x0A>", "<0xE2>", "##ing", "Ġthe", "▁word", "</w>",
    ];

    private const string Marks = ".,;:!?-–—…\"'“”‘’«»()[]{}/\\|<>@#%&*+=~^`_";

    private const string Runs = " .-=\n_*#~a0";

    private static readonly string[] Emoji =
    [
        "😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "1️⃣", "❤️", "☺", "🧑🏿‍🚀", "🫠", "©", "™", "🀄", "♥︎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    ];

    private static readonly string[] Space =
    [
        " ", "  ", "   ", "        ", "                ", "\t", "\t\t", "\n", "\n\n", "\n\n\n", "\r\n", "\r", "\r\n\r\n", " \n", "\n ", " \t ", "\u00A0", "\u3000", "\u2003\u2003",
        "\u2028", "\u2029", "\u0085", "\u200B", "\u200D", "\u202F", "\v", "\f", "\uFEFF", "\u180E", "\u1680",
    ];

    private static readonly (int First, int Last)[] Scripts =
    [
        (0x61, 0x7A), (0x41, 0x5A), (0xC0, 0x24F), (0x391, 0x3C9), (0x400, 0x45F), (0x531, 0x587), (0x5D0, 0x5EA), (0x621, 0x64A), (0x660, 0x669), (0x6A9, 0x6D3),
        (0x904, 0x94D), (0x985, 0x9CD), (0xA05, 0xA4D), (0xB85, 0xBCD), (0xC05, 0xC4D), (0xE01, 0xE5B), (0xE81, 0xEC6), (0xF40, 0xFBC), (0x1000, 0x1049), (0x10A0, 0x10FF),
        (0x1100, 0x11FF), (0x1200, 0x135A), (0x13A0, 0x13F4), (0x1780, 0x17E9), (0x1820, 0x1877), (0x1E00, 0x1FFE), (0x2070, 0x209C), (0x2100, 0x218B), (0x2190, 0x23FF),
        (0x2460, 0x24FF), (0x2500, 0x27BF), (0x2C00, 0x2C5F), (0x3041, 0x3096), (0x30A1, 0x30FF), (0x3131, 0x318E), (0x3200, 0x32FE), (0x4E00, 0x9FA5), (0xA000, 0xA48C),
        (0xAC00, 0xD7A3), (0xF900, 0xFA6D), (0xFB00, 0xFB06), (0xFE70, 0xFEFC), (0xFF01, 0xFFEE), (0x10330, 0x1034A), (0x10400, 0x1044F), (0x12000, 0x12399), (0x1D400, 0x1D7FF),
        (0x1F100, 0x1F169), (0x1F300, 0x1F64F), (0x20000, 0x2A6D6), (0x2A700, 0x2B734),
    ];

    private readonly Random _random = new(seed);

    public IEnumerable<string> Take(int count)
    {
        // The smallest texts by hand; a generator comes across them too rarely.
        string[] fixedTexts = ["", " ", "  ", "a", "\n", "A", "é", "😀", "\u0301", "'s", "  a", "a  ", "▁", " ▁ ", "\0", "\u2581\u2581", "Hello, World!", "\uFFFD", "\uFFFE", "\uFFFF"];
        return fixedTexts.Concat(Enumerable.Range(0, Math.Max(0, count - fixedTexts.Length)).Select(_ => Next())).Take(count);
    }

    private string Next()
    {
        var text = new StringBuilder();
        var parts = _random.Next(1, _random.Next(3, 28));
        for (var i = 0; i < parts; i++)
        {
            AddPart(text);
            if (_random.Next(3) > 0)
                text.Append(_random.Next(4) == 0 ? Pick(Space) : " ");
        }
        if (_random.Next(8) == 0)
            text.Insert(0, Pick(Space));
        return text.ToString();
    }

    private void AddPart(StringBuilder text)
    {
        switch (_random.Next(20))
        {
            case < 7: text.Append(Cased(Pick(Words))); break;
            case < 10: AddScript(text); break;
            case 10: text.Append(Pick(Code)); break;
            case 11: text.Append(Pick(Emoji)); break;
            case 12: text.Append(Pick(Space)); break;
            case 13: text.Append(_random.NextInt64(0, 1L << _random.Next(1, 60)).ToString(CultureInfo.InvariantCulture)); break;
            case 14:
                for (var n = _random.Next(1, 5); n > 0; n--)
                    text.Append((char)_random.Next(0x21, 0x7F));
                break;
            case 15: text.Append(Pick(Words)).Append(Pick(Marks)); break;
            case 16: text.Append(new string(Pick(Runs), _random.Next(2, 40))); break;
            case 17:
                text.Append((char)_random.Next(0x61, 0x7B));
                for (var n = _random.Next(1, 4); n > 0; n--)
                    text.Append((char)_random.Next(0x300, 0x36F));
                break;
            case 18: AddAny(text); break;
            default:
                if (tokens.Count > 0)
                    text.Append(_random.Next(3) == 0 ? " " : "").Append(tokens[_random.Next(tokens.Count)]);
                break;
        }
    }

    private string Cased(string word) => _random.Next(6) switch
    {
        0 => word.ToUpperInvariant(),
        1 => char.ToUpperInvariant(word[0]) + word[1..],
        _ => word,
    };

    private void AddScript(StringBuilder text)
    {
        var (first, last) = Scripts[_random.Next(Scripts.Length)];
        for (var n = _random.Next(1, 9); n > 0; n--)
            text.Append(new Rune(_random.Next(first, last + 1)).ToString());
    }

    private void AddAny(StringBuilder text)
    {
        for (var n = _random.Next(1, 4); n > 0; n--)
        {
            var limit = _random.Next(4) switch { 0 => 0x100, 1 => 0x3000, 2 => 0x10000, _ => 0x110000 };
            var codePoint = _random.Next(limit);
            if (codePoint is < 0xD800 or > 0xDFFF)
                text.Append(new Rune(codePoint).ToString());
        }
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private char Pick(string from) => from[_random.Next(from.Length)];
}
