using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.Codenames;

/// <summary>
/// Makes codenames' instances: boards of 25 words from a list of themes. The experiments differ in what makes a board hard:
/// the number of assassins, the opponent's speed, and whether words of one theme are of one side.
/// </summary>
internal static class CodenamesInstances
{
    private const int InstancesInExperiment = 10;
    private const int TeamWords = 9;
    private const int OpponentWords = 8;
    private const int OtherWords = 8;

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var themes = resources.ReadTable("themes.en.txt").Select(theme => theme.Items).ToArray();
        var prompts = new JsonMap([
            new("cluegiver_initial", resources.ReadText("cluegiver.first.en.template")),
            new("guesser_initial", resources.ReadText("guesser.first.en.template")),
            new("cluegiver_next", resources.ReadText("cluegiver.next.en.template")),
            new("guesser_next", resources.ReadText("guesser.next.en.template"))]);
        return
        [
            Make("plain_en", "Baseline", 1, 1, Mixed),
            Make("assassins_en", "Risk", 1, 5, Mixed),
            Make("fast_opponent_en", "Opponent Difficulty", 2, 1, Mixed),
            Make("themes_apart_en", "Word Assignments", 1, 1, Apart),
            Make("themes_shared_en", "Word Assignments", 1, 1, Shared),
        ];

        ExperimentDraft Make(string name, string variable, int difficulty, int assassins, Func<List<string>> draw) => new(
            name,
            new([
                new("variable", variable),
                new("opponent difficulty", (long)difficulty),
                new("assignments", new JsonMap([
                    new(CodenamesBoard.Team, (long)TeamWords),
                    new(CodenamesBoard.Opponent, (long)OpponentWords),
                    new(CodenamesBoard.Innocent, (long)(OtherWords - assassins)),
                    new(CodenamesBoard.Assassin, (long)assassins)])),
                new("prompts", prompts),
                new("flags", new JsonMap([
                    new(CodenamesFlags.IgnoreRambling, false),
                    new(CodenamesFlags.IgnoreFalseWords, false),
                    new(CodenamesFlags.RepromptOnError, false),
                    new(CodenamesFlags.StripWords, true),
                    new(CodenamesFlags.IgnoreNumber, false)]))]),
            [.. Enumerable.Range(0, InstancesInExperiment).Select(_ => Instance(draw(), assassins, random))]);

        // Any words of any themes.
        List<string> Mixed() => [.. random.Shuffle(themes.SelectMany(words => words)).Take(TeamWords + OpponentWords + OtherWords)];

        // The words of few themes, one theme after the other: a side has whole themes.
        List<string> Apart() => [.. random.Shuffle(themes).SelectMany(random.Shuffle).Take(TeamWords + OpponentWords + OtherWords)];

        // The words of few themes, dealt out one by one: all sides have some of each.
        List<string> Shared()
        {
            var chosen = random.Shuffle(themes).Take(4).Select(words => random.Shuffle(words)).ToArray();
            return [.. Enumerable.Range(0, TeamWords + OpponentWords + OtherWords).Select(i => chosen[i % chosen.Length][i / chosen.Length])];
        }
    }

    // The words in the order in which they are dealt: the team's, the opponent's, the assassins, the innocent ones.
    private static JsonMap Instance(List<string> words, int assassins, SeededRandom random)
    {
        var board = random.Shuffle(words).ToArray<object?>();
        object?[] Deal(int start, int count) => [.. random.Shuffle(words.GetRange(start, count))];
        return new([
            new("board", board),
            new("assignments", new JsonMap([
                new(CodenamesBoard.Team, Deal(0, TeamWords)),
                new(CodenamesBoard.Opponent, Deal(TeamWords, OpponentWords)),
                new(CodenamesBoard.Innocent, Deal(TeamWords + OpponentWords + assassins, OtherWords - assassins)),
                new(CodenamesBoard.Assassin, Deal(TeamWords + OpponentWords, assassins))]))]);
    }
}
