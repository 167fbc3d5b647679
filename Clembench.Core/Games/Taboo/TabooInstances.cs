using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.Taboo;

/// <summary>Makes taboo's instances: one experiment for each list of words, each word with its related ones.</summary>
internal static class TabooInstances
{
    private const int Rounds = 3;
    private const int RelatedWords = 3;
    private static readonly string[] Lists = ["everyday", "abstract"];

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var settings = new JsonMap([
            new("max_turns", (long)Rounds),
            new("describer_initial_prompt", resources.ReadText("describer.en.template")),
            new("guesser_initial_prompt", resources.ReadText("guesser.en.template"))]);
        return [.. Lists.Select(list => new ExperimentDraft(
            $"{list}_en", settings,
            [.. random.Shuffle(resources.ReadTable($"{list}.en.txt")).Select(word => new JsonMap([
                new("target_word", word.Key),
                new("related_word", random.Shuffle(word.Items).Take(RelatedWords).ToArray<object?>())]))]))];
    }
}
