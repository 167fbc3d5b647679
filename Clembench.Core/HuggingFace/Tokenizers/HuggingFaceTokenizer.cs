using Clembench.Common;
using Clembench.HuggingFace.Tokenizers.Loading;
using Clembench.Templates;

namespace Clembench.HuggingFace.Tokenizers;

/// <summary>
/// The tokenizer of a model, read from its <c>tokenizer.json</c>: the ids are those of Hugging Face's own library (tokenizers,
/// in Rust). Immutable; many threads may use one at the same time.
/// </summary>
/// <remarks>
/// Padding and truncation that a file asks for are not done: what counts here is the whole text. Dropout, which is for
/// training, is ignored.
/// </remarks>
public sealed class HuggingFaceTokenizer
{
    /// <summary>The most bytes that a tokenizer.json may have: several times the largest that is published.</summary>
    public const int SizeLimit = 256 * 1024 * 1024;

    private readonly TokenizerParts _parts;
    private readonly SectionEncoder _encoder;
    private readonly Dictionary<string, int> _addedIds = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _addedTokens = [];
    private readonly HashSet<string> _specials;

    private HuggingFaceTokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _encoder = new SectionEncoder(parts);
        foreach (var token in parts.AddedTokens)
        {
            _addedIds[token.Content] = token.Id;
            _addedTokens.TryAdd(token.Id, token);
        }
        _specials = parts.AddedTokens.Where(t => t.Special).Select(t => t.Content).ToHashSet(StringComparer.Ordinal);
        VocabularySize = parts.Vocabulary.Ids.Count + parts.AddedTokens.Count(t => parts.Vocabulary.Find(t.Content) is null);
    }

    /// <summary>The kind of the model: <c>BPE</c>, <c>Unigram</c>, <c>WordPiece</c> or <c>WordLevel</c>.</summary>
    public string ModelType => _parts.ModelType;

    /// <summary>How many tokens there are, added ones included.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens that are found in a text before the model sees it, special ones among them.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _parts.AddedTokens;

    /// <summary>Reads a tokenizer.json.</summary>
    /// <param name="tokenizerJsonPath">The file.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ClemException">
    /// <c>Clem.Tokenizer.NotFound</c>, <c>Clem.Tokenizer.Unreadable</c>, <c>Clem.Tokenizer.InvalidFile</c>,
    /// <c>Clem.Tokenizer.Unsupported</c> or <c>Clem.Tokenizer.LimitExceeded</c>.
    /// </exception>
    public static Task<HuggingFaceTokenizer> LoadAsync(string tokenizerJsonPath, CancellationToken ct) => LoadAsync(tokenizerJsonPath, [], ct);

    /// <summary>Reads a tokenizer.json, and adds tokens that a model's other files name.</summary>
    /// <param name="tokenizerJsonPath">The file.</param>
    /// <param name="further">
    /// The tokens, such as those of <c>added_tokens_decoder</c>. One that the file has is left as it is; one with a negative
    /// number is numbered on behind all others.
    /// </param>
    /// <param name="ct">Cancels the reading.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ClemException">As for <see cref="LoadAsync(string, CancellationToken)"/>.</exception>
    internal static async Task<HuggingFaceTokenizer> LoadAsync(string tokenizerJsonPath, IReadOnlyList<AddedToken> further, CancellationToken ct)
    {
        byte[] json;
        try
        {
            var file = new FileInfo(tokenizerJsonPath);
            if (file.Exists && file.Length > SizeLimit)
                throw TokenizerFault.Limit(tokenizerJsonPath, $"the file has {file.Length} bytes; the most that is read is {SizeLimit}");
            json = await File.ReadAllBytesAsync(tokenizerJsonPath, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClemException(
                "Clem.Tokenizer.NotFound", ErrorKind.NotFound, $"There is no file {tokenizerJsonPath}.",
                "Give the path of a model's tokenizer.json.", tokenizerJsonPath, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ClemException(
                "Clem.Tokenizer.Unreadable", ErrorKind.Storage, $"{tokenizerJsonPath} cannot be read: {e.Message}",
                "Check the path and the rights to it.", tokenizerJsonPath, e);
        }
        return await Task.Run(
            () => TokenizerFault.Bounded(tokenizerJsonPath, json.Length, () => new HuggingFaceTokenizer(FurtherTokens.AddTo(TokenizerReader.Read(json, tokenizerJsonPath), further)), ct), ct).ConfigureAwait(false);
    }

    /// <summary>Reads a tokenizer.json that is in memory.</summary>
    /// <param name="json">The file's bytes, UTF-8.</param>
    /// <param name="source">What errors call the file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ClemException">
    /// <c>Clem.Tokenizer.InvalidFile</c>, <c>Clem.Tokenizer.Unsupported</c> or <c>Clem.Tokenizer.LimitExceeded</c>, each with the
    /// place in the file.
    /// </exception>
    public static HuggingFaceTokenizer Parse(ReadOnlyMemory<byte> json, string source) =>
        TokenizerFault.Bounded(source, json.Length, () => new HuggingFaceTokenizer(TokenizerReader.Read(json, source)));

    /// <summary>The id of a token.</summary>
    /// <param name="token">The token as the vocabulary has it, a space perhaps being <c>Ġ</c> or <c>▁</c>.</param>
    /// <returns>Its id; null where there is no such token.</returns>
    public int? TokenToId(string token) => _addedIds.TryGetValue(token, out var id) ? id : _parts.Vocabulary.Find(token);

    /// <summary>The token of an id, as the vocabulary has it.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The token; null where there is no such id.</returns>
    public string? IdToToken(int id) => _addedTokens.TryGetValue(id, out var added) ? added.Content
        : _parts.Vocabulary.TryGetToken(id, out var token) ? token : null;

    /// <summary>The ids of a text. Special tokens that stand in it are taken as such.</summary>
    /// <param name="text">The text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether the tokens are put around it that the file's post-processor adds, such as BOS.</param>
    /// <returns>The ids.</returns>
    /// <exception cref="ClemException">
    /// <c>Clem.Tokenizer.UnknownToken</c>: the vocabulary has no token for a part of the text, and none for unknown ones;
    /// <c>Clem.Tokenizer.LimitExceeded</c>: the file's rules take too long or make too much of this text;
    /// <c>Clem.Tokenizer.NormalizationUnavailable</c>: .NET runs here without Unicode normalization.
    /// </exception>
    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens = false) => Encode(text, [], addSpecialTokens);

    /// <summary>
    /// The ids of a text of which some parts are nothing but text, such as the contents of chat messages: what looks like a
    /// special token there is tokenised as the text that it is, so that no message can pass for a turn's end.
    /// </summary>
    /// <param name="text">The text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="plainSpans">
    /// The parts, in any order. Control tokens that begin, end or lie in one of them are not taken as such: special tokens,
    /// added tokens of the form <c>&lt;|…|&gt;</c>, and others in brackets that the text has outside the parts too, as
    /// <c>[INST]</c>. Further added tokens, such as <c>&lt;think&gt;</c> or runs of spaces, are.
    /// </param>
    /// <param name="addSpecialTokens">Whether the tokens are put around it that the file's post-processor adds, such as BOS.</param>
    /// <param name="cancellationToken">Cancels the work, which may take long on long texts.</param>
    /// <returns>The ids.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A part lies outside the text.</exception>
    /// <exception cref="ClemException">As for <see cref="Encode(string, bool)"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<int> Encode(
        string text, IReadOnlyList<TextSpan> plainSpans, bool addSpecialTokens = false, CancellationToken cancellationToken = default)
    {
        var ids = _encoder.Encode(text, new PlainSpans(plainSpans, text.Length), cancellationToken);
        return addSpecialTokens ? _parts.Template.Apply(ids) : ids;
    }

    /// <summary>The text of ids. Ids that are no token's are passed over.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns>The text as the file's decoder puts it together; for most tokenizers, what was encoded.</returns>
    /// <exception cref="ClemException"><c>Clem.Tokenizer.LimitExceeded</c>: the file's rules take too long on this text.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        var tokens = new List<string>();
        foreach (var id in ids)
        {
            if (IdToToken(id) is { } token && !(skipSpecialTokens && _specials.Contains(token)))
                tokens.Add(token);
        }
        // Without a decoder the library writes the tokens with spaces between them.
        return _parts.Decoder is not { } decoder ? string.Join(' ', tokens)
            : TokenizerFault.Bounded(_parts.Source, tokens.Sum(token => (long)token.Length), () => string.Concat(decoder.Decode(tokens)));
    }
}
