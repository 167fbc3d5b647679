using System.Runtime.InteropServices;

namespace Clembench.Backends.Llama.Native;

/// <summary>
/// Holds the layouts of our structures against a library. llama.cpp passes them by value and changes them between
/// releases; a library with others would read our fields for its own. Its defaults tell: each of them lies where we expect
/// it, and where it can be measured, the structure is as long as ours.
/// </summary>
public static unsafe class LlamaLayout
{
    private const byte Untouched = 0xA5;
    private const int Room = 512;

    /// <summary>Compares.</summary>
    /// <returns>What differs, as a clause; null where nothing does.</returns>
    public static string? FindDifference()
    {
        var model = LlamaApi.llama_model_default_params();
        var modelDiffers = !(model is
        {
            Devices: 0, TensorBufferOverrides: 0, GpuLayers: -1, SplitMode: 1, LoadMode: -1, LazyMode: 1, MainGpu: 0, TensorSplit: 0,
            ProgressCallback: 0, ProgressCallbackData: 0, MetadataOverrides: 0,
            VocabularyOnly: 0, CheckTensors: 0, UseExtraBuffers: 1, NoHost: 0, NoAllocation: 0, LoadMtp: 0,
        });
        if (modelDiffers)
            return "its llama_model_params has other defaults";
        var context = LlamaApi.llama_context_default_params();
        var contextDiffers = !(context is
        {
            ContextSize: 512, BatchSize: 2048, MicroBatchSize: 512, MaxSequences: 1, RecurrentSnapshots: 0, MaxOutputs: 0, MaxOutputsPerSequence: 1,
            Threads: 4, BatchThreads: 4, ContextType: 0, RopeScalingType: -1, PoolingType: -1, AttentionType: -1, FlashAttention: -1,
            RopeFrequencyBase: 0, RopeFrequencyScale: 0, YarnExtensionFactor: -1, YarnAttentionFactor: -1, YarnBetaFast: -1, YarnBetaSlow: -1,
            YarnOriginalContext: 0, DefragmentationThreshold: -1, EvaluationCallback: 0, EvaluationCallbackData: 0, KeyType: 1, ValueType: 1,
            AbortCallback: 0, AbortCallbackData: 0, Embeddings: 0, OffloadAttention: 1, NoPerformanceCounters: 1, OffloadOperations: 1,
            FullWindowCache: 1, UnifiedCache: 0, Samplers: 0, SamplerCount: 0, OtherContext: 0,
        });
        if (contextDiffers)
            return "its llama_context_params has other defaults";
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return null;
        var llama = LlamaLibrary.Handle;
        return SizeDiffers(NativeLibrary.GetExport(llama, "llama_model_default_params"), sizeof(LlamaModelParams), "llama_model_params")
            ?? SizeDiffers(NativeLibrary.GetExport(llama, "llama_context_default_params"), sizeof(LlamaContextParams), "llama_context_params");
    }

    // On x64 a structure of more than 16 bytes is returned in memory whose address is the hidden first argument: given
    // memory of our own, what the function wrote shows how long its structure is. Bytes of padding may be left alone.
    private static string? SizeDiffers(nint function, int size, string name)
    {
        var memory = stackalloc byte[Room];
        new Span<byte>(memory, Room).Fill(Untouched);
        ((delegate* unmanaged[Cdecl]<byte*, byte*>)function)(memory);
        var written = new ReadOnlySpan<byte>(memory, Room).LastIndexOfAnyExcept(Untouched) + 1;
        return written <= size && written > size - sizeof(nint) ? null : $"its {name} has {written} bytes, and {size} are expected";
    }
}
