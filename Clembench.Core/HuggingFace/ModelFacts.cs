using Clembench.Json;

namespace Clembench.HuggingFace;

/// <summary>Facts that models' files tell under different names.</summary>
internal static class ModelFacts
{
    /// <summary>
    /// What configurations of transformers call the size of the context: most models; GPT-2 and GPT-J; ChatGLM; MPT; CTRL and
    /// early GPT models; and models with code of their own.
    /// </summary>
    public static readonly IReadOnlyList<string> ContextNames =
        ["max_position_embeddings", "n_positions", "seq_length", "max_seq_len", "n_ctx", "max_sequence_length", "max_seq_length"];

    /// <summary>Where models of several kinds of input keep the language model's configuration.</summary>
    public static readonly IReadOnlyList<string> LanguageModels = ["text_config", "llm_config", "language_config"];

    /// <summary>The size of the context by a <c>config.json</c>.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>The number of tokens; null where it is not told.</returns>
    public static long? ContextSize(JsonMap config) =>
        ContextNames.Select(name => config.GetValueOrDefault(name)).OfType<long>().Cast<long?>().FirstOrDefault(size => size > 0)
        ?? LanguageModels.Select(config.GetOrDefault<JsonMap>).OfType<JsonMap>().Select(ContextSize).FirstOrDefault(size => size is not null);

    /// <summary>The backend that loads a file as a model's weights.</summary>
    /// <param name="fileName">The file's name in the repository.</param>
    /// <returns>The backend's name; null where no backend does.</returns>
    public static string? Backend(string fileName)
    {
        var name = fileName[(fileName.LastIndexOf('/') + 1)..];
        // What transformers loads as a model lies at the top and is called model…; adapters and projectors are parts.
        if (name.Length == fileName.Length && name.StartsWith("model", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal))
            return "huggingface_local";
        return name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("mmproj", StringComparison.OrdinalIgnoreCase) ? "llamacpp" : null;
    }
}
