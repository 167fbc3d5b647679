using System.Text.RegularExpressions;
using Clembench.Scoring.Statistics;

namespace Clembench.Backends;

/// <summary>
/// Errors of the kinds that models make: an answer of another form, which most games abort at, or one with another word in it, which
/// often loses. What becomes of an answer follows from the seed and from what was said, so that a dialogue goes alike every time,
/// whatever is played beside it.
/// </summary>
/// <param name="rate">How probable it is that an answer is spoilt, from 0 to 1.</param>
/// <param name="seed">Another seed spoils other answers.</param>
internal sealed partial class AnswerNoise(double rate, long seed)
{
    // Of ten spoilt answers, so many have another form.
    private const int OfOtherForm = 3;

    private static readonly string[] Preambles = ["Sure! Here is my answer:\n", "Let me think about it. ", "As an assistant, I would say: "];

    /// <summary>Spoils an answer, or does not.</summary>
    /// <param name="answer">The cooperative answer.</param>
    /// <param name="messages">The conversation that it answers.</param>
    /// <returns>What is said.</returns>
    public string Apply(string answer, IReadOnlyList<ChatMessage> messages)
    {
        string[] said = [.. messages.Select(message => message.Content)];
        var random = new SeededRandom(unchecked(SeededRandom.SeedOf(said) + (ulong)seed));
        if (random.Next(1_000_000) >= rate * 1_000_000)
            return answer;
        return random.Next(10) < OfOtherForm
            ? Preambles[random.Next(Preambles.Length)] + answer
            : WithOtherWord(answer, string.Join('\n', said), random);
    }

    // A word takes the place of one of the answer; not of its first, which is a tag in many games. Rather one that stood behind the same
    // word when the rules were told ("Answer: second"), which may well be another answer of the right form; else one of the same length.
    private static string WithOtherWord(string answer, string said, SeededRandom random)
    {
        var words = Words().Matches(answer);
        if (words.Count == 0)
            return "I do not know.";
        var at = words.Count > 1 ? 1 + random.Next(words.Count - 1) : 0;
        var word = words[at].Value;
        string[] heard = [.. Words().Matches(said).Select(match => match.Value)];
        string[] others = at == 0 ? [] : [.. heard.Where((other, place) => place > 0 && heard[place - 1] == words[at - 1].Value && other != word).Distinct()];
        if (others.Length == 0)
            others = [.. heard.Where(other => other.Length == word.Length && other != word).Distinct()];
        return others.Length == 0
            ? "I do not know."
            : string.Concat(answer.AsSpan(0, words[at].Index), others[random.Next(others.Length)], answer.AsSpan(words[at].Index + word.Length));
    }

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
