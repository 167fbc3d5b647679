using Clembench.Json;

namespace Clembench.Games.Codenames;

/// <summary>
/// What the players are told. The experiment has the templates as <c>prompts</c>; clembench's instances have them as
/// files of the game.
/// </summary>
/// <param name="FirstClue">The clue giver's first prompt, with <c>$team_words</c>, <c>$opponent_words</c>, ….</param>
/// <param name="FirstGuess">The guesser's first prompt, with <c>$board</c>, <c>$clue</c> and <c>$number</c>.</param>
/// <param name="NextClue">The clue giver's prompt of the further rounds.</param>
/// <param name="NextGuess">The guesser's prompt of the further rounds.</param>
internal sealed record CodenamesPrompts(string FirstClue, string FirstGuess, string NextClue, string NextGuess)
{
    /// <summary>The templates of an instance.</summary>
    /// <exception cref="Common.ClemException">There is none.</exception>
    public static CodenamesPrompts Of(GameInstance instance)
    {
        var own = instance.ExperimentProperties.GetOrDefault<JsonMap>("prompts");
        string Find(string key, string file) =>
            own?.GetOrDefault<string>(key) ?? OfficialResources.FindText(instance, file) ?? throw instance.ExperimentLacks(
                $"text 'prompts.{key}', and there is no 'resources/{file}' beside the instance file");
        return new(
            Find("cluegiver_initial", "initial_prompts/prompt_cluegiver.template"),
            Find("guesser_initial", "initial_prompts/prompt_guesser.template"),
            Find("cluegiver_next", "intermittent_prompts/prompt_cluegiver.template"),
            Find("guesser_next", "intermittent_prompts/prompt_guesser.template"));
    }

    /// <summary>The clue giver's prompt with the words that are hidden.</summary>
    public string ForClue(CodenamesBoard board, bool isFirst)
    {
        var text = isFirst ? FirstClue : NextClue;
        foreach (var assignment in new[] { CodenamesBoard.Team, CodenamesBoard.Opponent, CodenamesBoard.Innocent, CodenamesBoard.Assassin })
            text = text.Replace($"${assignment}_words", string.Join(", ", board.Hidden(assignment)), StringComparison.Ordinal);
        return text;
    }

    /// <summary>The guesser's prompt with the words that are hidden.</summary>
    public string ForGuess(CodenamesBoard board, string clue, int number, bool isFirst) => (isFirst ? FirstGuess : NextGuess)
        .Replace("$clue", clue, StringComparison.Ordinal)
        .Replace("$number", $"{number}", StringComparison.Ordinal)
        .Replace("$board", string.Join(", ", board.HiddenWords), StringComparison.Ordinal);

    /// <summary>What became of the guesses of the round before, as a player is told ahead of the next prompt.</summary>
    /// <param name="right">The words that were the team's.</param>
    /// <param name="wrong">The word that was not, with what it is; null where there is none.</param>
    /// <param name="whose">Whose turn ended: <c>Your</c> or <c>Your teammate's</c>.</param>
    public static string Outcome(IReadOnlyList<string> right, (string Word, string Assignment)? wrong, string whose)
    {
        var sentences = new List<string>();
        if (right.Count > 0)
            sentences.Add(right.Count == 1 ? $"The word {right[0]} was guessed correctly." : $"The words {string.Join(", ", right)} were guessed correctly.");
        if (wrong is var (word, assignment))
            sentences.Add($"The word {word} was guessed but is an {assignment} word.");
        sentences.Add($"{whose} turn ended there.\n");
        return string.Join(' ', sentences);
    }
}
