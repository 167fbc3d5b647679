namespace Clembench.Templates.Checkpoints;

/// <summary>
/// The special tokens that a tokenizer class of transformers has where the configuration says nothing: the defaults of the
/// class's constructor. A configuration that says null has none.
/// </summary>
internal static class SpecialTokenDefaults
{
    private static readonly Dictionary<string, (string Name, string Token)[]> Known = new(StringComparer.Ordinal)
    {
        ["LlamaTokenizer"] = [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>")],
        ["CodeLlamaTokenizer"] = [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>")],
        ["GemmaTokenizer"] = [("bos_token", "<bos>"), ("eos_token", "<eos>"), ("unk_token", "<unk>"), ("pad_token", "<pad>")],
        ["GPT2Tokenizer"] = [("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>")],
        ["GPTNeoXTokenizer"] = [("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>")],
        ["Qwen2Tokenizer"] = [("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>"), ("pad_token", "<|endoftext|>")],
        ["BloomTokenizer"] = [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>"), ("pad_token", "<pad>")],
        ["CohereTokenizer"] = [("bos_token", "<BOS_TOKEN>"), ("eos_token", "<|END_OF_TURN_TOKEN|>"), ("unk_token", "<UNK>")],
        ["T5Tokenizer"] = [("eos_token", "</s>"), ("unk_token", "<unk>"), ("pad_token", "<pad>")],
    };

    /// <summary>The defaults of a class.</summary>
    /// <param name="tokenizerClass">The class, with or without <c>Fast</c>; null for none.</param>
    /// <returns>Names such as <c>bos_token</c> and tokens.</returns>
    public static IReadOnlyList<(string Name, string Token)> Of(string? tokenizerClass)
    {
        const string Fast = "Fast";
        var name = tokenizerClass is not null && tokenizerClass.EndsWith(Fast, StringComparison.Ordinal) ? tokenizerClass[..^Fast.Length] : tokenizerClass;
        return name is not null && Known.TryGetValue(name, out var tokens) ? tokens : [];
    }
}
