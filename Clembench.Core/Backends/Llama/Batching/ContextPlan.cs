using Clembench.Common;

namespace Clembench.Backends.Llama.Batching;

/// <summary>How large a context is made.</summary>
/// <param name="Cells">The tokens that the cache holds, of all conversations together.</param>
/// <param name="ConversationTokens">The most tokens of one conversation.</param>
/// <param name="MaxSequences">The most conversations in one batch.</param>
/// <param name="PromptTokens">The most tokens of prompts in one step.</param>
/// <param name="Threads">The threads that compute.</param>
/// <param name="UsesGpu">Whether anything is computed on a GPU.</param>
internal sealed record ContextPlan(int Cells, int ConversationTokens, int MaxSequences, int PromptTokens, int Threads, bool UsesGpu)
{
    // llama.cpp makes a cache of whole such pieces.
    private const int Piece = 256;

    // A step should not take much longer than a person waits: who joins or leaves has to wait for its end.
    private const int ProcessorPromptTokens = 256;
    private const int GpuPromptTokens = 512;

    // Threads meet many times in each step: below this size they wait for each other longer than they compute.
    private const long SmallModel = 8 << 20;

    // What a cache takes without being asked to, and what part of the memory that the weights leave.
    private const long MostBytes = 4L << 30;
    private const int LargestShare = 2;
    private const int LeastCells = 512;

    /// <summary>Plans.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="file">The model's file.</param>
    /// <param name="availableBytes">The memory of this machine that may be used.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ClemException">An option is out of range.</exception>
    public static ContextPlan Make(LlamaLoadOptions options, LlamaModelFile file, long availableBytes)
    {
        options.Check();
        var threads = options.Threads ?? (file.WeightBytes < SmallModel ? 1 : Environment.ProcessorCount);
        var room = Math.Max(0, availableBytes - file.WeightBytes) / Math.Max(1, file.CellBytes);
        var most = options.ContextSize ?? file.ContextLength;
        // One conversation gets what it was promised, as far as there is memory at all; more of them what is sparing.
        var one = Math.Min(most, options.ContextSize is null ? Math.Max(MostBytes / Math.Max(1, file.CellBytes), LeastCells) : long.MaxValue);
        var sparing = Math.Min(room / LargestShare, MostBytes / Math.Max(1, file.CellBytes));
        var cells = Math.Max(Math.Min((long)most * options.MaxSequences, sparing), Math.Min(one, Math.Max(LeastCells, room / 4 * 3)));
        // These models' rotary factors depend on the size of the whole cache: one that is made longer would change the model.
        if (file.HasRopeFactors && most <= file.OriginalContextLength)
            cells = Math.Min(cells, file.OriginalContextLength);
        cells = Math.Min((cells + Piece - 1) / Piece * Piece, int.MaxValue / Piece * Piece);
        return new ContextPlan(
            (int)cells, (int)Math.Min(most, cells), options.MaxSequences, options.GpuLayers == 0 ? ProcessorPromptTokens : GpuPromptTokens, threads, options.GpuLayers != 0);
    }

    /// <summary>A plan with half the cache, for where memory did not suffice.</summary>
    /// <returns>The plan; null where one conversation would not have what it was promised.</returns>
    public ContextPlan? Smaller() =>
        Cells / 2 / Piece * Piece is var cells && cells >= ConversationTokens && cells >= Piece ? this with { Cells = cells } : null;
}
