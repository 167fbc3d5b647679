using Clembench.Common;

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

    /// <summary>The numbers of tokens that end an answer, beside those that the file names. Numbers that the vocabulary does not have mean nothing.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>Whether the model is loaded into this process instead of one of its own.</summary>
    public bool InProcess { get; init; }

    /// <summary>
    /// How long a process of its own may have something to do, and show nothing of it; then it is ended, and its calls are
    /// repeated in another one. Null takes two minutes, and ten while the model is loaded or where a GPU computes.
    /// </summary>
    public TimeSpan? HangLimit { get; init; }

    /// <summary>Is told, on an arbitrary thread, that the loading has come a step further; must not throw. Null where nobody listens.</summary>
    public Action? OnStep { get; init; }

    /// <summary>Looks whether the numbers are possible, before anything is started or loaded.</summary>
    /// <exception cref="ClemException">One is out of range.</exception>
    public void Check()
    {
        InRange(MaxSequences, 1, 256, "sequences");
        InRange(Threads ?? 1, 1, 1024, "threads");
        InRange(GpuLayers, -1, 100_000, "gpu_layers");
        InRange(ContextSize ?? 1, 1, 1 << 28, "context_size");
        // A sign of life comes once a second.
        InRange((int)(HangLimit?.TotalSeconds ?? 2), 2, 10_000_000, "hang_limit");
    }

    private void InRange(int value, int least, int most, string key)
    {
        if (value < least || value > most)
        {
            throw new ClemException(
                "Clem.Llama.BadOption", ErrorKind.InvalidArgument, $"The {key} of the model '{System.IO.Path.GetFileName(Path)}' is {value}; it has to be from {least} to {most}.",
                $"Correct {key} in the model's entry.", key);
        }
    }
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
/// <exception cref="ClemException">The file is damaged or foreign, the native library is missing or another version, or memory does not suffice.</exception>
public delegate Task<ILlamaEngine> LlamaEngineLoader(LlamaLoadOptions options, CancellationToken cancellationToken);
