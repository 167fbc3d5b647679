using Clembench.Backends.Llama;
using Clembench.Common;
using Clembench.Gguf;

namespace Clembench.Templates.Checkpoints;

/// <summary>What a GGUF file's metadata say about chat, under the names that llama.cpp gives them.</summary>
internal static class GgufCheckpoint
{
    private const string Prefix = "tokenizer.ggml.";
    private const string Template = "tokenizer.chat_template";
    private const int MostTemplates = 64;

    // The kinds of tokens (llama.cpp: llama_token_type).
    private const long Control = 3;

    private static readonly (string Key, string Name)[] TokenKeys =
    [
        ("bos_token_id", "bos_token"), ("eos_token_id", "eos_token"), ("unknown_token_id", "unk_token"),
        ("seperator_token_id", "sep_token"), ("padding_token_id", "pad_token"), ("cls_token_id", "cls_token"), ("mask_token_id", "mask_token"),
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file's head.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ClemException">The file cannot be read.</exception>
    public static async Task<Checkpoint> ReadAsync(GgufFile file, CancellationToken cancellationToken)
    {
        var tokens = await file.ReadTextsAsync(Prefix + "tokens", cancellationToken).ConfigureAwait(false);
        var kinds = await file.ReadIntegersAsync(Prefix + "token_type", cancellationToken).ConfigureAwait(false);
        var special = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, name) in TokenKeys)
        {
            if (TokenOf(key) is { } text)
                special[name] = text;
        }

        // llama.cpp gives a template the empty text for these two where the vocabulary has none.
        special.TryAdd("bos_token", "");
        special.TryAdd("eos_token", "");
        string[] control = [.. special.Values, .. tokens.Where((_, id) => id < kinds.Count && kinds[id] == Control)];
        var vocabulary = Vocabulary.FromList(tokens, control);
        var architecture = file.GetText("general.architecture");
        var model = file.GetText(Prefix + "model");
        var pre = file.GetText(Prefix + "pre");
        var templates = await ReadTemplatesAsync(file, cancellationToken).ConfigureAwait(false);
        return new Checkpoint
        {
            Location = file.Path,
            Kind = CheckpointKind.Gguf,
            Name = Path.GetFileNameWithoutExtension(file.Path),
            ChatTemplates = templates,
            ChatTemplateSource = templates.Count > 0 ? Template : null,
            SpecialTokens = special,
            TokenizerClass = model is null ? null : pre is null ? model : $"{model} ({pre})",
            // llama.cpp: SentencePiece vocabularies put a BOS token first unless told otherwise.
            AddBosToken = file.GetFlag(Prefix + "add_bos_token") ?? (model == "llama"),
            ContextSize = architecture is not null && file.GetInteger($"{architecture}.context_length") is { } size and > 0 and <= int.MaxValue ? (int)size : null,
            Architecture = architecture,
            EosTokenIds = [.. ((string[])["eos_token_id", "eot_token_id", "eom_token_id"]).Select(IdOf).OfType<int>().Distinct()],
            HasTokenizer = tokens.Count > 0,
            OwnVocabulary = vocabulary,
            Load = token => LoadTokenizerAsync(file.Path, vocabulary, token),
        };

        int? IdOf(string key) => file.GetInteger(Prefix + key) is { } id and >= 0 && id < tokens.Count ? (int)id : null;

        string? TokenOf(string key) => IdOf(key) is { } id ? tokens[id] : null;
    }

    // llama.cpp turns texts into tokens, where its library is there and takes the file.
    private static async Task<CheckpointTokenizer> LoadTokenizerAsync(string path, Vocabulary vocabulary, CancellationToken cancellationToken)
    {
        try
        {
            var tokenizer = await LlamaTokenizer.LoadAsync(path, cancellationToken).ConfigureAwait(false);
            return new CheckpointTokenizer { Vocabulary = vocabulary, Encoder = (text, plain, add, _) => tokenizer.Encode(text, plain, add), Decoder = tokenizer.Decode };
        }
        catch (ClemException error)
        {
            return new CheckpointTokenizer { Vocabulary = vocabulary, Missing = $"'{path}' is tokenised by llama.cpp, which is not to be had here. {error.Message}" };
        }
    }

    private static async Task<Dictionary<string, string>> ReadTemplatesAsync(GgufFile file, CancellationToken cancellationToken)
    {
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        if (file.GetText(Template) is { } main)
            templates["default"] = main;
        foreach (var name in (await file.ReadTextsAsync("tokenizer.chat_templates", cancellationToken).ConfigureAwait(false)).Take(MostTemplates))
        {
            if (file.GetText($"{Template}.{name}") is { } text)
                templates.TryAdd(name, text);
        }

        return templates;
    }
}
