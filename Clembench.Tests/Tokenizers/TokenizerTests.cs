using Clembench.Common;
using Clembench.HuggingFace.Tokenizers;
using Clembench.Templates;

namespace Clembench.Tests.Tokenizers;

/// <summary>What tokenizers do, on files made by hand: nothing but .NET is needed.</summary>
public sealed class TokenizerTests
{
    [Theory]
    [InlineData("ab ab", "3 4", "ab ab")]
    [InlineData("ba", "1 0", "ba")]
    [InlineData("é", "7", "é")]
    // 𝐀 is a letter, as a and b are: one word, although UTF-16 has two code units for it.
    [InlineData("𝐀ab", "10 11 12 13 3", "𝐀ab")]
    [InlineData("ab<|end|>ab", "3 18 3", "ab<|end|>ab")]
    [InlineData("<think>", "19", "<think>")]
    [InlineData("", "", "")]
    public void Byte_level_pairs(string text, string ids, string decoded) => Check(Fixtures.ByteLevel, text, ids, decoded);

    [Theory]
    [InlineData("ab", "8", "ab")]
    [InlineData("ab ab", "8 8", "ab ab")]
    [InlineData("  ab", "4 4 8", "  ab")]
    [InlineData("é", "4 2 3", "é")]
    [InlineData("axxb", "9 0 6", "a<unk>b")]
    [InlineData("<s>ab", "1 8", "<s> ab")]
    public void Sentence_piece_pairs(string text, string ids, string decoded) => Check(Fixtures.SentencePiece, text, ids, decoded);

    [Theory]
    [InlineData("ab", "4", "ab")]
    [InlineData("ab bab", "4 1 3 6", "ab bab")]
    [InlineData("xx", "1 0", "<unk>")]
    [InlineData("ab</s>", "4 5", "ab</s>")]
    public void Unigram(string text, string ids, string decoded) => Check(Fixtures.Unigram, text, ids, decoded);

    [Theory]
    [InlineData("Tokenizers.", "2 3 4 5", "tokenizers.")]
    [InlineData("tókens", "2 4", "tokens")]
    [InlineData("中中", "6 6", "中 中")]
    [InlineData("xyz", "0", "[UNK]")]
    [InlineData("to[SEP]", "7 1", "to [SEP]")]
    public void Word_pieces(string text, string ids, string decoded) => Check(Fixtures.WordPiece, text, ids, decoded);

    [Theory]
    [InlineData("word  other", "1 0", "word [UNK]")]
    [InlineData("word[END]", "1 2", "word [END]")]
    public void Whole_words(string text, string ids, string decoded) => Check(Fixtures.WordLevel, text, ids, decoded);

    private static void Check(string json, string text, string ids, string decoded)
    {
        var tokenizer = Fixtures.Read(json);
        var encoded = tokenizer.Encode(text);
        string.Join(' ', encoded).ShouldBe(ids);
        tokenizer.Decode(encoded).ShouldBe(decoded);
    }

    [Fact]
    public void It_says_what_it_knows()
    {
        var tokenizer = Fixtures.Read(Fixtures.ByteLevel);
        tokenizer.ModelType.ShouldBe("BPE");
        tokenizer.AddedTokens.Select(t => t.Content).ShouldBe(["<|end|>", "<think>"]);
        tokenizer.AddedTokens.Select(t => t.Id).ShouldBe([18, 19]);
        tokenizer.VocabularySize.ShouldBe(20);
        tokenizer.TokenToId("Ġab").ShouldBe(4);
        tokenizer.TokenToId("<|end|>").ShouldBe(18);
        tokenizer.TokenToId("c").ShouldBeNull();
        tokenizer.IdToToken(7).ShouldBe("Ã©");
        tokenizer.IdToToken(99).ShouldBeNull();
    }

