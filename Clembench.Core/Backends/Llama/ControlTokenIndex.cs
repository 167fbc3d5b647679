using System.Buffers;
using System.Text;
using Clembench.Backends.Llama.Native;
using Clembench.Templates;

namespace Clembench.Backends.Llama;

/// <summary>A control token.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Text">Its text.</param>
/// <param name="Attributes">What kind of token it is.</param>
internal readonly record struct ControlToken(int Id, string Text, LlamaTokenAttributes Attributes);

/// <summary>
/// Finds control tokens in texts. It takes no more than their texts and a table of them: a file may have hundreds of
/// thousands.
/// </summary>
internal sealed class ControlTokenIndex
{
    private readonly Dictionary<string, ControlToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ControlToken>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    // For each first letter the lengths of the tokens that begin with it.
    private readonly Dictionary<char, int[]> _lengths;
    private readonly SearchValues<char> _starts;
    private readonly int _longest;

    /// <summary>Prepares the search.</summary>
    /// <param name="tokens">The tokens. Of two with the same text, the first counts.</param>
    public ControlTokenIndex(IEnumerable<ControlToken> tokens)
    {
        var lengths = new Dictionary<char, SortedSet<int>>();
        foreach (var token in tokens)
        {
            if (token.Text.Length == 0 || !_tokens.TryAdd(token.Text, token))
                continue;
            if (!lengths.TryGetValue(token.Text[0], out var those))
                lengths[token.Text[0]] = those = [];
            those.Add(token.Text.Length);
            _longest = Math.Max(_longest, token.Text.Length);
        }

        _lookup = _tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = lengths.ToDictionary(letter => letter.Key, letter => letter.Value.ToArray());
        _starts = SearchValues.Create([.. lengths.Keys]);
    }

    /// <summary>The tokens that occur in a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Each of them once, in the order in which llama.cpp looks for them: the longest first.</returns>
    public IReadOnlyList<ControlToken> In(string text)
    {
        var found = new HashSet<ControlToken>();
        Search(text, 0, text.Length, (token, _) =>
        {
            found.Add(token);
            return false;
        });
        return [.. found.OrderByDescending(token => Encoding.UTF8.GetByteCount(token.Text)).ThenBy(token => token.Id)];
    }

    /// <summary>Whether a piece of a text has a token, also one that begins before the piece, or ends behind it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="span">The piece.</param>
    /// <returns>Whether it has.</returns>
    public bool Touch(string text, TextSpan span) =>
        span.Length > 0 && Search(text, Math.Max(0, span.Start - _longest + 1), span.End, (token, at) => at + token.Text.Length > span.Start);

    // Those that begin from the start up to the end, until one is the one.
    private bool Search(string text, int start, int end, Func<ControlToken, int, bool> isIt)
    {
        for (var at = start; at < end; at++)
        {
            var skip = text.AsSpan(at, end - at).IndexOfAny(_starts);
            if (skip < 0)
                return false;
            at += skip;
            foreach (var length in _lengths[text[at]])
            {
                if (length > text.Length - at)
                    break;
                if (_lookup.TryGetValue(text.AsSpan(at, length), out var token) && isIt(token, at))
                    return true;
            }
        }

        return false;
    }
}
