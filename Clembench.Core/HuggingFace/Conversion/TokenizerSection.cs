using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Gguf;
using Clembench.Templates.Checkpoints;

namespace Clembench.HuggingFace.Conversion;

/// <summary>
/// Writes the part of a GGUF file that is about tokens: the vocabulary, its types, merges or scores, the special tokens,
/// and the chat template. Names and types are those of llama.cpp's loader (<c>src/llama-vocab.cpp</c>).
/// </summary>
internal sealed partial class TokenizerSection
{
    private const string TokenizerFile = "tokenizer.json";
    private const string SentencePieceFile = "tokenizer.model";
    private const string Space = "\u2581";

    private readonly string[] _tokens;
    private readonly int[] _types;
    private readonly float[]? _scores;
    private readonly IReadOnlyList<string> _merges;
    private readonly string _preTokenizer;
    private readonly bool? _addSpacePrefix;

    private TokenizerSection(string[] tokens, int[] types, float[]? scores, IReadOnlyList<string> merges, string preTokenizer, bool? addSpacePrefix)
    {
        _tokens = tokens;
        _types = types;
        _scores = scores;
        _merges = merges;
        _preTokenizer = preTokenizer;
        _addSpacePrefix = addSpacePrefix;
    }

    /// <summary>Reads a checkpoint's tokenizer.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="vocabularySize">How many tokens the model has.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The section.</returns>
    /// <exception cref="ClemException">There is no tokenizer that llama.cpp knows, or it is damaged.</exception>
    public static async Task<TokenizerSection> ReadAsync(string folder, int vocabularySize, CancellationToken cancellationToken)
    {
        var json = Path.Join(folder, TokenizerFile);
        var model = Path.Join(folder, SentencePieceFile);
        if (File.Exists(json))
        {
            var bytes = await ReadBytesAsync(json, cancellationToken).ConfigureAwait(false);
            try
            {
                using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
                var root = new ConfigValue(document.RootElement, json, "$");
                return FromJson(root, root["model"]["byte_fallback"].Flag() is true ? await ReadPiecesAsync().ConfigureAwait(false) : null, vocabularySize);
            }
            catch (JsonException e)
            {
                throw ConversionError.Invalid(json, $"it is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})");
            }
        }

        if (await ReadPiecesAsync().ConfigureAwait(false) is not { } pieces)
            throw ConversionError.Unsupported(folder, $"there is no tokenizer that is converted: neither {TokenizerFile} nor {SentencePieceFile}");
        var (tokens, types, scores) = Empty(vocabularySize);
        Fill(pieces, tokens, types, scores);
        return new TokenizerSection(tokens, types, scores, [], Unnamed, addSpacePrefix: null);

        async Task<IReadOnlyList<SentencePiece>?> ReadPiecesAsync() =>
            File.Exists(model) ? SentencePieceModel.Read(model, await ReadBytesAsync(model, cancellationToken).ConfigureAwait(false)) : null;
    }

    /// <summary>Writes the section.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="checkpoint">What the checkpoint says of its special tokens and templates.</param>
    public void Write(GgufFileWriter writer, Checkpoint checkpoint)
    {
        writer.Add("tokenizer.ggml.model", _scores is null ? "gpt2" : "llama");
        writer.Add("tokenizer.ggml.pre", _preTokenizer);
        writer.Add("tokenizer.ggml.tokens", _tokens);
        writer.Add("tokenizer.ggml.token_type", _types);
        if (_scores is not null)
            writer.Add("tokenizer.ggml.scores", _scores);
        else
            writer.Add("tokenizer.ggml.merges", _merges);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = _tokens.Length - 1; i >= 0; i--)
            ids[_tokens[i]] = i;
        foreach (var (token, key) in new[] { ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("pad_token", "padding") })
        {
            if (checkpoint.SpecialTokens.GetValueOrDefault(token) is { Length: > 0 } text && ids.TryGetValue(text, out var id))
                writer.Add($"tokenizer.ggml.{key}_token_id", (uint)id);
        }

        // transformers ends at any token of the list; llama.cpp has two keys beside that of the EOS token. Whoever plays the
        // model tells the engine of them all.
        var eos = checkpoint.EosToken is { } eosText && ids.TryGetValue(eosText, out var eosId) ? eosId : -1;
        var others = checkpoint.EosTokenIds.Where(id => id != eos && id >= 0 && id < _tokens.Length).Distinct().ToArray();
        if (eos < 0 && others.Length > 0)
        {
            writer.Add("tokenizer.ggml.eos_token_id", (uint)others[0]);
            others = others[1..];
        }

