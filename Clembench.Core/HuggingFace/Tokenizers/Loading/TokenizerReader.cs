using System.Text.Json;
using Clembench.HuggingFace.Tokenizers.Models;
using Clembench.HuggingFace.Tokenizers.Normalizers;
using Clembench.HuggingFace.Tokenizers.PreTokenizers;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>Reads a tokenizer.json: the serialisation of Hugging Face's tokenizers (version 1.0).</summary>
internal static class TokenizerReader
{
    // The search for added tokens goes so far from every place of a text.
    private const int AddedTokenLimit = 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The parts of a tokenizer.</summary>
    public static TokenizerParts Read(ReadOnlyMemory<byte> json, string source)
    {
        if (json.Length > HuggingFaceTokenizer.SizeLimit)
            throw TokenizerFault.Limit(source, $"the file has {json.Length} bytes; the most that is read is {HuggingFaceTokenizer.SizeLimit}");
        // Some files begin with a byte order mark.
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(new JsonCursor(document.RootElement, "$", source));
        }
        catch (JsonException e)
        {
            throw TokenizerFault.Wrong(source, "$", $"this is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);
        }
    }

    private static TokenizerParts Read(JsonCursor json)
    {
        var loaded = ModelReader.Read(json["model"]);
        var normalizer = NormalizerReader.ReadOrNull(json["normalizer"]);
        var steps = PreTokenizerReader.Read(json["pre_tokenizer"]).ToList();
        ITokenModel model;
        // Writing bytes as letters is left to the model where it is the last step: words that are known need not be written.
        if (steps is [.., ByteLetters])
        {
            steps.RemoveAt(steps.Count - 1);
            model = new CachedModel(new ByteLetterModel(loaded.Model));
        }
        else
        {
            model = new CachedModel(loaded.Model);
            if (loaded.MergesOfWords is { } merges)
                model = WordwiseModel.Around(model, loaded.Vocabulary, merges);
        }
        return new TokenizerParts(
            json.Source, loaded.Type, loaded.Vocabulary, model, normalizer, steps, ReadAddedTokens(json["added_tokens"], loaded.Vocabulary),
            TemplateReader.Read(json["post_processor"]), DecoderReader.ReadOrNull(json["decoder"]));
    }

    /// <summary>
    /// The added tokens. As in the library, one that the model has too takes the model's id, and others are numbered on behind
    /// the model's, whatever the file says.
    /// </summary>
    private static List<AddedToken> ReadAddedTokens(JsonCursor json, Vocabulary vocabulary)
    {
        var tokens = new List<AddedToken>();
        if (json.IsNull)
            return tokens;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var others = 0;
        foreach (var item in json.Items())
        {
            var content = item["content"].Text();
            if (content.Length > AddedTokenLimit)
                throw item.Wrong($"a token of {content.Length} characters; the longest that is taken has {AddedTokenLimit}");
            if (content.Length == 0 || !seen.Add(content))
                continue;
            var special = item["special"].Flag(false);
            tokens.Add(new AddedToken(
                vocabulary.Find(content) ?? vocabulary.Count + others++, content, special, item["lstrip"].Flag(false), item["rstrip"].Flag(false),
                item["single_word"].Flag(false), item["normalized"].Flag(!special)));
        }
        return tokens;
    }
}

/// <summary>What a tokenizer.json holds.</summary>
internal sealed record TokenizerParts(
    string Source, string ModelType, Vocabulary Vocabulary, ITokenModel Model, INormalizer? Normalizer,
    IReadOnlyList<IPreTokenizer> PreTokenizers, IReadOnlyList<AddedToken> AddedTokens, TokenTemplate Template, Decoders.IDecoder? Decoder);
