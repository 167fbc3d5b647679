using Clembench.Backends.Llama.Native;
using Clembench.Common;

namespace Clembench.Backends.Llama.Batching;

/// <summary>
/// The thread that owns a context. It computes step by step; in each step every conversation that is generating gets its
/// next token, and prompts get what room is left, first come, first served. Whoever comes joins at the next step, whoever
/// is cancelled is gone by then. A conversation whose beginning another one is just computing waits for that, so that a
/// game's prompt is computed once however many episodes begin at once. Where answers become so long that the cache does not
/// suffice for all, the conversation that began last steps back, and goes on when there is room.
/// </summary>
internal sealed class BatchPump
{
    // Fewer common tokens are not worth waiting for.
    private const int WorthWaiting = 16;

    // What llama_decode returns for success, and for what was given up because the engine ends; 1 is a cache without a place
    // for the batch, all else a failure.
    private const int Done = 0;
    private const int Aborted = 2;

    private readonly IBatchContext _context;
    private readonly PrefixCache _cache;
    private readonly int _mostActive;
    private readonly string _name;
    private readonly object _gate = new();
    private readonly List<Conversation> _incoming = [];
    private readonly LinkedList<Conversation> _waiting = [];
    private readonly List<Conversation> _active = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ClemException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _steps;
    private ClemException? _failure;
    private bool _stops;
    private bool _isWoken;

    /// <summary>Starts the thread.</summary>
    /// <param name="context">The context; the thread's own from here on.</param>
    /// <param name="mostActive">The most conversations in one batch.</param>
    /// <param name="name">The model's name, for errors.</param>
    public BatchPump(IBatchContext context, int mostActive, string name)
    {
        _context = context;
        _cache = new PrefixCache(context, context.CellCount);
        _mostActive = mostActive;
        _name = name;
        new Thread(Run) { IsBackground = true, Name = $"llama.cpp: {name}" }.Start();
    }

    /// <summary>A number that grows as long as something is computed.</summary>
    public long Steps => Volatile.Read(ref _steps) + _context.Operations;

    /// <summary>Ends when the thread has come to an end that nobody asked for, with the reason.</summary>
    public Task<ClemException> Failed => _failed.Task;

    /// <summary>Continues a prompt.</summary>
    /// <param name="request">The request; it fits the context.</param>
    /// <param name="cancellationToken">Ends it at the next step.</param>
    /// <returns>What was generated.</returns>
    /// <exception cref="ClemException">The engine has ended, or cannot compute.</exception>
    public async Task<Generated> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken)
    {
        var conversation = new Conversation(request, cancellationToken);
        lock (_gate)
        {
            if (_stops)
                throw _failure ?? Ended();
            _incoming.Add(conversation);
            Monitor.Pulse(_gate);
        }

        // A thread with nothing to compute sleeps, and who waits may be cancelled meanwhile.
        await using var registration = cancellationToken.UnsafeRegister(static pump => ((BatchPump)pump!).Wake(), this).ConfigureAwait(false);
        return await conversation.Result.ConfigureAwait(false);
    }

    /// <summary>Ends the thread: what is being computed is given up.</summary>
    /// <returns>A task that ends when the context is not used any more.</returns>
    public Task StopAsync()
    {
        lock (_gate)
            _stops = true;
        _context.Abort();
        Wake();
        return _ended.Task;
    }

    private ClemException Ended() => new(
        "Clem.Llama.Ended", ErrorKind.NotAvailable, $"The model '{_name}' has been unloaded.", "Load it again.", _name);

    private void Run()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    foreach (var conversation in _incoming)
                        _waiting.AddLast(conversation);
                    _incoming.Clear();
                    if (_stops)
                        break;
                }

                DropCancelled();
                Admit();
                if (_active.Count > 0)
                    Step();
                else
                    Sleep();
            }
        }
