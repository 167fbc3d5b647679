namespace Clembench.Games.Wordle;

/// <summary>The colours of a guess's letters, as text: <c>a&lt;green&gt; b&lt;yellow&gt; c&lt;red&gt;</c>.</summary>
internal static class WordleFeedback
{
    /// <summary>
    /// Colours a guess: green where a letter is right, yellow where the target has it elsewhere, red otherwise. A letter
    /// is coloured as often as the target has it: the green ones first, then from left to right.
    /// </summary>
    /// <param name="guess">The guess.</param>
    /// <param name="target">The target, as long as the guess.</param>
    public static string For(string guess, string target)
    {
        var colours = new string[guess.Length];
        var left = new List<char>();
        for (var i = 0; i < guess.Length; i++)
        {
            if (guess[i] == target[i])
                colours[i] = "green";
            else
                left.Add(target[i]);
        }

        for (var i = 0; i < guess.Length; i++)
            colours[i] ??= left.Remove(guess[i]) ? "yellow" : "red";
        return string.Join(' ', colours.Select((colour, i) => $"{guess[i]}<{colour}>"));
    }

    /// <summary>Reads the letters and colours back.</summary>
    /// <param name="feedback">The text.</param>
    public static IReadOnlyList<(char Letter, string Colour)> Parse(string feedback) =>
        [.. feedback.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(part => part.Length > 3).Select(part => (part[0], part[2..^1]))];
}
