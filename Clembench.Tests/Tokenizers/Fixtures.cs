using System.Text;
using Clembench.HuggingFace.Tokenizers;

namespace Clembench.Tests.Tokenizers;

/// <summary>Tokenizers made by hand, small enough to tell the ids of a text with pencil and paper.</summary>
internal static class Fixtures
{
    /// <summary>GPT-2's kind: bytes as letters, its words, a special token.</summary>
    public const string ByteLevel = """
        {
          "version": "1.0",
          "added_tokens": [
            {"id": 18, "content": "<|end|>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false},
            {"id": 19, "content": "<think>", "special": false, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}
          ],
          "normalizer": null,
          "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<|end|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
            "special_tokens": {"<|end|>": {"id": "<|end|>", "ids": [18], "tokens": ["<|end|>"]}}},
          "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
          "model": {"type": "BPE", "unk_token": null,
            "vocab": {"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "Ã": 5, "©": 6, "Ã©": 7, "<": 8, ">": 9,
              "ð": 10, "Ŀ": 11, "Ĳ": 12, "Ģ": 13, "|": 14, "e": 15, "n": 16, "d": 17},
            "merges": [["a", "b"], ["Ġ", "ab"], ["Ã", "©"]]}
        }
        """;

    /// <summary>Llama 2's kind: a visible space in front of every word, bytes for what is unknown.</summary>
    public const string SentencePiece = """
        {
          "version": "1.0",
          "added_tokens": [{"id": 0, "content": "<unk>", "special": true, "normalized": false}, {"id": 1, "content": "<s>", "special": true, "normalized": false}],
          "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
          "pre_tokenizer": null,
          "post_processor": null,
          "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
          "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
            "vocab": {"<unk>": 0, "<s>": 1, "<0xC3>": 2, "<0xA9>": 3, "▁": 4, "a": 5, "b": 6, "ab": 7, "▁ab": 8, "▁a": 9},
            "merges": ["a b", "▁ ab", "▁ a"]}
        }
        """;

    /// <summary>T5's kind: of all ways to cut a word, the likeliest.</summary>
    public const string Unigram = """
        {
          "version": "1.0",
          "added_tokens": [{"id": 0, "content": "<unk>", "special": true, "normalized": false}, {"id": 5, "content": "</s>", "special": true, "normalized": false}],
          "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
          "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
          "model": {"type": "Unigram", "unk_id": 0,
            "vocab": [["<unk>", 0.0], ["▁", -2.0], ["a", -3.0], ["b", -3.0], ["▁ab", -4.0], ["</s>", 0.0], ["ab", -5.5]]}
        }
        """;

    /// <summary>BERT's kind: the longest token first.</summary>
    public const string WordPiece = """
        {
          "version": "1.0",
          "added_tokens": [{"id": 0, "content": "[UNK]", "special": true, "normalized": false}, {"id": 1, "content": "[SEP]", "special": true, "normalized": false}],
          "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
          "pre_tokenizer": {"type": "BertPreTokenizer"},
          "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
          "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": {"[UNK]": 0, "[SEP]": 1, "token": 2, "##izer": 3, "##s": 4, ".": 5, "中": 6, "to": 7, "##ken": 8, "[": 9, "]": 10, "sep": 11}}
        }
        """;

    /// <summary>A piece is a token or unknown.</summary>
    public const string WordLevel = """
        {
          "version": "1.0",
          "added_tokens": [{"id": 2, "content": "[END]", "special": true, "normalized": false}],
          "pre_tokenizer": {"type": "WhitespaceSplit"},
          "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "word": 1, "[END]": 2}}
        }
        """;

    public static HuggingFaceTokenizer Read(string json) => HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(json), "tokenizer.json");
}