#pragma warning disable CA1031 // Whatever it is that this thread cannot go on after, those who wait for it must be told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var failure = new ClemException(
                "Clem.Llama.Failed", ErrorKind.NotAvailable, $"The engine of the model '{_name}' failed: {error.Message}", "Load the model again.", _name, error);
            lock (_gate)
                _failure = failure;
            // Before those who wait are told: who watches over the engine may have something better for them.
            _failed.SetResult(failure);
            EndAll(failure);
        }

        EndAll(Ended());
        _ended.SetResult();
    }

    private void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Sleep()
    {
        lock (_gate)
        {
            while (!_isWoken && !_stops && _incoming.Count == 0)
                Monitor.Wait(_gate);
            _isWoken = false;
        }
    }

    private void EndAll(ClemException error)
    {
        lock (_gate)
        {
            _stops = true;
            foreach (var conversation in _active.Concat(_waiting).Concat(_incoming))
                conversation.Fail(error);
            _active.Clear();
            _waiting.Clear();
            _incoming.Clear();
        }
    }

    private void DropCancelled()
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i] is not { IsCancelled: true } cancelled)
                continue;
            _active.RemoveAt(i);
            _cache.End(cancelled.Sequence!);
            cancelled.Cancel();
        }

        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.IsCancelled)
            {
                _waiting.Remove(node);
                node.Value.Cancel();
            }

            node = next;
        }
    }

    private void Admit()
    {
        for (var node = _waiting.First; node is not null && _active.Count < _mostActive;)
        {
            var next = node.Next;
            var conversation = node.Value;
            var (source, length) = _cache.Find(conversation.Tokens);
            if (!IsBeingComputed(conversation.Tokens, length))
            {
                // Who does not fit now holds up those behind: else short ones would keep a long one out for ever.
                if (!TryBegin(conversation, source, length))
                    break;
                _waiting.Remove(node);
                _active.Add(conversation);
            }

            node = next;
        }
    }

    private bool IsBeingComputed(ReadOnlySpan<int> tokens, int have)
    {
        if (!_context.CanTruncate)
            return false;
        foreach (var other in _active)
        {
            if (!other.IsGenerating && Math.Min(tokens.CommonPrefixLength(other.Tokens), tokens.Length - 1) is var common
                && common >= have + WorthWaiting && other.Sequence!.Length < common)
                return true;
        }

        return false;
    }

    private bool TryBegin(Conversation conversation, CacheSequence? source, int length)
    {
        var promised = _active.Sum(other => other.ReservedCells - other.Sequence!.Length);
        if (!_cache.MakeRoom(promised + conversation.ReservedCells - length, keep: source))
        {
            // With nobody else there, the whole cache is one conversation's, and what it takes up may be in the way too.
            if (_active.Count > 0 || !_cache.MakeRoom(conversation.ReservedCells, keep: null))
                return false;
            (source, length) = _cache.Find(conversation.Tokens);
        }

        conversation.Sequence = _cache.Begin(source, length);
        conversation.CachedTokens ??= length;
        return true;
    }

    private void Step()
    {
        // One cell for each; with fewer, one that is longer than was foreseen has taken what others were to get.
        while (!_cache.MakeCells(_active.Count) && _active.Count > 1)
            StepBack(_active[^1]);
        if (Compute(_active, int.MaxValue) is not (Done or Aborted) and var code)
            ComputeApart(code);
    }

    // What it has stays as long as its room is not needed. It goes on before all who wait.
    private void StepBack(Conversation conversation)
    {
        _active.Remove(conversation);
        _cache.End(conversation.Sequence!);
        conversation.Sequence = null;
        _waiting.AddFirst(conversation);
    }

    private int Compute(IReadOnlyList<Conversation> conversations, int mostOfPrompt)
    {
        if (Fill(conversations, mostOfPrompt) == 0)
            return Done;
        var code = _context.Evaluate();
        Interlocked.Increment(ref _steps);
        if (code == Done)
        {
            for (var i = conversations.Count - 1; i >= 0; i--)
            {
                if (conversations[i] is { OutputIndex: >= 0 } conversation && Advance(conversation))
                    _active.Remove(conversation);
            }
        }
        else if (_context.CanTruncate)
        {
            foreach (var conversation in conversations)
                _cache.Truncate(conversation.Sequence!, conversation.Computed);
        }

        return code;
    }

    // How many tokens are in the batch.
    private int Fill(IReadOnlyList<Conversation> conversations, int mostOfPrompt)
    {
        _context.Clear();
        var count = 0;
        foreach (var conversation in conversations)
        {
            conversation.OutputIndex = -1;
            conversation.Computed = conversation.Sequence!.Length;
        }

        foreach (var conversation in conversations.Where(conversation => conversation.IsGenerating))
            Add(conversation);
        foreach (var conversation in conversations)
        {
            for (var i = 0; i < mostOfPrompt && conversation.Sequence!.Length < conversation.Tokens.Length; i++)
            {
                if (!Add(conversation))
                    break;
            }
        }

        return count;

        // The next token of a conversation, as far as there is room.
        bool Add(Conversation conversation)
        {
            if (_context.Room == 0 || !_cache.MakeCells(1))
                return false;
            var sequence = conversation.Sequence!;
            var token = conversation.Tokens[sequence.Length];
            var isLast = sequence.Length == conversation.Tokens.Length - 1;
            var index = _context.Add(token, sequence.Length, sequence.Id, isLast);
            _cache.Append(sequence, token);
            if (isLast)
                conversation.OutputIndex = index;
            count++;
            return true;
        }
    }

    // Whether the conversation has come to its end.
    private bool Advance(Conversation conversation)
    {
        var token = conversation.Choose(_context.GetLogits(conversation.OutputIndex));
        if (token < 0)
        {
            _cache.Remove(conversation.Sequence!);
            conversation.Fail(new ClemException(
                "Clem.Llama.NotANumber", ErrorKind.InvalidData, $"The model '{_name}' computes numbers that are none (NaN or infinite).",
                "Fetch its file again; if it stays so, the file is damaged, or its precision does not suffice.", _name));
            return true;
        }

        conversation.Add(token);
        var ends = _context.IsEndOfGeneration(token);
        if (!ends && !conversation.IsFull)
            return false;
        _cache.End(conversation.Sequence!);
        conversation.Complete(ends ? LlamaStop.EndOfGeneration : LlamaStop.MaxTokens);
        return true;
    }

    // After a step that failed each conversation is computed by itself, with more room and smaller batches: one that cannot
    // be computed must not end the others.
    private void ComputeApart(int code)
    {
        List<(Conversation Conversation, int Code)> failed = [];
        if (_context.CanTruncate)
        {
            _cache.RemoveIdle();
            foreach (var conversation in _active.ToArray())
            {
                code = Compute([conversation], int.MaxValue);
                if (code is not (Done or Aborted))
                    code = Compute([conversation], 1);
                if (code == Aborted)
                    return;
                if (code != Done)
                    failed.Add((conversation, code));
            }
        }
        else
        {
            // Their state is lost with the step.
            failed.AddRange(_active.Select(conversation => (conversation, code)));
        }

        var lines = string.Join(' ', LlamaLog.TakeErrors());
        foreach (var (conversation, own) in failed)
        {
            _active.Remove(conversation);
            _cache.Remove(conversation.Sequence!);
            conversation.Fail(new ModelCallException(
                "Clem.Llama.DecodeFailed", ErrorKind.NotAvailable, $"llama.cpp could not compute the model '{_name}' (code {own}). {lines}".TrimEnd(),
                "Free memory, or set a smaller context_size or fewer sequences in the model's entry.", _name)
            {
                // Where several fail, it is none of them in particular: what is lacking may be there when fewer are.
                IsTransient = failed.Count > 1,
            });
        }
    }
}

