using System.Runtime.InteropServices;

namespace Clembench.Backends.Llama.Batching;

/// <summary>A sequence in the cache: tokens whose keys and values are computed, of a conversation that goes on or of one that may.</summary>
/// <param name="id">The number that llama.cpp knows it by.</param>
internal sealed class CacheSequence(int id)
{
    private readonly List<int> _tokens = [];
    private readonly List<int> _cells = [];

    /// <summary>The number that llama.cpp knows it by.</summary>
    public int Id { get; } = id;

    /// <summary>The tokens that are computed.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>For each token the cell that holds it; a cell may be several sequences'.</summary>
    public ReadOnlySpan<int> Cells => CollectionsMarshal.AsSpan(_cells);

    /// <summary>How many tokens are computed.</summary>
    public int Length => _tokens.Count;

    /// <summary>Whether a conversation is being continued in it.</summary>
    public bool IsActive { get; set; }

    /// <summary>When it was used last, in steps of the clock of its cache.</summary>
    public long LastUsed { get; set; }

    /// <summary>Adds a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cell">Its cell.</param>
    public void Add(int token, int cell)
    {
        _tokens.Add(token);
        _cells.Add(cell);
    }

    /// <summary>Takes the tokens behind a place away.</summary>
    /// <param name="length">How many stay.</param>
    public void Truncate(int length)
    {
        _tokens.RemoveRange(length, _tokens.Count - length);
        _cells.RemoveRange(length, _cells.Count - length);
    }
}
