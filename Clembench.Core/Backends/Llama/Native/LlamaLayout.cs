using System.Runtime.InteropServices;

namespace Clembench.Backends.Llama.Native;

/// <summary>
/// Holds the layouts of our structures against a library. llama.cpp passes them by value and changes them between
/// releases; a library with others would read our fields for its own. Its defaults tell: each of them lies where we expect
/// it, and where it can be measured, the structure is as long as ours. They are asked for with room for far longer structures:
/// the library of another release writes as many bytes as its own structure has.
/// </summary>
public static unsafe class LlamaLayout
{
    private const byte Untouched = 0xA5;
    private const int Room = 4096;

    /// <summary>Compares.</summary>
    /// <returns>What differs, as a clause; null where nothing does.</returns>
    public static string? FindDifference() => FindDifference(
        NativeLibrary.GetExport(LlamaLibrary.Handle, "llama_model_default_params"), NativeLibrary.GetExport(LlamaLibrary.Handle, "llama_context_default_params"));

    /// <summary>Compares what two functions return.</summary>
    /// <param name="modelDefaults"><c>llama_model_default_params</c>.</param>
    /// <param name="contextDefaults"><c>llama_context_default_params</c>.</param>
    /// <returns>What differs, as a clause; null where nothing does.</returns>
    internal static string? FindDifference(nint modelDefaults, nint contextDefaults)
    {
        var memory = stackalloc byte[Room];
        if (SizeDiffers(Call(modelDefaults, memory), sizeof(LlamaModelParams), "llama_model_params") is { } modelSize)
            return modelSize;
        if (*(LlamaModelParams*)memory is not
        {
            Devices: 0, TensorBufferOverrides: 0, GpuLayers: -1, SplitMode: 1, LoadMode: -1, LazyMode: 1, MainGpu: 0, TensorSplit: 0,
            ProgressCallback: 0, ProgressCallbackData: 0, MetadataOverrides: 0,
            VocabularyOnly: 0, CheckTensors: 0, UseExtraBuffers: 1, NoHost: 0, NoAllocation: 0, LoadMtp: 0,
        })
            return "its llama_model_params has other defaults";
        if (SizeDiffers(Call(contextDefaults, memory), sizeof(LlamaContextParams), "llama_context_params") is { } contextSize)
            return contextSize;
        return *(LlamaContextParams*)memory is
        {
            ContextSize: 512, BatchSize: 2048, MicroBatchSize: 512, MaxSequences: 1, RecurrentSnapshots: 0, MaxOutputs: 0, MaxOutputsPerSequence: 1,
            Threads: 4, BatchThreads: 4, ContextType: 0, RopeScalingType: -1, PoolingType: -1, AttentionType: -1, FlashAttention: -1,
            RopeFrequencyBase: 0, RopeFrequencyScale: 0, YarnExtensionFactor: -1, YarnAttentionFactor: -1, YarnBetaFast: -1, YarnBetaSlow: -1,
            YarnOriginalContext: 0, DefragmentationThreshold: -1, EvaluationCallback: 0, EvaluationCallbackData: 0, KeyType: 1, ValueType: 1,
            AbortCallback: 0, AbortCallbackData: 0, Embeddings: 0, OffloadAttention: 1, NoPerformanceCounters: 1, OffloadOperations: 1,
            FullWindowCache: 1, UnifiedCache: 0, Samplers: 0, SamplerCount: 0, OtherContext: 0,
        } ? null : "its llama_context_params has other defaults";
    }

    // What the function wrote, in bytes; null where that cannot be told.
    private static int? Call(nint function, byte* memory)
    {
        var all = new Span<byte>(memory, Room);
        all.Fill(Untouched);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            // A structure of more than 16 bytes is returned in memory whose address is the hidden first argument: given memory
            // of our own, what the function wrote shows how long its structure is.
            ((delegate* unmanaged[Cdecl]<byte*, byte*>)function)(memory);
            return all.LastIndexOfAnyExcept(Untouched) + 1;
        }

        // Elsewhere (arm64) that address is in a register of its own, which only the call of a function that returns a
        // structure sets. Whether it is that of our memory or of a copy is the compiler's choice.
        *(Returned*)memory = ((delegate* unmanaged[Cdecl]<Returned>)function)();
        return all[^1] == Untouched ? all.LastIndexOfAnyExcept(Untouched) + 1 : null;
    }

    // Bytes of padding may be left alone.
    private static string? SizeDiffers(int? written, int size, string name) =>
        written is null || (written <= size && written > size - sizeof(nint)) ? null : $"its {name} has {written} bytes, and {size} are expected";

    // Longer than the structures of any release.
    private struct Returned
    {
#pragma warning disable CS0169, IDE0051 // The library writes it.
        private fixed byte _bytes[Room];
#pragma warning restore CS0169, IDE0051
    }
}