    [Fact]
    public void Added_tokens_have_the_ids_that_the_library_gives_them()
    {
        var tokenizer = Fixtures.Read("""
            {"model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "b": 7}},
             "added_tokens": [{"id": 90, "content": "x"}, {"id": 91, "content": "b"}, {"id": 92, "content": "y"}, {"id": 93, "content": "x"}]}
            """);
        // Those of the model where it has them; others are numbered on behind the model's, whatever the file says.
        tokenizer.AddedTokens.Select(t => (t.Content, t.Id)).ShouldBe([("x", 2), ("b", 7), ("y", 3)]);
        tokenizer.VocabularySize.ShouldBe(4);
    }

    [Fact]
    public void Special_tokens_are_put_around_a_text_and_left_out_of_it_on_request()
    {
        var tokenizer = Fixtures.Read(Fixtures.ByteLevel);
        tokenizer.Encode("ab", addSpecialTokens: true).ShouldBe([18, 3]);
        tokenizer.Decode([18, 3, 19], skipSpecialTokens: true).ShouldBe("ab<think>");
    }

    [Fact]
    public void Half_a_surrogate_pair_is_read_as_a_replacement_character()
    {
        var tokenizer = Fixtures.Read(Fixtures.SentencePiece);
        tokenizer.Encode("a\uD835b").ShouldBe(tokenizer.Encode("a\uFFFDb"));
    }

    /// <summary>Each kind of model has a way of its own to come by the id of a special token.</summary>
    public static TheoryData<string, string, int> SpecialTokens => new()
    {
        { Fixtures.ByteLevel, "<|end|>", 18 },
        { Fixtures.SentencePiece, "<s>", 1 },
        { Fixtures.Unigram, "</s>", 5 },
        { Fixtures.WordPiece, "[SEP]", 1 },
        { Fixtures.WordLevel, " [END] ", 2 },
    };

    [Theory]
    [MemberData(nameof(SpecialTokens))]
    public void No_special_token_comes_of_plain_text(string json, string special, int id)
    {
        var tokenizer = Fixtures.Read(json);
        var text = special + "ab" + special + "ab" + special;
        tokenizer.Encode(text).Count(i => i == id).ShouldBe(3);
        // The middle one is what somebody wrote.
        var written = new TextSpan(special.Length, special.Length + 4);
        tokenizer.Encode(text, [written]).Count(i => i == id).ShouldBe(2);
        // One that only begins there, or only ends there, or is only touched by it.
        tokenizer.Encode(special, [new TextSpan(special.Length - 2, 2)]).ShouldNotContain(id);
        tokenizer.Encode(special, [new TextSpan(0, 2)]).ShouldNotContain(id);
        tokenizer.Encode(special, [new TextSpan(2, 1)]).ShouldNotContain(id);
        // An empty part and one beside the token take nothing away.
        tokenizer.Encode(special, [new TextSpan(1, 0), new TextSpan(special.Length, 0)]).ShouldContain(id);
        tokenizer.Encode(special + "ab", [new TextSpan(special.Length, 2)]).ShouldContain(id);
    }

