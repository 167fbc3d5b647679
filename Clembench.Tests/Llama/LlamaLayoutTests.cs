using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Clembench.Backends.Llama.Native;

namespace Clembench.Tests.Llama;

/// <summary>Libraries whose structures are not those of the binding: functions of the same names that return others.</summary>
public sealed unsafe class LlamaLayoutTests
{
    [Fact]
    public void Structures_of_our_length_with_our_defaults_are_taken() => LlamaLayout.FindDifference(ModelFunction, ContextFunction).ShouldBeNull();

    [SkippableFact]
    public void Longer_structures_are_refused_and_harm_nothing()
    {
        Skip.If(RuntimeInformation.ProcessArchitecture != Architecture.X64, "The length of structures is measured on x64.");
        // What lies behind a structure of our length would be overwritten.
        LlamaLayout.FindDifference(LongModelFunction, ContextFunction).ShouldNotBeNull().ShouldContain("llama_model_params has 1600 bytes, and ");
        LlamaLayout.FindDifference(ModelFunction, LongContextFunction).ShouldNotBeNull().ShouldContain("llama_context_params has 1600 bytes, and ");
    }

    [SkippableFact]
    public void Shorter_structures_are_refused()
    {
        Skip.If(RuntimeInformation.ProcessArchitecture != Architecture.X64, "The length of structures is measured on x64.");
        LlamaLayout.FindDifference(ShortModelFunction, ContextFunction).ShouldNotBeNull().ShouldContain("llama_model_params has 40 bytes");
    }

    [Fact]
    public void Other_defaults_are_refused()
    {
        LlamaLayout.FindDifference(OtherModelFunction, ContextFunction).ShouldBe("its llama_model_params has other defaults");
        LlamaLayout.FindDifference(ModelFunction, OtherContextFunction).ShouldBe("its llama_context_params has other defaults");
    }

    private static nint ModelFunction => (nint)(delegate* unmanaged[Cdecl]<LlamaModelParams>)&Model;

    private static nint OtherModelFunction => (nint)(delegate* unmanaged[Cdecl]<LlamaModelParams>)&OtherModel;

    private static nint ContextFunction => (nint)(delegate* unmanaged[Cdecl]<LlamaContextParams>)&Context;

    private static nint OtherContextFunction => (nint)(delegate* unmanaged[Cdecl]<LlamaContextParams>)&OtherContext;

    private static nint LongModelFunction => (nint)(delegate* unmanaged[Cdecl]<Long>)&LongModel;

    private static nint LongContextFunction => (nint)(delegate* unmanaged[Cdecl]<Long>)&LongContext;

    private static nint ShortModelFunction => (nint)(delegate* unmanaged[Cdecl]<Short>)&ShortModel;

    private static LlamaModelParams ModelDefaults() => new() { GpuLayers = -1, SplitMode = 1, LoadMode = -1, LazyMode = 1, UseExtraBuffers = 1 };

    private static LlamaContextParams ContextDefaults() => new()
    {
        ContextSize = 512,
        BatchSize = 2048,
        MicroBatchSize = 512,
        MaxSequences = 1,
        MaxOutputsPerSequence = 1,
        Threads = 4,
        BatchThreads = 4,
        RopeScalingType = -1,
        PoolingType = -1,
        AttentionType = -1,
        FlashAttention = -1,
        YarnExtensionFactor = -1,
        YarnAttentionFactor = -1,
        YarnBetaFast = -1,
        YarnBetaSlow = -1,
        DefragmentationThreshold = -1,
        KeyType = 1,
        ValueType = 1,
        OffloadAttention = 1,
        NoPerformanceCounters = 1,
        OffloadOperations = 1,
        FullWindowCache = 1,
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static LlamaModelParams Model() => ModelDefaults();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static LlamaModelParams OtherModel() => ModelDefaults() with { MainGpu = 1 };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static LlamaContextParams Context() => ContextDefaults();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static LlamaContextParams OtherContext() => ContextDefaults() with { ValueType = 2 };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Long LongModel()
    {
        var all = default(Long);
        *(LlamaModelParams*)&all = ModelDefaults();
        return all;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Long LongContext()
    {
        var all = default(Long);
        *(LlamaContextParams*)&all = ContextDefaults();
        return all;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Short ShortModel() => default;

    [InlineArray(200)]
    private struct Long
    {
        private long _first;
    }

    [InlineArray(5)]
    private struct Short
    {
        private long _first;
    }
}
