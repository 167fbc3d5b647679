using System.Buffers;
using Clembench.Games.Words;
using Clembench.Json;

namespace Clembench.Games.Codenames;

/// <summary>What a player's response says; or, with an <paramref name="Error"/>, why it cannot be taken.</summary>
/// <param name="Clue">The clue giver's clue.</param>
/// <param name="Words">The words that are targeted or guessed.</param>
/// <param name="Error">The content of the record's <c>validation error</c>.</param>
internal sealed record CodenamesAnswer(string Clue, IReadOnlyList<string> Words, JsonMap? Error)
{
    private const string CluePrefix = "CLUE: ";
    private const string TargetsPrefix = "TARGETS: ";
    private const string GuessPrefix = "GUESS: ";

    private static readonly SearchValues<char> Stripped = SearchValues.Create(" ,.<>\"'");

    /// <summary>Reads the clue giver's response: two lines, <c>CLUE: word</c> and <c>TARGETS: word, word</c>.</summary>
    public static CodenamesAnswer ParseClue(string response, CodenamesBoard board, CodenamesFlags flags)
    {
        CodenamesAnswer Fail(string type, string message, params ReadOnlySpan<KeyValuePair<string, object?>> details) =>
            Failed("Cluegiver", type, response, message, details);

        var lines = response.Split('\n');
        if (lines.Length > 2)
        {
            if (!flags.TryEngage(CodenamesFlags.IgnoreRambling))
                return Fail("rambling error", "Your answer contained more than two lines, please only give one clue and your targets on two separate lines.");
            lines = [FirstWith(lines, CluePrefix), FirstWith(lines, TargetsPrefix)];
        }

        if (!lines[0].StartsWith(CluePrefix, StringComparison.Ordinal))
            return Fail("prefix error", $"Your clue did not start with the correct prefix ({CluePrefix}).", new("prefix", CluePrefix));
        if (lines.Length < 2 || !lines[1].StartsWith(TargetsPrefix, StringComparison.Ordinal))
            return Fail("prefix error", $"Your targets did not start with the correct prefix ({TargetsPrefix}).", new("prefix", TargetsPrefix));

        var clue = Clean(lines[0][CluePrefix.Length..], flags);
        if (clue.Length == 0)
            return Fail("clue is empty", "Your answer contained no clue word.", new("clue", clue));
        if (clue.Contains(' ', StringComparison.Ordinal))
            return Fail("clue contains spaces", $"Clue '{clue}' contains spaces and thus is not a single word.", new("clue", clue));
        var hidden = board.HiddenWords;
        if (hidden.FirstOrDefault(word => NounForms.AreSame(clue, word)) is { } similar)
        {
            return Fail(
                "clue is morphologically related to word on the board",
                $"Your clue '{clue}' is morphologically similar to the word {similar}, please choose another clue word.",
                new("clue", clue), new("similar_board_word", similar));
        }

        var targets = ReadWords(lines[1][TargetsPrefix.Length..], hidden, flags, out var unknown);
        return unknown is null ? new(clue, targets, null) : Fail(
            "target is hallucination", $"Targeted word '{unknown}' was not listed, you can only target words provided in the lists.",
            new("target", unknown), new("previous_targets", ToList(board.RevealedByTeam)), new("remaining_words", ToList(hidden)));
    }

    /// <summary>Reads the guesser's response: one line, <c>GUESS: word, word</c>.</summary>
    public static CodenamesAnswer ParseGuess(string response, int allowed, CodenamesBoard board, CodenamesFlags flags)
    {
        var utterance = response;
        CodenamesAnswer Fail(string type, string message, params ReadOnlySpan<KeyValuePair<string, object?>> details) =>
            Failed("Guesser", type, utterance, message, details);

        var line = response;
        if (response.Contains('\n', StringComparison.Ordinal))
        {
            if (!flags.TryEngage(CodenamesFlags.IgnoreRambling))
                return Fail("rambling error", "Your answer contained more than one line, please only give one round of guesses on one line.");
            line = FirstWith(response.Split('\n'), GuessPrefix);
        }

        if (!line.StartsWith(GuessPrefix, StringComparison.Ordinal))
            return Fail("prefix error", $"Your guesses did not start with the correct prefix ({GuessPrefix}).", new("prefix", GuessPrefix));

        utterance = line[GuessPrefix.Length..];
        var hidden = board.HiddenWords;
        var guesses = ReadWords(utterance, hidden, flags, out var unknown);
        if (guesses.Count > allowed && !flags.TryEngage(CodenamesFlags.IgnoreNumber))
        {
            return Fail(
                "wrong number of guesses", $"You made too many guesses ({guesses.Count}). You are only allowed to make {allowed} guesses!",
                new("guesses", ToList(guesses)), new("number_of_allowed_guesses", (long)allowed));
        }

        return unknown is null ? new("", guesses, null) : Fail(
            "guess word is hallucination", $"Guessed word '{unknown}' was not listed, you can only guess words provided in the lists.",
            new("guess", unknown), new("previous_guesses", ToList(board.RevealedByTeam)), new("remaining_words", ToList(hidden)));
    }

    // The words of a list; the first one that is not on the board, unless the experiment has such words left out.
    private static List<string> ReadWords(string list, IReadOnlyList<string> hidden, CodenamesFlags flags, out string? unknown)
    {
        var words = list.Split(", ").Select(word => Clean(word, flags)).ToList();
        unknown = words.Find(word => !hidden.Contains(word));
        if (unknown is null || !words.Exists(hidden.Contains) || !flags.TryEngage(CodenamesFlags.IgnoreFalseWords))
            return words;
        unknown = null;
        return [.. words.Where(hidden.Contains)];
    }

    private static string Clean(string word, CodenamesFlags flags)
    {
        if (word.AsSpan().ContainsAny(Stripped) && flags.TryEngage(CodenamesFlags.StripWords))
        {
            var span = word.AsSpan();
            var start = span.IndexOfAnyExcept(Stripped);
            word = start < 0 ? "" : word[start..(span.LastIndexOfAnyExcept(Stripped) + 1)];
        }

        return word.ToLowerInvariant();
    }

    private static string FirstWith(string[] lines, string prefix) =>
        Array.Find(lines, line => line.StartsWith(prefix, StringComparison.Ordinal)) ?? lines[0];

    private static object?[] ToList(IEnumerable<string> words) => [.. words];

    private static CodenamesAnswer Failed(
        string player, string type, string utterance, string message, ReadOnlySpan<KeyValuePair<string, object?>> details) =>
        new("", [], new JsonMap([
            new("player", player),
            new("type", type),
            new("utterance", utterance),
            new("message", message),
            .. details]));
}
