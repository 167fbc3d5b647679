using System.Diagnostics;
using System.Runtime.InteropServices;
using Clembench.Backends.Llama;
using Clembench.Tests.Support;

namespace Clembench.Tests.Llama;

/// <summary>Models that come and go: what they took is given back.</summary>
[Collection(MemoryMeasured.Name)]
public sealed partial class LoadCyclesTests
{
    private const int Cycles = 100;

    [SkippableFact]
    public async Task A_hundred_models_loaded_and_unloaded_leave_nothing()
    {
        LlamaEngineTests.SkipWithoutLibraries();
        using var folder = new TemporaryFolder();
        var options = new LlamaLoadOptions(folder.File("model.gguf"));
        // 5 MB of weights, and a cache of 8 MB: a cycle that kept either would show.
        await File.WriteAllBytesAsync(options.Path, RandomModel.Make(contextLength: 512, layers: 4, width: 160));
        await CycleAsync(options, 10);
        var (bytes, handles, threads) = Measure();
        await CycleAsync(options, Cycles);
        var after = Measure();
        (after.Bytes - bytes).ShouldBeLessThan(64 << 20);
        (after.Handles - handles).ShouldBeLessThan(Cycles / 4);
        (after.Threads - threads).ShouldBeLessThan(Cycles / 4);
    }

    private static async Task CycleAsync(LlamaLoadOptions options, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var engine = await LlamaEngine.LoadAsync(options, default);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(j => engine.CompleteAsync(new LlamaRequest(LlamaEngineTests.Prompt($"{j}"), 3), default)));
        }
    }

    private static (long Bytes, int Handles, int Threads) Measure()
    {
        // What is free is given back to the system first: the collector keeps it for later, and so does the C library, for each
        // of the threads that ever asked.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out _))
            _ = TrimMalloc(0);
        using var process = Process.GetCurrentProcess();
        var handles = OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount;
        return (process.WorkingSet64, handles, process.Threads.Count);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMalloc(nuint keep);
}
