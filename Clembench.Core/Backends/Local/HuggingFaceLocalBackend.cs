using Clembench.Backends.Http;
using Clembench.Models;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>
/// The <c>huggingface_local</c> backend: a checkpoint of transformers, with its own chat template and tokenizer. Its
/// weights are computed by llama.cpp: from a GGUF file that the entry names, or from the checkpoint's safetensors,
/// converted once.
/// </summary>
/// <param name="services">Where the files are, and how they are loaded.</param>
public sealed class HuggingFaceLocalBackend(LocalServices services) : LocalBackend(services)
{
    /// <inheritdoc />
    public override string Name => "huggingface_local";

    /// <inheritdoc />
    public override async Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var files = Services.Store.Get(entry);
        // What the entry and the configuration say is found out before minutes of converting and loading.
        var checkpoint = await CheckpointSource.FromPathAsync(files.CheckpointPath!, cancellationToken).ConfigureAwait(false);
        _ = Templates.ChatTemplate.For(checkpoint, custom: null, entry);
        // A GGUF file alone is tokenised where it is computed: its tokenizer is native, and has no business in this process.
        var tokenizer = files.ConfigurationFolder is null || WantsSlowTokenizer(entry, files) ? null : await checkpoint.LoadTokenizerAsync(cancellationToken).ConfigureAwait(false);
        var isSameVocabulary = files.Format == WeightsFormat.Safetensors || files.ConfigurationFolder is null;
        if (!isSameVocabulary && tokenizer is { CanEncode: true })
        {
            await TokenNumbers.CheckAsync(checkpoint, tokenizer.Vocabulary, files.Weights[0], cancellationToken).ConfigureAwait(false);
            isSameVocabulary = true;
        }

        var path = await Services.Weights.GetAsync(files, cancellationToken).ConfigureAwait(false);
        // transformers ends an answer at any token of the list; a GGUF file has keys for three. Of a file that is tokenised by its own
        // vocabulary, and of which nobody knows that it is the checkpoint's, the numbers may be other tokens'.
        var options = LocalModel.LoadOptions(entry, path) with { EndTokens = isSameVocabulary ? checkpoint.EosTokenIds : [] };
        var engine = await Services.Load(options, cancellationToken).ConfigureAwait(false);
        // A checkpoint with a SentencePiece file alone: llama.cpp computes what that says.
        ILocalTokens? tokens = tokenizer is { CanEncode: true } ? new CheckpointTokens(tokenizer) : null;
        return await LocalModel.CreateAsync(entry, checkpoint, engine, tokens, cancellationToken).ConfigureAwait(false);
    }

    // The slow tokenizers are SentencePiece's: where a checkpoint has its file, the converted model tokenises by that.
    private static bool WantsSlowTokenizer(ModelEntry entry, LocalModelFiles files) =>
        entry.Switch("slow_tokenizer") is true && files is { Format: WeightsFormat.Safetensors, ConfigurationFolder: { } folder }
        && File.Exists(Path.Join(folder, "tokenizer.model"));
}
