using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Clembench.Backends.Llama.Native;

namespace Clembench.Backends.Llama.Batching;

/// <summary>llama.cpp's context behind <see cref="IBatchContext"/>. Used by one thread, but for <see cref="Abort"/>.</summary>
internal sealed unsafe class LlamaBatchContext : IBatchContext, IDisposable
{
    // llama.cpp: LLAMA_MAX_SEQ.
    private const int MostSequences = 256;

    private readonly LlamaContextHandle _context;
    private readonly LlamaBatchHandle _batch;
    private readonly LlamaVocabulary _vocabulary;
    private readonly nint _memory;
    // Pinned, and alive as long as this object is: llama.cpp has its address.
    private readonly Pulse[] _pulse;

    private LlamaBatchContext(LlamaContextHandle context, LlamaVocabulary vocabulary, int batchSize, bool canTruncate, int sequences, Pulse[] pulse)
    {
        _context = context;
        _vocabulary = vocabulary;
        _pulse = pulse;
        _batch = new LlamaBatchHandle(batchSize);
        _memory = LlamaApi.llama_get_memory(context);
        CellCount = (int)LlamaApi.llama_n_ctx(context);
        CanTruncate = canTruncate;
        MaxSequences = sequences;
    }

    /// <inheritdoc />
    public int CellCount { get; }

    /// <inheritdoc />
    public bool CanTruncate { get; }

    /// <inheritdoc />
    public int MaxSequences { get; }

    /// <inheritdoc />
    public int Room => _batch.Room;

    /// <inheritdoc />
    public long Operations => Volatile.Read(ref _pulse[0].Operations);

    /// <summary>Makes a context.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vocabulary">Its vocabulary.</param>
    /// <param name="plan">Its sizes.</param>
    /// <returns>The context; null where llama.cpp could not make it, which its log explains.</returns>
    public static LlamaBatchContext? Create(LlamaModelHandle model, LlamaVocabulary vocabulary, ContextPlan plan)
    {
        var pulse = GC.AllocateArray<Pulse>(1, pinned: true);
        var batchSize = plan.PromptTokens + plan.MaxSequences;
        // A recurrent model has a state for each sequence, those of conversations that may go on included.
        var canTruncate = !LlamaApi.llama_model_is_recurrent(model) && !LlamaApi.llama_model_is_hybrid(model);
        var sequences = canTruncate ? MostSequences : Math.Min(2 * plan.MaxSequences, MostSequences);
        var parameters = LlamaApi.llama_context_default_params();
        parameters.ContextSize = (uint)plan.Cells;
        parameters.BatchSize = parameters.MicroBatchSize = (uint)batchSize;
        parameters.MaxSequences = (uint)(canTruncate ? plan.MaxSequences : sequences);
        parameters.MaxOutputs = (uint)plan.MaxSequences;
        parameters.Threads = parameters.BatchThreads = plan.Threads;
        // One pool of cells for all: a common beginning is there once, and a long conversation may take what short ones leave.
        parameters.UnifiedCache = 1;
        // With a sliding window alone, the beginning of a conversation could not be taken up by another one.
        parameters.FullWindowCache = 1;
        parameters.AbortCallback = (nint)(delegate* unmanaged[Cdecl]<Pulse*, byte>)&IsAborted;
        parameters.AbortCallbackData = Marshal.UnsafeAddrOfPinnedArrayElement(pulse, 0);
        // A library for GPUs would compute large batches there although no layer is to be computed there.
        parameters.OffloadOperations = parameters.OffloadAttention = (byte)(plan.UsesGpu ? 1 : 0);
        var context = new LlamaContextHandle(LlamaApi.llama_init_from_model(model, parameters), model);
        if (context.IsInvalid)
        {
            context.Dispose();
            return null;
        }

        var actual = (int)LlamaApi.llama_n_ctx(context);
        // llama.cpp takes no larger batch than the context.
        return new LlamaBatchContext(context, vocabulary, Math.Min(batchSize, actual), canTruncate, sequences, pulse);
    }

    /// <inheritdoc />
    public void Clear() => _batch.Clear();

    /// <inheritdoc />
    public int Add(int token, int position, int sequence, bool output) => _batch.Add(token, position, sequence, output);

    /// <inheritdoc />
    public int Evaluate() => LlamaApi.llama_decode(_context, _batch.Value);

    /// <inheritdoc />
    public ReadOnlySpan<float> GetLogits(int index)
    {
        var logits = LlamaApi.llama_get_logits_ith(_context, index);
        return logits is null ? throw new InvalidOperationException("llama.cpp gave no logits for a token that asked for them.") : new(logits, _vocabulary.Size);
    }

    /// <inheritdoc />
    public bool IsEndOfGeneration(int token) => _vocabulary.IsEndOfGeneration(token);

    /// <inheritdoc />
    public void Copy(int source, int target, int length) => LlamaApi.llama_memory_seq_cp(_memory, source, target, 0, length);

    /// <inheritdoc />
    public void Truncate(int sequence, int length) => LlamaApi.llama_memory_seq_rm(_memory, sequence, length, -1);

    /// <inheritdoc />
    public void Remove(int sequence) => LlamaApi.llama_memory_seq_rm(_memory, sequence, -1, -1);

    /// <inheritdoc />
    public void Abort() => Volatile.Write(ref _pulse[0].Aborts, 1);

    /// <inheritdoc />
    public void Dispose()
    {
        _context.Dispose();
        _batch.Dispose();
    }

    // llama.cpp asks between the operations of a batch, on one thread.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte IsAborted(Pulse* pulse)
    {
        Volatile.Write(ref pulse->Operations, pulse->Operations + 1);
        return Volatile.Read(ref pulse->Aborts);
    }

    private struct Pulse
    {
        public long Operations;
        public byte Aborts;
    }
}
