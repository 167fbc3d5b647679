using System.Text.Json;
using Clembench.HuggingFace.Tokenizers.Models;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>What was read of <c>model</c>: its kind, its tokens, and the model without the pre-tokenizer's part.</summary>
internal sealed record LoadedModel(string Type, Vocabulary Vocabulary, ITokenModel Model)
{
    /// <summary>The merges, where a piece may be given to the model word by word (see <see cref="WordwiseModel"/>).</summary>
    public MergeTable? MergesOfWords { get; init; }
}

/// <summary>Reads <c>model</c> of a tokenizer.json.</summary>
internal static class ModelReader
{
    // The longest text that a unigram's token may be: the search goes so far from every place.
    private const int UnigramTokenLimit = 1024;

    public static LoadedModel Read(JsonCursor json) => TypeOf(json) switch
    {
        "BPE" => ReadBpe(json),
        "Unigram" => ReadUnigram(json),
        "WordPiece" => ReadWordPiece(json),
        "WordLevel" => ReadWordLevel(json),
        var other => throw TokenizerFault.Unknown(json.Source, json.Path, $"the model '{other}' is not known"),
    };

    // Old files do not name the model.
    private static string TypeOf(JsonCursor json) => json["type"].TextOrNull()
        ?? (!json["merges"].IsNull ? "BPE"
            : json["vocab"].Element.ValueKind == JsonValueKind.Array ? "Unigram"
            : !json["continuing_subword_prefix"].IsNull ? "WordPiece"
            : "WordLevel");

    private static Vocabulary ReadVocabulary(JsonCursor json)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in json.Members())
        {
            var number = id.Count();
            ids[token] = number < int.MaxValue ? number : throw json.Wrong($"the id of '{Shown(token)}' is too large");
        }
        return new Vocabulary(ids);
    }

    public static string Shown(string token) => token.Length <= 40 ? token : token[..40] + "…";

    private static LoadedModel ReadWordLevel(JsonCursor json)
    {
        var vocabulary = ReadVocabulary(json["vocab"]);
        var unknown = json["unk_token"].TextOrNull() ?? "<unk>";
        return new LoadedModel("WordLevel", vocabulary, new WordLevelModel(vocabulary, vocabulary.Find(unknown)));
    }

    private static LoadedModel ReadWordPiece(JsonCursor json)
    {
        var vocabulary = ReadVocabulary(json["vocab"]);
        var unknown = vocabulary.Find(json["unk_token"].TextOrNull() ?? "[UNK]");
        var prefix = json["continuing_subword_prefix"].TextOrNull() ?? "##";
        return new LoadedModel(
            "WordPiece", vocabulary, new WordPieceModel(vocabulary, unknown, prefix, json["max_input_chars_per_word"].Count(100)));
    }

    private static LoadedModel ReadUnigram(JsonCursor json)
    {
        var pieces = new List<(string Token, double Score)>();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in json["vocab"].Items())
        {
            if (item.Length != 2)
                throw item.Wrong("a token and its score are expected here");
            var pair = item.Items().ToList();
            var token = pair[0].Text();
            if (token.Length > UnigramTokenLimit)
                throw pair[0].Wrong($"a token of {token.Length} characters; the longest that is taken has {UnigramTokenLimit}");
            ids[token] = pieces.Count;
            pieces.Add((token, pair[1].Number()));
        }
        var unknown = json["unk_id"];
        if (!unknown.IsNull && unknown.Count() >= pieces.Count)
            throw unknown.Wrong($"the vocabulary has {pieces.Count} tokens and none with this id");
        var vocabulary = new Vocabulary(ids, pieces.Select(p => p.Token));
        return new LoadedModel("Unigram", vocabulary, new UnigramModel(
            pieces, vocabulary, unknown.IsNull ? null : unknown.Count(), json["byte_fallback"].Flag(false)));
    }

    private static LoadedModel ReadBpe(JsonCursor json)
    {
        var vocabulary = ReadVocabulary(json["vocab"]);
        var prefix = json["continuing_subword_prefix"].TextOrNull() ?? "";
        var suffix = json["end_of_word_suffix"].TextOrNull() ?? "";
        var merges = ReadMerges(json["merges"], vocabulary, prefix);
        var unknown = json["unk_token"].TextOrNull();
        var ignoreMerges = json["ignore_merges"].Flag(false);
        var options = new BpeOptions(
            unknown is null ? null : vocabulary.Find(unknown) ?? BpeOptions.UnknownIsMissing, prefix, suffix,
            json["fuse_unk"].Flag(false), json["byte_fallback"].Flag(false), ignoreMerges);
        return new LoadedModel("BPE", vocabulary, new BpeModel(vocabulary, merges, options))
        {
            // Where unknown letters are left out, their neighbours may merge.
            MergesOfWords = !ignoreMerges && prefix.Length == 0 && suffix.Length == 0
                && (options.Unknown is not null || (options.ByteFallback && !vocabulary.ByteTokens().Contains(-1))) ? merges : null,
        };
    }

    private static MergeTable ReadMerges(JsonCursor json, Vocabulary vocabulary, string prefix)
    {
        var merges = new List<(int, int, int)>(json.Length);
        var buffer = new char[256];
        foreach (var item in json.Items())
        {
            var (left, right) = item.Element.ValueKind == JsonValueKind.Array ? ReadPair(item) : ReadLine(item);
            if (left is null)
                continue;
            if (right.Length < prefix.Length)
                throw item.Wrong($"'{Shown(right)}' is shorter than the prefix of tokens inside a word");
            var merged = right.AsSpan(prefix.Length);
            var length = left.Length + merged.Length;
            if (buffer.Length < length)
                buffer = new char[length * 2];
            left.CopyTo(buffer);
            merged.CopyTo(buffer.AsSpan(left.Length));
            merges.Add((
                vocabulary.Find(left) ?? throw Missing(item, left),
                vocabulary.Find(right) ?? throw Missing(item, right),
                vocabulary.TryGetId(buffer.AsSpan(0, length), out var id) ? id : throw Missing(item, new string(buffer, 0, length))));
        }
        return new MergeTable(merges);

        static Exception Missing(JsonCursor item, string token) => item.Wrong($"the token '{Shown(token)}' is not in the vocabulary");
    }

    private static (string? Left, string Right) ReadPair(JsonCursor json)
    {
        var items = json.Items().ToList();
        return items.Count == 2 ? (items[0].Text(), items[1].Text()) : throw json.Wrong("the two tokens of a merge are expected here");
    }

    private static (string? Left, string Right) ReadLine(JsonCursor json)
    {
        var line = json.Text();
        // The first line of a merges.txt, which some files carry along.
        if (line.StartsWith("#version", StringComparison.Ordinal))
            return (null, "");
        var parts = line.Split(' ');
        return parts.Length == 2 ? (parts[0], parts[1]) : throw json.Wrong("a merge is two tokens with one space between them");
    }
}
