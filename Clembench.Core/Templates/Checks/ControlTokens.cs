using System.Text.RegularExpressions;

namespace Clembench.Templates.Checks;

/// <summary>
/// Finds control tokens in a text: those that the vocabulary has, and whatever has the form of one, because a template may
/// write tokens that its vocabulary lacks.
/// </summary>
internal sealed partial class ControlTokens
{
    private readonly Dictionary<char, string[]> _known;

    /// <summary>Prepares the search.</summary>
    /// <param name="known">The vocabulary's control tokens.</param>
    public ControlTokens(IEnumerable<string> known) =>
        _known = known.Where(token => token.Trim().Length > 1).GroupBy(token => token[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Length).ToArray());

    /// <summary>Finds the tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="end">Where to end.</param>
    /// <returns>The tokens with their places, in order; the longest at each place.</returns>
    public IEnumerable<(int Start, string Token)> Find(string text, int start, int end)
    {
        for (var at = start; at < end; at++)
        {
            var token = _known.TryGetValue(text[at], out var candidates)
                ? candidates.FirstOrDefault(candidate => at + candidate.Length <= end && string.CompareOrdinal(text, at, candidate, 0, candidate.Length) == 0)
                : null;
            if (token is null && text[at] == '<' && Form().Match(text, at, Math.Min(end - at, 64)) is { Success: true } match && match.Index == at)
                token = match.Value;
            if (token is null)
                continue;
            yield return (at, token);
            at += token.Length - 1;
        }
    }

    /// <summary>Finds the tokens that a template wrote itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="input">The pieces that came from messages.</param>
    /// <returns>The tokens with their places, in order.</returns>
    public IEnumerable<(int Start, string Token)> FindOutside(string text, IReadOnlyList<TextSpan> input)
    {
        var start = 0;
        foreach (var span in input.Append(new TextSpan(text.Length, 0)))
        {
            foreach (var found in Find(text, start, span.Start))
                yield return found;
            start = span.End;
        }
    }

    [GeneratedRegex(@"\G<(?:\|[^|<>\s]{1,48}\|?|｜[^｜<>\s]{1,48}｜|/?s|bos|eos|pad|unk|(?:start|end)_of_turn|[A-Z]+_TOKEN)>")]
    private static partial Regex Form();
}
