using System.Text.RegularExpressions;

namespace Clembench.Games.Wordle;

/// <summary>An answer of two lines: an explanation, and a word after a tag.</summary>
/// <param name="Explanation">The explanation.</param>
/// <param name="Content">The word, in lower case.</param>
/// <param name="Problem">What is wrong with the answer's form, as the record says it; null where nothing is.</param>
internal readonly record struct WordleAnswer(string Explanation, string Content, string? Problem)
{
    /// <summary>Takes an answer apart.</summary>
    /// <param name="response">The response without outer white space.</param>
    /// <param name="explanationTag">The tag that it begins with.</param>
    /// <param name="contentTag">The tag of the word.</param>
    /// <param name="namedTag">The tag that a complaint about further text names: the guess's, whoever answered.</param>
    public static WordleAnswer Parse(string response, string explanationTag, string contentTag, string namedTag)
    {
        if (!response.StartsWith(explanationTag, StringComparison.Ordinal))
            return Wrong($"The response should always start with the keyword '{explanationTag}'");
        if (response.Count(c => c == '\n') > 1)
            return Wrong($"The response should contain only the '{namedTag}' and '{explanationTag}' keywords and associated information.");
        var explanations = Find(response, explanationTag);
        if (explanations.Count != 1)
            return Wrong($"The response should contain the '{explanationTag}' keyword exactly once.");
        var contents = Find(response, contentTag);
        return contents.Count == 1
            ? new(explanations[0].Groups[1].Value.Trim(), contents[0].Groups[1].Value.Trim().ToLowerInvariant(), null)
            : Wrong($"The response should contain the '{contentTag}' keyword exactly once.");
    }

    private static MatchCollection Find(string response, string tag) =>
        Regex.Matches(response, $"{Regex.Escape(tag)}([^\n]*)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static WordleAnswer Wrong(string problem) => new("", "", problem);
}
