using System.Text.Json;
using Clembench.Templates.Checkpoints;

namespace Clembench.HuggingFace.Conversion;

/// <summary>
/// llama.cpp's name (<c>tokenizer.ggml.pre</c>) for the way in which a byte-level tokenizer cuts texts into words. llama.cpp's
/// converter knows tokenizers by a hash of what they make of one text; here they are known by the expression itself, which
/// is what the name stands for in <c>src/llama-vocab.cpp</c>.
/// </summary>
internal static class PreTokenizerName
{
    /// <summary>The name where the way of cutting is not known: prompts are tokenised by the checkpoint's own tokenizer, not by this.</summary>
    public const string Unknown = "default";

    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Rest = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, string> ByExpression = new(StringComparer.Ordinal)
    {
        [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Rest] = "llama-bpe",
        [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Rest] = "qwen2",
        [@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
            + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"] = "tekken",
    };

    /// <summary>Finds the name.</summary>
    /// <param name="preTokenizer">The member <c>pre_tokenizer</c> of <c>tokenizer.json</c>.</param>
    /// <returns>The name.</returns>
    public static string Find(ConfigValue preTokenizer)
    {
        ConfigValue[] steps = preTokenizer["pretokenizers"] is { Kind: JsonValueKind.Array } list ? [.. list.Items()] : [preTokenizer];
        return steps.Select(step => step["type"].Text()).ToArray() switch
        {
            ["ByteLevel"] when steps[0]["use_regex"].Flag() ?? true => "gpt-2",
            ["Split", "ByteLevel"] when steps[0]["behavior"].Text() == "Isolated" && !(steps[1]["use_regex"].Flag() ?? true)
                && steps[0]["pattern"]["Regex"].Text() is { } expression => ByExpression.GetValueOrDefault(expression, Unknown),
            ["Digits", "ByteLevel"] when steps[0]["individual_digits"].Flag() is true && (steps[1]["use_regex"].Flag() ?? true) => "smollm",
            _ => Unknown,
        };
    }
}
