using System.Buffers;
using System.Text.RegularExpressions;
using Clembench.Games.Words;
using Clembench.Json;

namespace Clembench.Games.Codenames;

/// <summary>What a player's response says; or, with an <paramref name="Error"/>, why it cannot be taken.</summary>
/// <param name="Clue">The clue giver's clue.</param>
/// <param name="Words">The words that are targeted or guessed.</param>
/// <param name="Error">The content of the record's <c>validation error</c>.</param>
internal sealed partial record CodenamesAnswer(string Clue, IReadOnlyList<string> Words, JsonMap? Error)
{
    private const string ClueGiver = "Cluegiver";
    private const string Guesser = "Guesser";
    private const string CluePrefix = "CLUE: ";
    private const string TargetsPrefix = "TARGETS: ";
    private const string GuessPrefix = "GUESS: ";
    private const string Stripped = " .,<>\"'";

    private static readonly SearchValues<char> StrippedCharacters = SearchValues.Create(Stripped);

    /// <summary>Reads the clue giver's response: two lines, <c>CLUE: word</c> and <c>TARGETS: word, word</c>.</summary>
    public static CodenamesAnswer ParseClue(string response, CodenamesBoard board, CodenamesFlags flags)
    {
        response = CommaWithoutBlank().Replace(response, ", ");
        CodenamesAnswer Fail(string type, string message, params ReadOnlySpan<(string, object?)> details) =>
            Failed(ClueGiver, type, response, message, details);

        var lines = response.Split('\n');
        if (lines.Length > 2 && !flags.TryEngage(CodenamesFlags.IgnoreRambling))
            return Fail("rambling error", "Your answer contained more than two lines, please only give one clue and your targets on two separate lines.");
        if (FindLine(lines, CluePrefix) is not { } clue)
            return Fail("prefix error", $"Your clue did not start with the correct prefix ({CluePrefix}).", ("prefix", CluePrefix));
        if (FindLine(lines, TargetsPrefix) is not { } list)
            return Fail("prefix error", $"Your targets did not start with the correct prefix ({TargetsPrefix}).", ("prefix", TargetsPrefix));

        clue = clue.ToLowerInvariant();
        if (!TryClean(ref clue, flags))
        {
            return Fail(
                "clue contains non-alphabetical characters",
                $"Clue '{clue}' contains non-alphabetical characters, please give a correct single English word.", ("clue", clue));
        }

        if (NumberOfTargets().IsMatch(clue))
        {
            if (!flags.TryEngage(CodenamesFlags.IgnoreNumber))
            {
                // clemcore puts this one down to the guesser.
                return Failed(
                    Guesser, "clue line contains the number of targets", response,
                    "Only provide the clue word and the target words in the requested format, do not add the number of targets on your own.",
                    ("clue", clue));
            }

            clue = clue.Trim(' ', ',', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        }

        // Only the clue must be clean where the experiment does not have words stripped.
        var targets = new List<string>();
        foreach (var item in list.Split(", "))
        {
            var target = item;
            _ = TryClean(ref target, flags);
            targets.Add(target.ToLowerInvariant());
        }

        if (clue.Contains(' ', StringComparison.Ordinal))
            return Fail("clue contains spaces", $"Clue '{clue}' contains spaces and thus is not a single word.", ("clue", clue));
        var hidden = board.HiddenWords;
        if (hidden.FirstOrDefault(word => NounForms.AreSame(clue, word)) is { } similar)
        {
            return Fail(
                "clue is morphologically related to word on the board",
                $"Your clue '{clue}' is morphologically similar to the word {similar}, please choose another clue word.",
                ("clue", clue), ("similar_board_word", similar));
        }

        var previous = board.RevealedByTeam;
        foreach (var target in targets)
        {
            if (!hidden.Contains(target) && !flags.TryEngage(CodenamesFlags.IgnoreFalseWords))
            {
                return previous.Contains(target)
                    ? Fail(
                        "target was already guessed", $"Targeted word '{target}' was already guessed, pay attention to the newly provided list of remaining words.",
                        ("target", target), ("previous_targets", ToList(previous)))
                    : Fail(
                        "target is hallucination", $"Targeted word '{target}' was not listed, you can only target words provided in the lists.",
                        ("target", target), ("previous_targets", ToList(previous)), ("remaining_words", ToList(hidden)));
            }

            if (targets.Count(other => other == target) > 1 && !flags.TryEngage(CodenamesFlags.IgnoreFalseWords))
            {
                return Fail(
                    "target appears more than once in utterance", $"Targeted word '{target}' was targeted more than once, put each target only once.",
                    ("target", target), ("remaining_words", ToList(hidden)));
            }
        }

        var known = targets.Where(hidden.Contains).ToList();
        return known.Count > 0 ? new(clue, known, null) : Fail(
            "no correct target",
            "All of your targets are invalid. You can only choose words as targets from the remaining words and at least one target has to be valid.",
            ("targets", ToList(targets)), ("remaining_words", ToList(hidden)));
    }

    /// <summary>Reads the guesser's response: one line, <c>GUESS: word, word</c>.</summary>
    public static CodenamesAnswer ParseGuess(string response, string clue, int allowed, CodenamesBoard board, CodenamesFlags flags)
    {
        var utterance = CommaWithoutBlank().Replace(response, ", ");
        CodenamesAnswer Fail(string type, string message, params ReadOnlySpan<(string, object?)> details) =>
            Failed(Guesser, type, utterance, message, details);

        var lines = utterance.Split('\n');
        if (lines.Length > 1 && !flags.TryEngage(CodenamesFlags.IgnoreRambling))
            return Fail("rambling error", "Your answer contained more than one line, please only give one round of guesses on one line.");
        if (FindLine(lines, GuessPrefix) is not { } list)
            return Fail("prefix error", $"Your guesses did not start with the correct prefix ({GuessPrefix}).", ("prefix", GuessPrefix));

        // From here on the record has the utterance without its prefix.
        utterance = list;
        var guesses = new List<string>();
        foreach (var item in list.Split(", "))
        {
            var guess = item;
            if (!TryClean(ref guess, flags))
            {
                return Fail(
                    "guess contains non-alphabetical characters",
                    $"Guessed word '{guess}' contains invalid characters, only put your target word, no other characters around it (apart from commas).",
                    ("guess", guess));
            }

            guesses.Add(guess.ToLowerInvariant());
        }

        if (guesses.Count > allowed)
        {
            return Fail(
                "wrong number of guesses", $"You made too many guesses ({guesses.Count}). You are only allowed to make {allowed} guesses!",
                ("guesses", ToList(guesses)), ("number_of_allowed_guesses", (long)allowed));
        }

        var hidden = board.HiddenWords;
        var previous = board.RevealedByTeam;
        foreach (var guess in guesses)
        {
            if (guess == clue && !flags.TryEngage(CodenamesFlags.IgnoreFalseWords))
            {
                return Fail(
                    "guess is clue word", $"Guessed word '{guess}' is the same word as the provided clue word, you should only select words from the provided list.",
                    ("guess", guess), ("clue", clue));
            }

            if (!hidden.Contains(guess) && !flags.TryEngage(CodenamesFlags.IgnoreFalseWords))
            {
                return previous.Contains(guess)
                    ? Fail(
                        "guess was already guessed", $"Guessed word '{guess}' was already guessed previously, pay attention to the newly provided list of remaining words.",
                        ("guess", guess), ("previous_guesses", ToList(previous)))
                    : Fail(
                        "guess word is hallucination", $"Guessed word '{guess}' was not listed, you can only guess words provided in the lists.",
                        ("guess", guess), ("previous_guesses", ToList(previous)), ("remaining_words", ToList(hidden)));
            }

            if (guesses.Count(other => other == guess) > 1 && !flags.TryEngage(CodenamesFlags.IgnoreFalseWords))
            {
                return Fail(
                    "guess appears more than once in utterance", $"Guessed word '{guess}' appears more than once in your answer, put each guessed word only once.",
                    ("guess", guess), ("remaining_words", ToList(hidden)));
            }
        }

        var known = guesses.Where(hidden.Contains).ToList();
        return known.Count > 0 ? new("", known, null) : Fail(
            "no correct guess",
            "All of your guesses are invalid. You can only choose words as guesses from the remaining words and at least one guess has to be valid.",
            ("guesses", ToList(guesses)), ("remaining_words", ToList(hidden)));
    }

    [GeneratedRegex(@",(?=\S)")]
    private static partial Regex CommaWithoutBlank();

    [GeneratedRegex(@", [0-9]+")]
    private static partial Regex NumberOfTargets();

    // Takes characters off both ends of a word that has any of them; false where the experiment does not have it done.
    private static bool TryClean(ref string word, CodenamesFlags flags)
    {
        if (!word.AsSpan().ContainsAny(StrippedCharacters))
            return true;
        if (!flags.TryEngage(CodenamesFlags.StripWords))
            return false;
        word = word.Trim(Stripped.ToCharArray());
        return true;
    }

    // The rest of the first line that begins with the prefix.
    private static string? FindLine(string[] lines, string prefix) =>
        Array.Find(lines, line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];

    private static object?[] ToList(IEnumerable<string> words) => [.. words];

    private static CodenamesAnswer Failed(
        string player, string type, string utterance, string message, params ReadOnlySpan<(string Key, object? Value)> details)
    {
        var error = new OrderedDictionary<string, object?>
        {
            ["player"] = player,
            ["type"] = type,
            ["utterance"] = utterance,
            ["message"] = message,
        };
        foreach (var (key, value) in details)
            error[key] = value;
        return new("", [], new JsonMap(error));
    }
}
