using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.Wordle;

/// <summary>Makes the instances of wordle and its variants: an experiment for common words, and one for rarer ones.</summary>
internal static class WordleInstances
{
    private const int WordsInExperiment = 20;

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random, bool useClue, bool useCritic)
    {
        var common = resources.ReadTable("targets.common.en.txt");
        var rare = resources.ReadTable("targets.rare.en.txt");
        var words = common.Concat(rare).Select(word => word.Key)
            .Concat(resources.ReadLines("words.en.txt").SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var settings = new JsonMap([
            new("common_config", new JsonMap([
                new("n_turns", 6L),
                new("max_retry_per_error", new JsonMap([new("NOT_VALID_WORD_FOR_GAME", 5L)]))])),
            new("use_clue", useClue),
            new("use_critic", useCritic),
            new("send_critic_prompt", useCritic),
            new("guesser_prompt", Prompt(resources, useClue, useCritic)),
            new("guesser_critic_prompt", useCritic ? resources.ReadText("critic.en.template") : ""),
            new("lang_keywords", new JsonMap([
                .. resources.ReadTable("keywords.en.txt").Select(word => KeyValuePair.Create(word.Key, (object?)string.Join(", ", word.Items))),
                new("max_word_length", 5L),
                new("agreement_match_keywords_lang", new object?[] { "yes", "no" }),
                new("error_prompt_text", new JsonMap(
                    resources.ReadTable("reminders.en.txt").Select(word => KeyValuePair.Create(word.Key, (object?)string.Join(", ", word.Items))))),
                new("official_words_list", string.Join(' ', words))]))]);
        var variant = useCritic ? "_critic" : useClue ? "_clue" : "";
        return [.. new[] { ("common", common), ("rare", rare) }.Select(list => new ExperimentDraft(
            $"{list.Item1}_en{variant}", settings,
            [.. random.Shuffle(list.Item2).Take(WordsInExperiment).Select(word => new JsonMap([
                new("target_word", word.Key),
                new("target_word_clue", string.Join(", ", word.Items))]))]))];
    }

    private static string Prompt(GameResources resources, bool useClue, bool useCritic)
    {
        var parts = new List<string> { resources.ReadText("guesser.en.template") };
        if (useClue)
            parts.Add(resources.ReadText("guesser.clue.en.template"));
        if (useCritic)
            parts.Add(resources.ReadText("guesser.critic.en.template"));
        parts.Add(resources.ReadText("guesser.end.en.template"));
        return string.Join("\n\n", parts);
    }
}