/// <summary>A context of llama.cpp, as the pump sees it.</summary>
internal interface IBatchContext : IKeyValueMemory
{
    /// <summary>How many tokens the cache holds.</summary>
    int CellCount { get; }

    /// <summary>A number that grows while a batch is computed, as far as the library tells. May be read from any thread, at any time.</summary>
    long Operations { get; }

    /// <summary>How many more tokens the batch takes.</summary>
    int Room { get; }

    /// <summary>Empties the batch.</summary>
    void Clear();

    /// <summary>Puts a token into the batch.</summary>
    /// <param name="token">The token's number.</param>
    /// <param name="position">Its place in its sequence.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="output">Whether what follows it is wanted.</param>
    /// <returns>Its place in the batch.</returns>
    int Add(int token, int position, int sequence, bool output);

    /// <summary>Computes the batch.</summary>
    /// <returns>0 for success, 2 where it was given up, else llama.cpp's code of the failure.</returns>
    int Evaluate();

    /// <summary>The model's numbers for what follows a token of the batch.</summary>
    /// <param name="index">The token's place in the batch.</param>
    /// <returns>One for each token of the vocabulary; good until the next step.</returns>
    ReadOnlySpan<float> GetLogits(int index);

    /// <summary>Whether a token ends an answer.</summary>
    /// <param name="token">The token's number.</param>
    /// <returns>Whether it does.</returns>
    bool IsEndOfGeneration(int token);

    /// <summary>Gives up what is being computed. May be called from any thread.</summary>
    void Abort();
}
