namespace Clembench.Templates.Jinja;

/// <summary>
/// Finds a string in others in linear time. .NET's own search takes the product of both lengths where they are alike and
/// periodic, which a hostile template makes them; short strings are left to it.
/// </summary>
internal sealed class Searcher
{
    private const int Short = 16;

    private readonly string _sought;

    // Of Knuth, Morris and Pratt: for each length of what matched, the longest shorter one that may match still.
    private int[]? _forward;
    private int[]? _backward;

    /// <summary>Prepares a search.</summary>
    /// <param name="rt">The render, which is charged for it.</param>
    /// <param name="sought">The string that is sought; not empty.</param>
    /// <param name="length">How much text is searched in all.</param>
    public Searcher(Runtime rt, string sought, int length)
    {
        _sought = sought;
        // What a character may cost: nearly nothing, a look at a short string, or a step of the automaton.
        rt.Charge(sought.Length <= 2 ? length >> 6 : (length >> 4) + (sought.Length >> 2));
    }

    public static bool Contains(Runtime rt, string text, string sought) =>
        sought.Length == 0 || (sought.Length <= text.Length && new Searcher(rt, sought, text.Length).IndexIn(text) >= 0);

    public int IndexIn(ReadOnlySpan<char> text)
    {
        if (_sought.Length <= Short || _sought.Length > text.Length)
            return text.IndexOf(_sought, StringComparison.Ordinal);
        _forward ??= Table(backward: false);
        var matched = 0;
        for (var i = 0; i < text.Length; i++)
        {
            while (matched > 0 && _sought[matched] != text[i])
                matched = _forward[matched - 1];
            if (_sought[matched] == text[i])
                matched++;
            if (matched == _sought.Length)
                return i - matched + 1;
        }

        return -1;
    }

    public int LastIndexIn(ReadOnlySpan<char> text)
    {
        if (_sought.Length <= Short || _sought.Length > text.Length)
            return text.LastIndexOf(_sought, StringComparison.Ordinal);
        _backward ??= Table(backward: true);
        var matched = 0;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            while (matched > 0 && _sought[^(matched + 1)] != text[i])
                matched = _backward[matched - 1];
            if (_sought[^(matched + 1)] == text[i])
                matched++;
            if (matched == _sought.Length)
                return i;
        }

        return -1;
    }

    /// <summary>How often it stands in a text, without overlaps.</summary>
    public int CountIn(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; IndexIn(text) is var at and >= 0; count++)
            text = text[(at + _sought.Length)..];
        return count;
    }

    private int[] Table(bool backward)
    {
        var table = new int[_sought.Length];
        var matched = 0;
        for (var i = 1; i < table.Length; i++)
        {
            while (matched > 0 && At(matched) != At(i))
                matched = table[matched - 1];
            if (At(matched) == At(i))
                matched++;
            table[i] = matched;
        }

        return table;

        char At(int index) => backward ? _sought[^(index + 1)] : _sought[index];
    }
}
