using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>The file formats that a local model's weights come in.</summary>
public enum WeightsFormat
{
    /// <summary>llama.cpp's: weights, vocabulary, template in one file, or in several that were split.</summary>
    Gguf,

    /// <summary>transformers': weights alone; configuration and tokenizer are files beside them.</summary>
    Safetensors,
}

/// <summary>Which files of this machine an entry's model is made of, as far as they are here.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Format">The weights' format.</param>
public sealed record LocalModelFiles(ModelEntry Entry, WeightsFormat Format)
{
    /// <summary>The absolute paths of the weights' files that are here, in order: the first part of a split GGUF model comes first.</summary>
    public IReadOnlyList<string> Weights { get; init; } = [];

    /// <summary>
    /// The folder with <c>config.json</c> and the tokenizer's files, as an absolute path; null where there is none: GGUF
    /// files have that in themselves.
    /// </summary>
    public string? ConfigurationFolder { get; init; }

    /// <summary>
    /// What says the model's template and tokenizer, as an absolute path: the GGUF file for <c>llamacpp</c>, whatever lies beside it; else the
    /// folder of the configuration, where there is one. Null where it is not here.
    /// </summary>
    public string? CheckpointPath => (Entry.Backend == "llamacpp" ? null : ConfigurationFolder) ?? (Format == WeightsFormat.Gguf && Weights.Count > 0 ? Weights[0] : null);

    /// <summary>Where the files are or come from, for messages: a repository's id, a folder or a file.</summary>
    public required string Location { get; init; }

    /// <summary>Whether the files come from the hub, so that what is missing can be fetched.</summary>
    public bool IsFromHub { get; init; }

    /// <summary>The names of the files that are not here; a pattern where it is not known which file it means.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Whether all files are here.</summary>
    public bool IsComplete => Missing.Count == 0;
}
