namespace Clembench.Backends.Llama.Batching;

/// <summary>
/// What of the cache belongs to whom. Conversations that have ended stay until their room is needed, least recently used
/// first; one that goes on, or another one that begins with the same tokens, takes up what is there. All sequences share
/// one pool of cells: a common beginning is there once. The accounts here mirror llama.cpp's, so that it is never asked for
/// cells that it does not have.
/// </summary>
internal sealed class PrefixCache
{
    private readonly IKeyValueMemory _memory;
    private readonly int[] _users;
    private readonly Stack<int> _freeCells;
    private readonly Stack<int> _freeIds;
    private readonly List<CacheSequence> _sequences = [];
    private long _clock;

    /// <summary>An empty cache.</summary>
    /// <param name="memory">llama.cpp's side of it.</param>
    /// <param name="cells">How many tokens it holds.</param>
    public PrefixCache(IKeyValueMemory memory, int cells)
    {
        _memory = memory;
        _users = new int[cells];
        _freeCells = new Stack<int>(Enumerable.Range(0, cells).Reverse());
        _freeIds = new Stack<int>(Enumerable.Range(0, memory.MaxSequences).Reverse());
    }

    /// <summary>How many tokens there is room for.</summary>
    public int FreeCells => _freeCells.Count;

    /// <summary>The sequences in it.</summary>
    public IReadOnlyList<CacheSequence> Sequences => _sequences;

    /// <summary>Finds the sequence that has most of a prompt's beginning.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The sequence, and how many tokens of it can be taken up; null and 0 where none can.</returns>
    public (CacheSequence? Source, int Length) Find(ReadOnlySpan<int> prompt)
    {
        CacheSequence? best = null;
        var most = 0;
        foreach (var sequence in _sequences)
        {
            // What follows the last token is what the prompt is computed for: that one is never taken from the cache.
            var common = Math.Min(sequence.Tokens.CommonPrefixLength(prompt), prompt.Length - 1);
            if (!_memory.CanTruncate && (common < sequence.Length || sequence.IsActive))
                continue;
            // Of equals one that need not be copied, for nothing else is in it: its own conversation.
            if (common > most || (common == most && common > 0 && !IsTakenAsIs(best!, most) && IsTakenAsIs(sequence, common)))
                (best, most) = (sequence, common);
        }

        return (best, most);
    }

    /// <summary>Makes room for another sequence, from sequences that no conversation is continued in.</summary>
    /// <param name="cells">How many cells are to be free.</param>
    /// <param name="keep">A sequence that has to stay; null for none.</param>
    /// <returns>Whether there is as much room now.</returns>
    public bool MakeRoom(int cells, CacheSequence? keep)
    {
        while (FreeCells < cells || _freeIds.Count == 0)
        {
            if (!RemoveOldest(keep))
                return false;
        }

        return true;
    }

    /// <summary>Makes room for the sequences that are there, from those that no conversation is continued in.</summary>
    /// <param name="cells">How many cells are to be free.</param>
    /// <returns>Whether there is as much room now.</returns>
    public bool MakeCells(int cells)
    {
        while (FreeCells < cells)
        {
            if (!RemoveOldest(keep: null))
                return false;
        }

        return true;
    }

    /// <summary>Takes out all sequences that no conversation is continued in.</summary>
    public void RemoveIdle()
    {
        while (RemoveOldest(keep: null))
        {
        }
    }

    /// <summary>Begins a conversation's sequence. There has to be a free number for it (<see cref="MakeRoom"/>).</summary>
    /// <param name="source">The sequence that has its beginning; null for none.</param>
    /// <param name="length">How many tokens of it are taken up.</param>
    /// <returns>The sequence: the source itself where nothing but that beginning is in it and nobody uses it, else a new one.</returns>
    public CacheSequence Begin(CacheSequence? source, int length)
    {
        var sequence = source is not null && IsTakenAsIs(source, length) ? source : null;
        if (sequence is null)
        {
            sequence = new CacheSequence(_freeIds.Pop());
            _sequences.Add(sequence);
            if (source is not null && length > 0)
            {
                _memory.Copy(source.Id, sequence.Id, length);
                for (var i = 0; i < length; i++)
                {
                    _users[source.Cells[i]]++;
                    sequence.Add(source.Tokens[i], source.Cells[i]);
                }

                source.LastUsed = ++_clock;
            }
        }

        sequence.IsActive = true;
        sequence.LastUsed = ++_clock;
        return sequence;
    }

    /// <summary>Notes a token that is about to be computed.</summary>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="token">The token.</param>
    public void Append(CacheSequence sequence, int token)
    {
        var cell = _freeCells.Pop();
        _users[cell] = 1;
        sequence.Add(token, cell);
    }

    /// <summary>Takes the tokens behind a place out of a sequence that a conversation is continued in.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="length">How many stay.</param>
    public void Truncate(CacheSequence sequence, int length)
    {
        _memory.Truncate(sequence.Id, length);
        Release(sequence.Cells[length..]);
        sequence.Truncate(length);
    }

    /// <summary>Ends a conversation's turn; what was computed stays for the next one.</summary>
    /// <param name="sequence">Its sequence.</param>
    public void End(CacheSequence sequence)
    {
        sequence.IsActive = false;
        sequence.LastUsed = ++_clock;
        if (sequence.Length == 0)
            Remove(sequence);
    }

    /// <summary>Takes a sequence out.</summary>
    /// <param name="sequence">The sequence.</param>
    public void Remove(CacheSequence sequence)
    {
        _memory.Remove(sequence.Id);
        Release(sequence.Cells);
        sequence.Truncate(0);
        sequence.IsActive = false;
        _sequences.Remove(sequence);
        _freeIds.Push(sequence.Id);
    }

    private static bool IsTakenAsIs(CacheSequence sequence, int length) => !sequence.IsActive && sequence.Length == length;

    private void Release(ReadOnlySpan<int> cells)
    {
        foreach (var cell in cells)
        {
            if (--_users[cell] == 0)
                _freeCells.Push(cell);
        }
    }

    private bool RemoveOldest(CacheSequence? keep)
    {
        if (_sequences.Where(sequence => !sequence.IsActive && sequence != keep).MinBy(sequence => sequence.LastUsed) is not { } oldest)
            return false;
        Remove(oldest);
        return true;
    }
}

/// <summary>llama.cpp's cache of keys and values.</summary>
internal interface IKeyValueMemory
{
    /// <summary>Whether the beginning of a sequence can be used without the rest; recurrent models cannot go back.</summary>
    bool CanTruncate { get; }

    /// <summary>How many sequences it tells apart.</summary>
    int MaxSequences { get; }

    /// <summary>Gives a sequence the beginning of another one.</summary>
    /// <param name="source">The sequence that has it.</param>
    /// <param name="target">The sequence that is to have it.</param>
    /// <param name="length">How many tokens.</param>
    void Copy(int source, int target, int length);

    /// <summary>Takes the tokens behind a place out of a sequence; only where it can be gone back in (<see cref="CanTruncate"/>).</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="length">How many tokens stay.</param>
    void Truncate(int sequence, int length);

    /// <summary>Empties a sequence.</summary>
    /// <param name="sequence">The sequence.</param>
    void Remove(int sequence);
}
