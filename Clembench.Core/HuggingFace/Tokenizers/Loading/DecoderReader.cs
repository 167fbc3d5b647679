using Clembench.HuggingFace.Tokenizers.Decoders;
using Clembench.HuggingFace.Tokenizers.Normalizers;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>Reads <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderReader
{
    /// <summary>The decoder; null where the file has none.</summary>
    public static IDecoder? ReadOrNull(JsonCursor json) => json.IsNull ? null : Read(json);

    private static IDecoder Read(JsonCursor json) => json.Type switch
    {
        "Sequence" => new DecoderSequence([.. json["decoders"].Items().Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Replace" => new ReplaceDecoder(new ReplaceNormalizer(PatternReader.Read(json["pattern"]), json["content"].Text(), json.Source)),
        "Strip" => new StripDecoder(json["content"].Character(), json["start"].Count(), json["stop"].Count()),
        "Metaspace" => new MetaspaceDecoder(json["replacement"].Character(), PreTokenizerReader.ReadScheme(json)),
        "WordPiece" => new WordPieceDecoder(json["prefix"].IsNull ? "##" : json["prefix"].Text(), json["cleanup"].Flag(true)),
        "BPEDecoder" => new BpeDecoder(json["suffix"].IsNull ? "</w>" : json["suffix"].Text()),
        "CTC" => new CtcDecoder(
            json["pad_token"].IsNull ? "<pad>" : json["pad_token"].Text(),
            json["word_delimiter_token"].IsNull ? "|" : json["word_delimiter_token"].Text(), json["cleanup"].Flag(true)),
        var other => throw TokenizerFault.Unknown(json.Source, json.Path, $"the decoder '{other}' is not known"),
    };
}
