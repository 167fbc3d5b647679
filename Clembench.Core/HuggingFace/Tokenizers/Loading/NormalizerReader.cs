using System.Text;
using Clembench.HuggingFace.Tokenizers.Normalizers;
using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>Reads <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>The normalizer; null where the file has none.</summary>
    public static INormalizer? ReadOrNull(JsonCursor json) => json.IsNull ? null : Read(json);

    private static INormalizer Read(JsonCursor json) => new GrowthLimit(ReadOne(json), json.Source);

    private static INormalizer ReadOne(JsonCursor json)
    {
        switch (json.Type)
        {
            case "Sequence": return new NormalizerSequence([.. json["normalizers"].Items().Select(Read)]);
            case "NFC": return new UnicodeNormalizer(NormalizationForm.FormC);
            case "NFD": return new UnicodeNormalizer(NormalizationForm.FormD);
            case "NFKC": return new UnicodeNormalizer(NormalizationForm.FormKC);
            case "NFKD": return new UnicodeNormalizer(NormalizationForm.FormKD);
            case "Lowercase": return new LowercaseNormalizer();
            case "Strip": return new StripNormalizer(json["strip_left"].Flag(), json["strip_right"].Flag());
            case "StripAccents": return new StripAccentsNormalizer();
            case "Nmt": return new NmtNormalizer();
            case "ByteLevel": return new ByteLevelNormalizer();
            case "Prepend": return new PrependNormalizer(json["prepend"].Text());
            case "Replace": return ReadReplace(json);
            case "Precompiled": return ReadPrecompiled(json["precompiled_charsmap"]);
            case "BertNormalizer":
                var lowercase = json["lowercase"].Flag(true);
                return new BertNormalizer(
                    json["clean_text"].Flag(true), json["handle_chinese_chars"].Flag(true), json["strip_accents"].Flag(lowercase), lowercase);
            default:
                throw TokenizerFault.Unknown(json.Source, json.Path, $"the normalizer '{json.Type}' is not known");
        }
    }

    private static INormalizer ReadReplace(JsonCursor json)
    {
        var (pattern, content) = (json["pattern"], json["content"].Text());
        var literal = pattern["String"];
        return !literal.IsNull && literal.Text().Length > 0 && content.Length <= literal.Text().Length
            ? new TextReplaceNormalizer(literal.Text(), content)
            : new ReplaceNormalizer(PatternReader.Read(pattern), content, json.Source);
    }

    private static PrecompiledNormalizer ReadPrecompiled(JsonCursor json)
    {
        try
        {
            return PrecompiledNormalizer.Read(Convert.FromBase64String(json.Text()));
        }
        catch (FormatException e)
        {
            throw json.Wrong($"the character map cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }
}

/// <summary>Reads a pattern of a tokenizer.json: <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
internal static class PatternReader
{
    public static TokenPattern Read(JsonCursor json)
    {
        var literal = json["String"];
        if (!literal.IsNull)
            return TokenPattern.Literal(literal.Text());
        var regex = json["Regex"];
        try
        {
            return TokenPattern.Parse(regex.Text());
        }
        catch (FormatException e)
        {
            throw TokenizerFault.Unknown(regex.Source, regex.Path, $"the regular expression cannot be used: {e.Message}");
        }
    }
}