        if (others.Length > 0)
            writer.Add("tokenizer.ggml.eot_token_id", (uint)others[0]);
        if (others.Length > 1)
            writer.Add("tokenizer.ggml.eom_token_id", (uint)others[1]);
        // Templates write the BOS token themselves; who tokenises a text alone is told what the tokenizer would do.
        if (checkpoint.AddBosToken is { } addBos)
            writer.Add("tokenizer.ggml.add_bos_token", addBos);
        if (_addSpacePrefix is { } prefix)
            writer.Add("tokenizer.ggml.add_space_prefix", prefix);
        if (checkpoint.ChatTemplate is { Length: > 0 } template)
            writer.Add("tokenizer.chat_template", template);
    }

    private static TokenizerSection FromJson(ConfigValue root, IReadOnlyList<SentencePiece>? pieces, int size)
    {
        var model = root["model"];
        var type = model["type"].Text() ?? (model["merges"].HasValue ? "BPE" : null);
        if (type != "BPE")
            throw ConversionError.Unsupported(root.File, $"a tokenizer of the type {type ?? "that it does not name"} is not converted; BPE is");
        var (tokens, types, scores) = Empty(size);
        foreach (var (token, value) in model["vocab"].Members())
            Put(tokens, types, value.Integer(), token, Normal);
        var merges = model["merges"].Items().Select(Merge).ToArray();
        var hasByteFallback = model["byte_fallback"].Flag() is true;
        if (hasByteFallback)
        {
            // The first merge that makes a token is the one that SentencePiece's score stands for.
            var ids = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < size; i++)
                ids[tokens[i]] = i;
            for (var rank = merges.Length - 1; rank >= 0; rank--)
            {
                if (ids.TryGetValue(merges[rank].Left + merges[rank].Right, out var id))
                    scores[id] = -rank;
            }

            for (var i = 0; i < size; i++)
            {
                if (types[i] == Normal && ByteToken().IsMatch(tokens[i]))
                    types[i] = Byte;
            }

            if (model["unk_token"].Text() is { } unknown && ids.TryGetValue(unknown, out var unknownId))
                types[unknownId] = UnknownToken;
            if (pieces is not null)
                Fill(pieces, tokens, types, scores);
        }

        foreach (var added in root["added_tokens"].Items())
        {
            var content = added["content"].Text() ?? throw added["content"].Wrong("a text");
            var id = added["id"].Integer();
            if (id is null || id < 0 || id >= size)
                continue;
            if (types[id.Value] == UnknownToken)
                continue;
            var isControl = added["special"].Flag() is true || LooksSpecial().IsMatch(content);
            tokens[id.Value] = isControl ? content : content.Replace(Space, " ", StringComparison.Ordinal);
            types[id.Value] = isControl ? Control : UserDefined;
            scores[id.Value] = Never;
        }

        return hasByteFallback
            ? new TokenizerSection(tokens, types, scores, [], Unnamed, PrependsSpace(root))
            : new TokenizerSection(tokens, types, null, [.. merges.Select(merge => $"{merge.Left} {merge.Right}")], PreTokenizerName.Find(root["pre_tokenizer"]), null);
    }

    // A space before the text: by a normalizer (Llama 2), or by the pre-tokenizer (later versions).
    private static bool PrependsSpace(ConfigValue root) =>
        Steps(root["normalizer"], "normalizers").Any(step => step["type"].Text() == "Prepend")
        || Steps(root["pre_tokenizer"], "pretokenizers").Any(step => step["type"].Text() == "Metaspace"
            && (step["prepend_scheme"].HasValue ? step["prepend_scheme"].Text() != "never" : step["add_prefix_space"].Flag() ?? true));

    private static IEnumerable<ConfigValue> Steps(ConfigValue value, string list) =>
        value[list] is { Kind: JsonValueKind.Array } steps ? steps.Items() : value.HasValue ? [value] : [];

    private static (string Left, string Right) Merge(ConfigValue merge)
    {
        if (merge.Kind == JsonValueKind.Array)
            return merge.Items().Select(part => part.Text()).ToArray() is [{ } one, { } two] ? (one, two) : throw merge.Wrong("a pair");
        var text = merge.Text() ?? throw merge.Wrong("a pair");
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 ? (text[..space], text[(space + 1)..]) : throw merge.Wrong("a pair separated by a space");
    }

    // Numbers that no token has: the model has rows for them, and generates none.
    private static (string[] Tokens, int[] Types, float[] Scores) Empty(int size)
    {
        var (tokens, types, scores) = (new string[size], new int[size], new float[size]);
        for (var i = 0; i < size; i++)
            tokens[i] = string.Create(CultureInfo.InvariantCulture, $"[PAD{i}]");
        Array.Fill(types, Unused);
        Array.Fill(scores, Never);
        return (tokens, types, scores);
    }

    private static void Fill(IReadOnlyList<SentencePiece> pieces, string[] tokens, int[] types, float[] scores)
    {
        for (var i = 0; i < Math.Min(pieces.Count, tokens.Length); i++)
            (tokens[i], types[i], scores[i]) = (pieces[i].Text, pieces[i].Type, pieces[i].Score);
    }

    private static void Put(string[] tokens, int[] types, long? id, string token, int type)
    {
        if (id is null or < 0 || id >= tokens.Length)
            return;
        tokens[id.Value] = token;
        types[id.Value] = type;
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        const long Limit = 256 << 20;
        try
        {
            var length = new FileInfo(path) is { LinkTarget: not null } link ? ((FileInfo)link.ResolveLinkTarget(returnFinalTarget: true)!).Length : new FileInfo(path).Length;
            return length <= Limit ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : throw FolderFiles.TooLarge(path, length, Limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.Conversion.Unreadable", ErrorKind.Storage, $"'{path}' cannot be read: {e.Message}", "Check the permissions.", path, e);
        }
    }

    [GeneratedRegex("^<0x[0-9A-F]{2}>$")]
    private static partial Regex ByteToken();

    // As llama.cpp's converter: some checkpoints do not mark their control tokens as special.
    [GeneratedRegex(@"^(?:<\|.*\|>|<｜.*｜>|<unused\d+>|<pad>|<mask>|<2mass>|\[@BOS@\])$", RegexOptions.Singleline)]
    private static partial Regex LooksSpecial();

    // llama.cpp's types of tokens (llama_token_type), and the score of what is never merged.
    private const int Normal = 1;
    private const int UnknownToken = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;
    private const int Byte = 6;
    private const float Never = -1e6f;
    private const string Unnamed = "default";
}
