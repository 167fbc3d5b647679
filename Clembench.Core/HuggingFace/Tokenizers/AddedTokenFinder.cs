using System.Buffers;
using System.Text;
using Clembench.HuggingFace.Tokenizers.Models;
using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost, of those the longest, and so on behind it.</summary>
internal sealed class AddedTokenFinder
{
    private readonly List<AddedToken> _tokens = [];
    private readonly CharTrie _trie = new();
    private readonly SearchValues<char> _starts;

    /// <summary>Prepares the search.</summary>
    /// <param name="tokens">The tokens, each with the text that is looked for. Of two with the same text, the first counts.</param>
    public AddedTokenFinder(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        var (seen, starts) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<char>());
        foreach (var (text, token) in tokens)
        {
            if (text.Length == 0 || !seen.Add(text))
                continue;
            starts.Add(text[0]);
            _trie.Add(text, _tokens.Count);
            _tokens.Add(token);
        }
        _starts = SearchValues.Create([.. starts]);
    }

    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>Cuts a text into added tokens and what is between them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isAllowed">Whether a token may be taken from here to there (excluded); others are passed over as if they were not known.</param>
    /// <param name="section">Called for each part in order: the token or null, and its place.</param>
    public void Cut(string text, Func<AddedToken, int, int, bool> isAllowed, Action<AddedToken?, int, int> section)
    {
        var taken = 0;
        for (var at = 0; at < text.Length;)
        {
            var skip = text.AsSpan(at).IndexOfAny(_starts);
            if (skip < 0)
                break;
            at += skip;
            if (LongestAt(text, at, isAllowed) is not var (token, length))
            {
                at++;
                continue;
            }
            var (start, end) = (at, at + length);
            at = end;
            if (token.SingleWord && (EndsWithWord(text.AsSpan(0, start)) || StartsWithWord(text.AsSpan(end))))
                continue;
            if (token.Lstrip)
                start = Math.Max(text.AsSpan(0, start).TrimEnd().Length, taken);
            if (token.Rstrip)
                end = text.Length - text.AsSpan(end).TrimStart().Length;
            if (taken < start)
                section(null, taken, start);
            section(token, start, end);
            taken = end;
        }
        if (taken < text.Length)
            section(null, taken, text.Length);
    }

    private (AddedToken Token, int Length)? LongestAt(string text, int at, Func<AddedToken, int, int, bool> isAllowed)
    {
        (AddedToken, int)? longest = null;
        var node = CharTrie.Start;
        for (var end = at; end < text.Length;)
        {
            node = _trie.Next(node, text[end++]);
            if (node == 0)
                break;
            if (_trie.Value(node) is >= 0 and var index && isAllowed(_tokens[index], at, end))
                longest = (_tokens[index], end - at);
        }
        return longest;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && UnicodeSets.Word.Contains(rune.Value);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && UnicodeSets.Word.Contains(rune.Value);
}
