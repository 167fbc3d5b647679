using System.Text;
using System.Text.Json.Nodes;

namespace Clembench.Tests.Tokenizers;

/// <summary>Makes small tokenizer.json files of all parts that such files have.</summary>
internal sealed class TokenizerGenerator(int seed)
{
    /// <summary>What the texts for these tokenizers are made of, so that the small vocabularies have something to find.</summary>
    private static readonly string[] Parts =
    [
        "a", "b", "ab", "abc", "Abc", "A", "1", "12", "345", " ", "  ", "   ", "\t", "\n", "\r\n", "\u00A0", "\u3000", ".", ",", "!?", "-", "'s", "'T", "_", "$", "é", "e\u0301", "É",
        "ü", "ß", "İ", "中", "文", "かな", "カー", "한", "العربية", "हिन्दी", "ไทย", "𝐀", "𠀀", "😀", "👍🏽", "²", "½", "٣", "Ⅷ", "ﬁ", "Å", "\u0301", "\u200B", "\u200D", "\u0000", "\u0007", "\uFFFD",
        "\uFEFF", "\u2581", "<s>", "[X]", "<m>", "<n>", "x<m>y", "the", "hello", "world", "##", "</w>", "ⓐ", "ſ", "\u00AD", "\uE000", "…", "—", "\u2028", "|", "<0x41>", "Ġ", "can't", "we'LL",
    ];

    private static readonly string[] Regexes =
    [
        @"\p{L}+|\p{N}+", @"\s+", @"\d{1,3}", @"[^\s\p{L}\p{N}]+", @"(?i:'s|'t|'ll)|\p{L}+", @" ?\p{L}+(?!\S)", @"\w+|[^\w\s]+", @"[\p{Lu}\p{Lt}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+", @"\p{P}|\p{S}",
        @"[一-龥぀-ゟ゠-ヿ]+", @"(?<=[ab])c|b(?=c)", @"\s*[\r\n]+|\s+(?!\S)|\s+", @"a++b?", @"(?:ab|a)c*?", @"\p{Han}+|\p{Hiragana}", @"[a-z&&[^b]]+", @"^a|b$", @"\bab\b", @".", @"(?m:.)",
        @"[\x{1F600}-\x{1F64F}]", @"\P{L}", @"\p{^N}+", @"(a|b)+", @"(?>a+)b", @"é|\u00e9", @"[^a]", @"(?i)ABC|S", @"\h+", @"\p{Script=Latin}", @"x{2}|{", @"\A.", @"\Z", @"(?<!a)b",
    ];

    private readonly Random _random = new(seed);

