namespace Clembench.Backends.Llama;

/// <summary>How a GGUF model is loaded.</summary>
/// <param name="Path">The file; the first one of a split model.</param>
public sealed record LlamaLoadOptions(string Path)
{
    /// <summary>
    /// The most tokens that one conversation may have; null takes what the model was trained with. Where memory does not
    /// suffice for it, it is less: <see cref="LlamaModelInfo.ContextSize"/> tells.
    /// </summary>
    public int? ContextSize { get; init; }

    /// <summary>How many layers are computed on a GPU; 0 computes on the processor alone, -1 all of them on a GPU where there is one.</summary>
    public int GpuLayers { get; init; }

    /// <summary>The threads that compute; null takes as many as there are processor cores, and one for a model that is so small that they would wait for each other.</summary>
    public int? Threads { get; init; }

    /// <summary>The most conversations in one batch.</summary>
    public int MaxSequences { get; init; } = 16;

    /// <summary>Whether the model is loaded into this process instead of one of its own.</summary>
    public bool InProcess { get; init; }
}

/// <summary>What a loaded model is.</summary>
/// <param name="ContextSize">The tokens that one conversation may have.</param>
/// <param name="VocabularySize">The number of tokens.</param>
/// <param name="ParameterCount">The number of weights.</param>
/// <param name="Description">The model in llama.cpp's words.</param>
public sealed record LlamaModelInfo(int ContextSize, int VocabularySize, long ParameterCount, string Description);

/// <summary>Loads a model: into this process, or into one of its own.</summary>
/// <param name="options">What to load, and how.</param>
/// <param name="cancellationToken">Stops the loading.</param>
/// <returns>The engine; the caller disposes it.</returns>
/// <exception cref="Common.ClemException">The file is damaged or foreign, the native library is missing or another version, or memory does not suffice.</exception>
public delegate Task<ILlamaEngine> LlamaEngineLoader(LlamaLoadOptions options, CancellationToken cancellationToken);
