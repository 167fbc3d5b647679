using Clembench.Common;

namespace Clembench.Templates.Checkpoints;

/// <summary>What kind of place a checkpoint was read from.</summary>
public enum CheckpointKind
{
    /// <summary>A repository of the Hugging Face hub.</summary>
    Hub,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A single <c>tokenizer_config.json</c> under another name.</summary>
    File,

    /// <summary>A GGUF file.</summary>
    Gguf,
}

/// <summary>
/// What a checkpoint's configuration says about chat: its templates, its special tokens, how it ends an answer, how long
/// its context is. Read from transformers' files, or from the metadata of a GGUF file.
/// </summary>
public sealed record Checkpoint
{
    /// <summary>The file, folder, or repository that it was read from.</summary>
    public required string Location { get; init; }

    /// <summary>What kind of place that is.</summary>
    public required CheckpointKind Kind { get; init; }

    /// <summary>A name for it: the repository's, folder's or file's own.</summary>
    public required string Name { get; init; }

    /// <summary>The repository's id; null for files of this machine.</summary>
    public string? HuggingFaceId { get; init; }

    /// <summary>The GGUF file's name in the repository; null for others.</summary>
    public string? FileName { get; init; }

    /// <summary>The commit that was read; null where it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>Whether the repository is gated, so that its files need a key.</summary>
    public bool IsGated { get; init; }

    /// <summary>The chat templates by name; the one that is used is called <c>default</c>.</summary>
    public IReadOnlyDictionary<string, string> ChatTemplates { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that the templates come from; null where there are none.</summary>
    public string? ChatTemplateSource { get; init; }

    /// <summary>The special tokens that a template sees as variables: <c>bos_token</c>, <c>eos_token</c>, …, in the order of the files.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; init; } = new Dictionary<string, string>();

    /// <summary>Further special tokens (<c>additional_special_tokens</c>).</summary>
    public IReadOnlyList<string> AdditionalSpecialTokens { get; init; } = [];

    /// <summary>The tokens added to the vocabulary, by number.</summary>
    public IReadOnlyDictionary<int, string> AddedTokens { get; init; } = new Dictionary<int, string>();

    /// <summary>The tokenizer's class, such as <c>LlamaTokenizer</c>; of a GGUF file, its model and pre-tokenizer.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>Whether the tokenizer puts a BOS token before a text; null where the configuration does not say.</summary>
    public bool? AddBosToken { get; init; }

    /// <summary>The tokenizer's longest text in tokens; null where it has no limit.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary>The length of the model's context in tokens; null where it is not known.</summary>
    public int? ContextSize { get; init; }

    /// <summary>The model's architecture, such as <c>LlamaForCausalLM</c>; null where it is not known.</summary>
    public string? Architecture { get; init; }

    /// <summary>The numbers of the tokens at which generation ends.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>Whether there is a file with the whole tokenizer (<c>tokenizer.json</c>, or the GGUF file itself).</summary>
    public bool HasTokenizer { get; init; }

    /// <summary>The vocabulary file of the slow tokenizer class, where that is all there is; null otherwise.</summary>
    public string? SlowVocabularyFile { get; init; }

    /// <summary>The template that is used: <c>default</c>, or the only one.</summary>
    public string? ChatTemplate =>
        ChatTemplates.GetValueOrDefault("default") ?? (ChatTemplates.Count == 1 ? ChatTemplates.Values.First() : null);

    /// <summary>The BOS token; null where there is none.</summary>
    public string? BosToken => SpecialTokens.GetValueOrDefault("bos_token") is { Length: > 0 } token ? token : null;

    /// <summary>The EOS token; null where there is none.</summary>
    public string? EosToken => SpecialTokens.GetValueOrDefault("eos_token") is { Length: > 0 } token ? token : null;

    internal Func<CancellationToken, Task<CheckpointTokenizer>> Load { private get; init; } = null!;

    // What is known of the vocabulary without the tokenizer; null where one comes with the other.
    internal Vocabulary? OwnVocabulary { private get; init; }

    /// <summary>Loads the tokenizer, where there is one, or what is known of its vocabulary.</summary>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ClemException">There is a file, and it cannot be read.</exception>
    public Task<CheckpointTokenizer> LoadTokenizerAsync(CancellationToken cancellationToken) => Load(cancellationToken);

    /// <summary>Loads what is known of the vocabulary, and nothing else: no native library, even where one does the tokenising.</summary>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The vocabulary.</returns>
    /// <exception cref="ClemException">There is a file, and it cannot be read.</exception>
    public async Task<Vocabulary> LoadVocabularyAsync(CancellationToken cancellationToken) =>
        OwnVocabulary ?? (await Load(cancellationToken).ConfigureAwait(false)).Vocabulary;

    /// <inheritdoc />
    public override string ToString() => Location;
}
