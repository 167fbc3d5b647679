using System.Text;
using Clembench.Common;
using Clembench.HuggingFace.Tokenizers;

namespace Clembench.Tests.Tokenizers;

/// <summary>Files that were damaged by chance: each works or is refused in words.</summary>
public sealed class BrokenFileTests
{
    private static readonly string[] Scraps =
    [
        "null", "0", "-1", "1e999", "\"\"", "[]", "{}", "true", "\"type\"", "\"Sequence\"", "\"Split\"", "\"Regex\"", "\"Metaspace\"", "\"Unigram\"", "\"BPE\"", ",", ":", "{", "}", "[", "]", "\"", "\\",
        "2147483648", "9999999999999999999", "\"\\ud800\"", "\"(a+)+$\"", "\"\\\\p{\"", "\"[\"", "\"x{1001}\"", "\"a\"", "\"▁\"", "\"ByteLevel\"", "\"WordPiece\"",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void They_work_or_are_refused_in_words(int seed)
    {
        var random = new Random(seed);
        var generator = new TokenizerGenerator(seed);
        string[] files = [Fixtures.ByteLevel, Fixtures.SentencePiece, Fixtures.Unigram, Fixtures.WordPiece, Fixtures.WordLevel];
        var (worked, refused) = (0, 0);
        for (var i = 0; i < 1_500; i++)
        {
            var file = i % 3 == 0 ? generator.NextTokenizer().ToJsonString() : files[random.Next(files.Length)];
            var broken = Break(file, random);
            try
            {
                var tokenizer = HuggingFaceTokenizer.Parse(broken, "tokenizer.json");
                var ids = tokenizer.Encode(generator.NextText(), addSpecialTokens: true);
                _ = tokenizer.Decode(ids);
                _ = tokenizer.Decode(generator.NextIds(), skipSpecialTokens: true);
                worked++;
            }
            catch (ClemException e)
            {
                e.Id.ShouldStartWith("Clem.Tokenizer.");
                e.Message.ShouldStartWith("tokenizer.json: ");
                refused++;
            }
        }
        worked.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(100);
    }

    private static byte[] Break(string file, Random random)
    {
        var text = new StringBuilder(file);
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0: text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)); break;
                case 1: text.Insert(at, Scraps[random.Next(Scraps.Length)]); break;
                case 2: text[at] = (char)random.Next(0x20, 0x7F); break;
                default: ReplaceValue(text, at, Scraps[random.Next(Scraps.Length)]); break;
            }
            if (text.Length == 0)
                text.Append(' ');
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(6) == 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>Puts something in the place of the value behind the next colon or comma: most of these files are JSON still.</summary>
    private static void ReplaceValue(StringBuilder text, int at, string scrap)
    {
        var file = text.ToString();
        var start = file.IndexOfAny([':', ','], at);
        if (start < 0)
            return;
        var end = file.IndexOfAny([',', '}', ']'], start + 1);
        if (end > start)
            text.Remove(start + 1, end - start - 1).Insert(start + 1, scrap);
    }
}
