namespace Clembench.HuggingFace.Tokenizers.Patterns;

/// <summary>
/// Sorts all code points into the few classes that the sets of a pattern can tell apart: two code points are of one class
/// when every set holds both or neither.
/// </summary>
internal sealed class CodePointClasses
{
    // The letters of the alphabet that a pattern is matched in begin here: plain ASCII, which .NET's regex is fastest with.
    private const int FirstLetter = 0x21;
    private readonly char[] _basic = new char[0x10000];
    private readonly int[] _astralStarts;
    private readonly char[] _astralLetters;
    private readonly Dictionary<CodePointSet, string> _letters = new(ReferenceEqualityComparer.Instance);

    /// <summary>Works out the classes.</summary>
    /// <param name="sets">The sets, each by its reference.</param>
    /// <exception cref="FormatException">There are too many of them.</exception>
    public CodePointClasses(IReadOnlyList<CodePointSet> sets)
    {
        var starts = new SortedSet<int> { 0, 0x10000 };
        foreach (var (first, last) in sets.SelectMany(s => s.Ranges))
        {
            starts.Add(first);
            if (last < CodePointSet.Last)
                starts.Add(last + 1);
        }
        if ((long)starts.Count * sets.Count > 20_000_000)
            throw new FormatException("more character classes than a pattern of a tokenizer has");
        var classes = new Dictionary<string, char>();
        var members = new Dictionary<CodePointSet, SortedSet<char>>(ReferenceEqualityComparer.Instance);
        foreach (var set in sets)
            members[set] = [];
        var (astralStarts, astralLetters) = (new List<int>(), new List<char>());
        var bounds = starts.Append(CodePointSet.Last + 1).ToArray();
        var key = new char[sets.Count];
        for (var i = 0; i + 1 < bounds.Length; i++)
        {
            for (var s = 0; s < sets.Count; s++)
                key[s] = sets[s].Contains(bounds[i]) ? '1' : '0';
            var name = new string(key);
            if (!classes.TryGetValue(name, out var letter))
            {
                if (classes.Count >= 0xD000)
                    throw new FormatException("more kinds of characters than can be told apart");
                classes[name] = letter = (char)(FirstLetter + classes.Count);
                for (var s = 0; s < sets.Count; s++)
                {
                    if (key[s] == '1')
                        members[sets[s]].Add(letter);
                }
            }
            if (bounds[i] >= 0x10000)
            {
                astralStarts.Add(bounds[i]);
                astralLetters.Add(letter);
            }
            else
            {
                _basic.AsSpan(bounds[i], bounds[i + 1] - bounds[i]).Fill(letter);
            }
        }
        _astralStarts = [.. astralStarts];
        _astralLetters = [.. astralLetters];
        foreach (var (set, letters) in members)
            _letters[set] = string.Concat(letters);
    }

    /// <summary>The letters of the classes that make up a set.</summary>
    public string LettersOf(CodePointSet set) => _letters[set];

    /// <summary>The letter of a code point outside the basic plane.</summary>
    public char AstralLetter(int codePoint)
    {
        var index = Array.BinarySearch(_astralStarts, codePoint);
        return _astralLetters[index < 0 ? ~index - 1 : index];
    }

    /// <summary>The letters of the code units of the basic plane.</summary>
    public ReadOnlySpan<char> Basic => _basic;
}