    public JsonObject NextTokenizer()
    {
        var model = NextModel(out var vocabulary);
        var file = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = NextAddedTokens(vocabulary),
            ["normalizer"] = Maybe(() => NextNormalizer(0)),
            ["pre_tokenizer"] = Maybe(() => NextPreTokenizer(0)),
            ["post_processor"] = Maybe(NextPostProcessor),
            ["decoder"] = Maybe(() => NextDecoder(0)),
            ["model"] = model,
        };
        // Where a replacement makes the same text of two added tokens, it is chance which of the two the library finds.
        if (file["normalizer"]?.ToJsonString().Contains("Replace", StringComparison.Ordinal) == true)
        {
            foreach (var token in file["added_tokens"]!.AsArray())
                token!["normalized"] = false;
        }
        // Where a step before puts something in front, or takes the first letter apart, the library counts what follows as the
        // start of the text too. Published files have no two such steps.
        var steps = file["pre_tokenizer"]?.ToJsonString() ?? "";
        var normalizer = file["normalizer"]?.ToJsonString() ?? "";
        if (steps.Contains("first", StringComparison.Ordinal) && (steps.Contains("ByteLevel", StringComparison.Ordinal)
            || steps.Split("Metaspace").Length > 2
            || new[] { "Prepend", "\"NF", "Replace", "ByteLevel", "Bert" }.Any(name => normalizer.Contains(name, StringComparison.Ordinal))))
            file["pre_tokenizer"] = JsonNode.Parse(steps.Replace("\"first\"", "\"never\"", StringComparison.Ordinal));
        return file;
    }

    public string NextText()
    {
        var text = new StringBuilder();
        for (var n = _random.Next(0, 12); n > 0; n--)
            text.Append(Pick(Parts));
        return text.ToString();
    }

    public int[] NextIds() => [.. Enumerable.Range(0, _random.Next(0, 10)).Select(_ => _random.Next(0, 60))];

    private bool Coin => _random.Next(2) == 0;

    private T Pick<T>(params IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private JsonNode? Maybe(Func<JsonNode> make) => _random.Next(4) == 0 ? null : make();

    private JsonArray NextAddedTokens(int vocabulary)
    {
        var tokens = new JsonArray();
        foreach (var content in new[] { "<s>", "[X]", "<m>", "<n>", "ab", " b", "é", "A" })
        {
            if (_random.Next(3) > 0)
                continue;
            tokens.Add(new JsonObject
            {
                ["id"] = vocabulary + tokens.Count,
                ["content"] = content,
                ["special"] = Coin,
                ["lstrip"] = _random.Next(3) == 0,
                ["rstrip"] = _random.Next(3) == 0,
                ["single_word"] = _random.Next(4) == 0,
                ["normalized"] = Coin,
            });
        }
        return tokens;
    }

    private JsonObject NextModel(out int size)
    {
        switch (_random.Next(5))
        {
            case 0:
                var levels = NextVocabulary("");
                size = levels.Count;
                return new JsonObject { ["type"] = "WordLevel", ["vocab"] = levels, ["unk_token"] = Pick("<unk>", "a") };
            case 1:
                var pieces = NextVocabulary("##");
                size = pieces.Count;
                return new JsonObject
                {
                    ["type"] = "WordPiece",
                    ["vocab"] = pieces,
                    ["unk_token"] = "<unk>",
                    ["continuing_subword_prefix"] = "##",
                    ["max_input_chars_per_word"] = Pick(100, 3, 0),
                };
            case 2:
                var unigram = NextUnigram();
                size = unigram["vocab"]!.AsArray().Count;
                return unigram;
            default:
                var bpe = NextBpe();
                size = bpe["vocab"]!.AsObject().Count;
                return bpe;
        }
    }

    private JsonObject NextVocabulary(string prefix)
    {
        var vocabulary = new JsonObject { ["<unk>"] = 0 };
        foreach (var part in Parts)
        {
            if (Coin)
                vocabulary.TryAdd(part, vocabulary.Count);
            if (prefix.Length > 0 && Coin)
                vocabulary.TryAdd(prefix + part, vocabulary.Count);
        }
        return vocabulary;
    }

    private JsonObject NextUnigram()
    {
        var vocabulary = new JsonArray { new JsonArray("<unk>", 0.0) };
        foreach (var part in Parts.Concat(["▁a", "▁ab", "▁", "▁the", "<0x41>", "aaa", "b1"]).Distinct().Where(_ => _random.Next(3) > 0))
            vocabulary.Add(new JsonArray(part, -Math.Round(_random.NextDouble() * 10, _random.Next(1, 16))));
        var bytes = _random.Next(3) == 0;
        if (bytes)
        {
            for (var value = 0; value < 256; value++)
                vocabulary.Add(new JsonArray($"<0x{value:X2}>", -12.5));
        }
        return new JsonObject { ["type"] = "Unigram", ["unk_id"] = 0, ["vocab"] = vocabulary, ["byte_fallback"] = bytes };
    }

    private JsonObject NextBpe()
    {
        var (prefix, suffix) = (_random.Next(5) == 0 ? "##" : null, _random.Next(5) == 0 ? "</w>" : null);
        var letters = "abcAehlowrdt1▁Ġé中文Ã©ÄĬ.,<s>0x4".EnumerateRunes().Select(r => r.ToString()).Distinct().Where(_ => _random.Next(6) > 0).ToList();
        var vocabulary = new JsonObject { ["<unk>"] = 0 };
        foreach (var letter in letters)
        {
            foreach (var form in new[] { letter, prefix + letter, letter + suffix, prefix + letter + suffix })
                vocabulary.TryAdd(form, vocabulary.Count);
        }
        var merges = new JsonArray();
        for (var n = _random.Next(0, 60); n > 0; n--)
        {
            var tokens = vocabulary.Select(p => p.Key).Where(t => t != "<unk>" && t.Length < 8).ToList();
            var (left, right) = (Pick(tokens), Pick(tokens));
            if (prefix is not null && !right.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            if (left.Contains(' ', StringComparison.Ordinal) || right.Contains(' ', StringComparison.Ordinal))
                continue;
            vocabulary.TryAdd(left + right[(prefix?.Length ?? 0)..], vocabulary.Count);
            merges.Add(Coin ? new JsonArray(left, right) : (JsonNode)$"{left} {right}");
        }
        // The library reads all merges in one of the two ways.
        if (merges.Any(m => m is JsonArray) && merges.Any(m => m is JsonValue))
            merges = [.. merges.Select(m => m is JsonArray pair ? (JsonNode)$"{pair[0]} {pair[1]}" : m!.DeepClone())];
        var bytes = Coin;
        for (var value = 0; bytes && value < 256; value++)
        {
            if (_random.Next(40) > 0)
                vocabulary.TryAdd($"<0x{value:X2}>", vocabulary.Count);
        }
        return new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = Coin ? "<unk>" : null,
            ["continuing_subword_prefix"] = prefix,
            ["end_of_word_suffix"] = suffix,
            ["fuse_unk"] = Coin,
            ["byte_fallback"] = bytes,
            ["ignore_merges"] = _random.Next(4) == 0,
            ["vocab"] = vocabulary,
            ["merges"] = merges,
        };
    }

    private JsonObject NextPattern() => Coin
        ? new JsonObject { ["String"] = Pick(" ", "a", "ab", ".", "  ", "é", "▁", "'", "中") }
        : new JsonObject { ["Regex"] = Pick(Regexes) };

    private JsonObject NextNormalizer(int depth) => _random.Next(depth > 1 ? 14 : 18) switch
    {
        0 => new JsonObject { ["type"] = "NFC" },
        1 => new JsonObject { ["type"] = "NFD" },
        2 => new JsonObject { ["type"] = "NFKC" },
        3 => new JsonObject { ["type"] = "NFKD" },
        4 => new JsonObject { ["type"] = "Lowercase" },
        5 => new JsonObject { ["type"] = "Strip", ["strip_left"] = Coin, ["strip_right"] = Coin },
        6 => new JsonObject { ["type"] = "StripAccents" },
        7 => new JsonObject { ["type"] = "Nmt" },
        8 => new JsonObject { ["type"] = "ByteLevel" },
        9 => new JsonObject { ["type"] = "Prepend", ["prepend"] = Pick("▁", "ab", " ") },
        10 or 11 => new JsonObject { ["type"] = "Replace", ["pattern"] = NextPattern(), ["content"] = Pick("", "▁", "abc", " ", "$1") },
        12 or 13 => new JsonObject
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = Coin,
            ["handle_chinese_chars"] = Coin,
            ["strip_accents"] = Pick<bool?>(null, true, false),
            ["lowercase"] = Coin,
        },
        _ => new JsonObject
        {
            ["type"] = "Sequence",
            ["normalizers"] = new JsonArray([.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => (JsonNode)NextNormalizer(depth + 1))]),
        },
    };

    private string NextBehavior() => Pick("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

    private JsonObject NextMetaspace() => new()
    {
        ["type"] = "Metaspace",
        ["replacement"] = "▁",
        ["prepend_scheme"] = Pick("always", "first", "never"),
        ["split"] = Coin,
    };

    private JsonObject NextPreTokenizer(int depth) => _random.Next(depth > 1 ? 14 : 18) switch
    {
        0 => new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = Coin, ["trim_offsets"] = true, ["use_regex"] = Coin },
        1 or 2 or 3 => new JsonObject { ["type"] = "Split", ["pattern"] = NextPattern(), ["behavior"] = NextBehavior(), ["invert"] = Coin },
        4 or 5 => NextMetaspace(),
        6 => new JsonObject { ["type"] = "Whitespace" },
        7 => new JsonObject { ["type"] = "WhitespaceSplit" },
        8 => new JsonObject { ["type"] = "BertPreTokenizer" },
        9 => new JsonObject { ["type"] = "Punctuation", ["behavior"] = NextBehavior() },
        10 => new JsonObject { ["type"] = "Digits", ["individual_digits"] = Coin },
        11 => new JsonObject { ["type"] = "CharDelimiterSplit", ["delimiter"] = Pick("a", " ", "中", "-") },
        12 => new JsonObject { ["type"] = "UnicodeScripts" },
        13 => new JsonObject { ["type"] = "FixedLength", ["length"] = _random.Next(1, 6) },
        _ => new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray([.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => (JsonNode)NextPreTokenizer(depth + 1))]),
        },
    };

    private JsonNode NextPostProcessor() => _random.Next(5) switch
    {
        0 => new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = Coin, ["use_regex"] = true },
        1 => new JsonObject { ["type"] = "BertProcessing", ["sep"] = new JsonArray("[SEP]", 7), ["cls"] = new JsonArray("[CLS]", 8) },
        2 => new JsonObject
        {
            ["type"] = "RobertaProcessing",
            ["sep"] = new JsonArray("</s>", 2),
            ["cls"] = new JsonArray("<s>", 1),
            ["trim_offsets"] = true,
            ["add_prefix_space"] = Coin,
        },
        3 => new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray(new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true }, NextTemplate()) },
        _ => NextTemplate(),
    };

    private JsonObject NextTemplate()
    {
        var single = new JsonArray();
        if (Coin)
            single.Add(new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = "B", ["type_id"] = 0 } });
        single.Add(new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } });
        if (Coin)
            single.Add(new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = "E", ["type_id"] = 0 } });
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = single,
            ["pair"] = new JsonArray(
                new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } },
                new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "B", ["type_id"] = 1 } }),
            ["special_tokens"] = new JsonObject
            {
                ["B"] = new JsonObject { ["id"] = "B", ["ids"] = new JsonArray(3, 4), ["tokens"] = new JsonArray("B", "B2") },
                ["E"] = new JsonObject { ["id"] = "E", ["ids"] = new JsonArray(5), ["tokens"] = new JsonArray("E") },
            },
        };
    }

    private JsonObject NextDecoder(int depth) => _random.Next(depth > 1 ? 10 : 14) switch
    {
        0 => new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
        1 => new JsonObject { ["type"] = "ByteFallback" },
        2 => new JsonObject { ["type"] = "Fuse" },
        3 => new JsonObject { ["type"] = "Replace", ["pattern"] = NextPattern(), ["content"] = Pick("", " ", "xy") },
        // The library ends the process where it is to strip more characters from the end than there are.
        4 or 5 => new JsonObject { ["type"] = "Strip", ["content"] = Pick(" ", "a"), ["start"] = _random.Next(3), ["stop"] = 0 },
        6 => NextMetaspace(),
        7 => new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = Coin },
        8 => new JsonObject { ["type"] = "BPEDecoder", ["suffix"] = "</w>" },
        9 => new JsonObject { ["type"] = "CTC", ["pad_token"] = "<unk>", ["word_delimiter_token"] = "|", ["cleanup"] = Coin },
        _ => new JsonObject
        {
            ["type"] = "Sequence",
            ["decoders"] = new JsonArray([.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => (JsonNode)NextDecoder(depth + 1))]),
        },
    };
}
