namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>
/// Texts with a value each, as a tree over their code units, in one open-addressed hash table of edges (node and letter to
/// node): small, and a step takes one probe.
/// </summary>
internal sealed class CharTrie
{
    private const int Root = 1;

    // Several times the letters of the largest published vocabulary; so many nodes take 250 MB.
    private const int NodeLimit = 4_000_000;
    private ulong[] _edges;
    private int[] _targets;
    private int[] _values;
    private int _edgeCount;
    private int _nodeCount = Root + 1;

    /// <summary>An empty tree. It grows as it is filled, since a file's tokens may be long and alike.</summary>
    public CharTrie() => (_edges, _targets, _values) = (new ulong[16], new int[16], new int[16]);

    /// <summary>The node that every text begins at.</summary>
    public static int Start => Root;

    /// <summary>Adds a text; the value of one that is there already is replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">Its value, 0 or more.</param>
    /// <exception cref="VocabularyTooLargeException">The tree has as many nodes as it may have.</exception>
    public void Add(string text, int value)
    {
        var node = Root;
        foreach (var letter in text)
        {
            var next = Next(node, letter);
            if (next == 0)
            {
                if (_nodeCount >= NodeLimit)
                    throw new VocabularyTooLargeException(NodeLimit);
                next = _nodeCount++;
                Insert(Key(node, letter), next);
            }
            node = next;
        }
        if (node >= _values.Length)
            Array.Resize(ref _values, Math.Max(_nodeCount, _values.Length * 2));
        _values[node] = value + 1;
    }

    /// <summary>The node behind a letter; 0 where no text goes on so.</summary>
    public int Next(int node, char letter)
    {
        var key = Key(node, letter);
        var mask = _edges.Length - 1;
        for (var slot = Slot(key, mask); ; slot = (slot + 1) & mask)
        {
            var edge = _edges[slot];
            if (edge == key)
                return _targets[slot];
            if (edge == 0)
                return 0;
        }
    }

    /// <summary>The value of the text that ends at a node; -1 where none does.</summary>
    public int Value(int node) => node < _values.Length ? _values[node] - 1 : -1;

    private static ulong Key(int node, char letter) => ((ulong)node << 16) | letter;

    private static int Slot(ulong key, int mask) => (int)((key * 0x9E3779B97F4A7C15) >> 32) & mask;

    private void Insert(ulong key, int target)
    {
        if (++_edgeCount * 2 > _edges.Length)
        {
            var (edges, targets) = (_edges, _targets);
            (_edges, _targets) = (new ulong[edges.Length * 2], new int[edges.Length * 2]);
            for (var i = 0; i < edges.Length; i++)
            {
                if (edges[i] != 0)
                    Place(edges[i], targets[i]);
            }
        }
        Place(key, target);
    }

    private void Place(ulong key, int target)
    {
        var mask = _edges.Length - 1;
        var slot = Slot(key, mask);
        while (_edges[slot] != 0)
            slot = (slot + 1) & mask;
        (_edges[slot], _targets[slot]) = (key, target);
    }
}

/// <summary>The tokens of a file have more letters together than are taken.</summary>
internal sealed class VocabularyTooLargeException(int limit) : Exception
{
    public int Limit { get; } = limit;
}