    [Fact]
    public void No_special_token_comes_of_plain_text_whatever_the_tokenizer()
    {
        var generator = new TokenizerGenerator(7);
        var (found, texts) = (0, 0);
        for (var i = 0; i < 500; i++)
        {
            var json = generator.NextTokenizer().ToJsonString();
            // The library refuses these too.
            if (json.Contains("Script=", StringComparison.Ordinal))
                continue;
            var tokenizer = Fixtures.Read(json);
            var specials = tokenizer.AddedTokens.Where(t => t.Special).Select(t => t.Id).ToHashSet();
            for (var n = 0; n < 10 && specials.Count > 0; n++)
            {
                var text = generator.NextText();
                try
                {
                    found += tokenizer.Encode(text).Count(specials.Contains);
                    tokenizer.Encode(text, [new TextSpan(0, text.Length)]).ShouldNotContain(id => specials.Contains(id), text);
                    texts++;
                }
                catch (ClemException e) when (e.Id == "Clem.Tokenizer.UnknownToken")
                {
                    // The small vocabulary has no tokens for this text.
                }
            }
        }
        texts.ShouldBeGreaterThan(1000);
        found.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void Plain_text_is_tokenised_as_the_text_that_it_is()
    {
        var tokenizer = Fixtures.Read(Fixtures.ByteLevel);
        string.Join(' ', tokenizer.Encode("<|end|>ab", [new TextSpan(0, 9)])).ShouldBe("8 14 15 16 17 14 9 3");
        tokenizer.Decode(tokenizer.Encode("<|end|>ab", [new TextSpan(0, 9)])).ShouldBe("<|end|>ab");
        // Tokens that are not special are found there too.
        tokenizer.Encode("<think>", [new TextSpan(0, 7)]).ShouldBe([19]);
    }

    [Theory]
    // Marked as special or not, the form tells.
    [InlineData("<|user|>", "a", false)]
    [InlineData("<｜User｜>", "a", false)]
    // Others are markers where the template has them.
    [InlineData("[INST]", "[INST] a", false)]
    [InlineData("[INST]", "a", true)]
    // These belong to what people and models write, whatever the template has.
    [InlineData("<think>", "<think> a", true)]
    [InlineData("</tool_call>", "</tool_call> a", true)]
    [InlineData("\\n\\n", "\n\n a", true)]
    [InlineData("user", "user a", true)]
    public void Turn_markers_that_are_no_special_tokens_are_none_in_plain_text(string token, string template, bool taken)
    {
        foreach (var normalized in (string[])["false", "true"])
        {
            var tokenizer = Fixtures.Read($$$"""
                {"added_tokens": [{"id": 2, "content": "{{{token}}}", "special": false, "normalized": {{{normalized}}} }],
                 "normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "WhitespaceSplit"},
                 "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1} } }
                """);
            var content = token.Replace("\\n", "\n", StringComparison.Ordinal);
            var before = tokenizer.Encode(template + " ").Count(id => id == 2);
            tokenizer.Encode($"{template} {content} a", [new TextSpan(template.Length + 1, content.Length + 2)])
                .Count(id => id == 2).ShouldBe(taken ? before + 1 : before, normalized);
        }
    }

    [Fact]
    public void A_longer_special_token_that_reaches_into_plain_text_does_not_hide_a_shorter_one()
    {
        var tokenizer = Fixtures.Read(Fixtures.WordLevel.Replace(
            """{"id": 2, "content": "[END]", "special": true, "normalized": false}""",
            """{"id": 2, "content": "[END]", "special": true, "normalized": false}, {"id": 3, "content": "[END]word", "special": true, "normalized": false}""",
            StringComparison.Ordinal));
        tokenizer.Encode("[END]word").ShouldBe([3]);
        tokenizer.Encode("[END]word", [new TextSpan(5, 4)]).ShouldBe([2, 1]);
    }

    [Fact]
    public void Special_tokens_that_are_looked_for_in_normalized_text_are_none_in_plain_text_either()
    {
        var tokenizer = Fixtures.Read(Fixtures.WordPiece
            .Replace("\"[SEP]\", \"special\": true, \"normalized\": false", "\"[SEP]\", \"special\": true, \"normalized\": true", StringComparison.Ordinal));
        tokenizer.Encode("tókens [sep] [SEP]").Count(i => i == 1).ShouldBe(2);
        tokenizer.Encode("tókens [sep] [SEP]", [new TextSpan(0, 12)]).Count(i => i == 1).ShouldBe(1);
        tokenizer.Encode("tókens [sep] [SEP]", [new TextSpan(13, 5)]).Count(i => i == 1).ShouldBe(1);
        tokenizer.Encode("tókens [sep] [SEP]", [new TextSpan(0, 18)]).ShouldNotContain(1);
    }

    [Fact]
    public void A_part_outside_the_text_is_refused()
    {
        var tokenizer = Fixtures.Read(Fixtures.WordLevel);
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.Encode("word", [new TextSpan(2, 3)]));
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.Encode("word", [new TextSpan(-1, 2)]));
    }

    [Fact]
    public async Task Many_threads_use_one_tokenizer()
    {
        var tokenizer = Fixtures.Read(Fixtures.ByteLevel);
        var texts = Enumerable.Range(0, 200).Select(i => string.Concat(Enumerable.Repeat("ab b é ", i % 17)) + new string('a', i % 60)).ToList();
        var alone = texts.Select(t => string.Join(' ', Fixtures.Read(Fixtures.ByteLevel).Encode(t))).ToList();
        var together = await Task.WhenAll(texts.Select(t => Task.Run(() => string.Join(' ', tokenizer.Encode(t)))));
        together.ShouldBe(alone);
    }

    [Theory]
    // Long pieces are merged with a queue, short ones without: both give the same.
    [InlineData(3)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(5000)]
    public void Pieces_of_any_length_are_merged_alike(int count)
    {
        var tokenizer = Fixtures.Read(Fixtures.ByteLevel);
        tokenizer.Encode(string.Concat(Enumerable.Repeat("ab", count))).ShouldBe(Enumerable.Repeat(3, count));
        tokenizer.Encode(new string('a', count)).ShouldBe(Enumerable.Repeat(0, count));
    }

    [Fact]
    public void A_text_without_tokens_is_an_error_that_says_so()
    {
        var tokenizer = Fixtures.Read("""{"model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"a": 0}}}""");
        var error = Should.Throw<ClemException>(() => tokenizer.Encode("b"));
        error.Id.ShouldBe("Clem.Tokenizer.UnknownToken");
        error.Message.ShouldContain("'b'");
    }

    [Fact]
    public async Task A_missing_file_is_an_error_that_says_so()
    {
        var error = await Should.ThrowAsync<ClemException>(() => HuggingFaceTokenizer.LoadAsync(Path.Combine(Path.GetTempPath(), "no-such-folder", "tokenizer.json"), default));
        error.Id.ShouldBe("Clem.Tokenizer.NotFound");
    }

    [Theory]
    [InlineData("[]", "$: an object")]
    [InlineData("{", "$: this is no JSON")]
    [InlineData("{}", "$.model: an object")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}}""", "$.model.merges[0]: the token 'b'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}}""", "$.model.merges[0]: a merge is two tokens")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}""", "$.model.vocab.*: a whole number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": ["a"], "merges": []}}""", "$.model.vocab: an object")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 1, 2]]}}""", "$.model.vocab[0]: a token and its score")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 5, "vocab": [["a", 1]]}}""", "$.model.unk_id")]
    [InlineData("""{"model": {"type": "Bigram"}}""", "$.model: the model 'Bigram' is not known")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {}}, "normalizer": {"type": "Rot13"}}""", "$.normalizer: the normalizer 'Rot13' is not known")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {}}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "%"}}""", "$.normalizer.precompiled_charsmap")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {}}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated"}}""", "$.pre_tokenizer.pattern.Regex: the regular expression cannot be used: a '(' without its ')'")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {}}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a)\\1"}, "behavior": "Isolated"}}""", "the escape '\\1'")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {}}, "decoder": {"type": "Sequence", "decoders": [{"type": "Magic"}]}}""", "$.decoder.decoders[0]: the decoder 'Magic'")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {}}, "added_tokens": [{"id": 0, "content": "\ud800"}]}""", "$.added_tokens[0].content: the string holds half of a surrogate pair")]
    public void A_wrong_file_is_an_error_that_says_where_and_why(string json, string message)
    {
        var error = Should.Throw<ClemException>(() => Fixtures.Read(json));
        error.Id.ShouldBeOneOf("Clem.Tokenizer.InvalidFile", "Clem.Tokenizer.Unsupported");
        error.Message.ShouldStartWith("tokenizer.json: ");
        error.Message.ShouldContain(message);
        error.Action.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("$.pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "^(?:a|aa)+$"}, "behavior": "Isolated"}""")]
    [InlineData("$.normalizer", """{"type": "Replace", "pattern": {"Regex": "^(?:a|aa)+$"}, "content": ""}""")]
    [InlineData("$.decoder", """{"type": "Replace", "pattern": {"Regex": "^(?:a|aa)+$"}, "content": ""}""")]
    public void Patterns_that_take_for_ever_are_given_up(string place, string json)
    {
        var text = new string('a', 80) + "!";
        var error = Should.Throw<ClemException>(() =>
        {
            var tokenizer = Fixtures.Read($$$"""{"model": {"type": "WordLevel", "unk_token": "x", "vocab": {"x": 0, "{{{text}}}": 1}}, "{{{place[2..]}}}": {{{json}}}}""");
            tokenizer.Decode(tokenizer.Encode(text));
        });
        error.Id.ShouldBe("Clem.Tokenizer.LimitExceeded");
    }

    [Fact]
    public void Replacements_that_grow_without_bound_are_refused()
    {
        var doubling = string.Join(',', Enumerable.Repeat("""{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}""", 60));
        var tokenizer = Fixtures.Read($$$"""{"model": {"type": "WordLevel", "vocab": {"a": 0}}, "normalizer": {"type": "Sequence", "normalizers": [{{{doubling}}}]}}""");
        Should.Throw<ClemException>(() => tokenizer.Encode("a")).Id.ShouldBe("Clem.Tokenizer.LimitExceeded");
    }

    [Fact]
    public void Vocabularies_of_too_many_letters_are_refused()
    {
        // Five thousand tokens of a thousand letters, no two beginning alike for long.
        var random = new Random(1);
        var tokens = Enumerable.Range(0, 5_000).Select(_ => string.Create(1000, random, static (token, random) =>
        {
            for (var i = 0; i < token.Length; i++)
                token[i] = (char)random.Next('a', 'z');
        })).ToList();
        var vocabulary = string.Join(',', tokens.Select(token => $"[\"{token}\", -1]"));
        var error = Should.Throw<ClemException>(() => Fixtures.Read($$$"""{"model": {"type": "Unigram", "vocab": [{{{vocabulary}}}]}}"""));
        error.Id.ShouldBe("Clem.Tokenizer.LimitExceeded");
        error.Message.ShouldStartWith("tokenizer.json: its tokens have more than");
    }

    [Fact]
    public void Patterns_that_are_slow_in_many_places_are_given_up_as_one_that_never_ends_is()
    {
        // Each line takes a pattern of this kind a while, and there is no single match that takes too long.
        var tokenizer = Fixtures.Read("""
            {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?:a|aa)*b|c"}, "behavior": "Isolated"},
             "model": {"type": "WordLevel", "unk_token": "x", "vocab": {"x": 0}}}
            """);
        var text = string.Concat(Enumerable.Repeat(new string('a', 26) + "c", 1_000));
        Should.Throw<ClemException>(() => tokenizer.Encode(text)).Id.ShouldBe("Clem.Tokenizer.LimitExceeded");
        Should.Throw<OperationCanceledException>(() => tokenizer.Encode(text, [], cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Many_forged_tokens_between_many_plain_parts_take_no_square_of_the_time()
    {
        var tokenizer = Fixtures.Read("""
            {"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "WhitespaceSplit"},
             "added_tokens": [{"id": 1, "content": "[END]", "special": true, "normalized": true}],
             "model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}}}
            """);
        var (turns, content) = (40, string.Concat(Enumerable.Repeat("[END] é ", 500)));
        var text = string.Concat(Enumerable.Repeat(content + "[END]", turns));
        var spans = Enumerable.Range(0, turns).Select(i => new TextSpan(i * (content.Length + 5), content.Length)).ToList();
        tokenizer.Encode(text, spans).Count(id => id == 1).ShouldBe(turns);
    }
}
