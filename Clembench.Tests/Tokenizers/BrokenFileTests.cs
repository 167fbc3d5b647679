using System.Text;
using System.Text.Json.Nodes;
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

    private static readonly string[] Values =
    [
        "null", "0", "1", "-1", "2147483647", "2147483648", "0.5", "-1e308", "\"\"", "\"a\"", "\"ab c\"", "\"\ud83d\ude00\"", "\"▁\"", "[]", "{}", "[[]]", "[[\"a\", 1]]", "true", "false",
        "{\"type\": \"ByteLevel\"}", "{\"type\": \"Sequence\", \"normalizers\": [], \"pretokenizers\": [], \"decoders\": [], \"processors\": []}", "{\"type\": \"Fuse\"}", "{\"type\": \"NFKC\"}",
        "{\"type\": \"FixedLength\", \"length\": 2147483647}", "{\"type\": \"Strip\", \"content\": \"a\", \"start\": 2147483647, \"stop\": 2147483647}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"CAAAAAAEAIABAgMEBQYHCAkKCwwNDg8Q\"}", "{\"type\": \"Metaspace\", \"replacement\": \" \"}", "{\"String\": \"\"}", "{\"Regex\": \"\"}",
        "{\"Regex\": \"a*\"}", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"abcdefgh\"}", "{\"type\": \"Unigram\", \"vocab\": [[\"\", 0], [\"a\", -1e-400]]}",
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
            var broken = random.Next(2) == 0 ? Break(file, random) : Exchange(file, random);
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
        refused.ShouldBeGreaterThan(500);
    }

    /// <summary>Puts other values in the place of some, or takes some away: what comes out is JSON.</summary>
    private static byte[] Exchange(string file, Random random)
    {
        var root = JsonNode.Parse(file)!.AsObject();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = (JsonNode)root;
            for (var depth = random.Next(1, 7); depth > 0; depth--)
            {
                var below = at switch
                {
                    JsonObject members => [.. members.Select(m => m.Value).OfType<JsonNode>()],
                    JsonArray items => items.OfType<JsonNode>().ToArray(),
                    _ => [],
                };
                if (below.Length == 0)
                    break;
                at = below[random.Next(below.Length)];
            }
            if (at == root)
                continue;
            if (random.Next(4) == 0 && at.Parent is JsonArray list)
                list.Remove(at);
            else
                at.ReplaceWith(JsonNode.Parse(Values[random.Next(Values.Length)]));
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
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
