using Clembench.Games.Generation;
using Clembench.Json;

namespace Clembench.Games.GuessWhat;

/// <summary>Makes guesswhat's instances: lists of eight words, of four kinds, of two, or of one.</summary>
internal static class GuessWhatInstances
{
    internal const string TwoKinds = "two_kinds_en";

    private const int Candidates = 8;
    private const int Rounds = 8;
    private const int InstancesInExperiment = 20;

    public static IReadOnlyList<ExperimentDraft> Generate(GameResources resources, SeededRandom random)
    {
        var kinds = resources.ReadTable("kinds.en.txt").Select(kind => kind.Items).ToArray();
        var settings = new JsonMap([
            new("max_turns", (long)Rounds),
            new("question_tag", "QUESTION:"),
            new("answer_tag", "ANSWER:"),
            new("guess_tag", "GUESS:"),
            new("answer_variations", new object?[] { "ANSWER: yes", "ANSWER: no", "ANSWER: Yes", "ANSWER: No", "ANSWER: yes.", "ANSWER: no.", "ANSWER: Yes.", "ANSWER: No." }),
            new("letter_based_pattern", @"\bletters?\b|\b(start|begin|end)s? with\b|\bspel(ls?|t|led|ling)\b|\brhymes?\b|\bvowels?\b|\bconsonants?\b"),
            new("direct_guess_pattern", @"^is (it|the (target |secret )?word)\s*['""][^'""]+['""]\s*\?"),
            new("length_question_pattern", @"\bhow long\b|\b(longer|shorter) (than|word)\b|\b(more|less|fewer|exactly)( than)? \w+ (letters?|characters?)\b"),
            new("syllable_question_pattern", @"\bsyllables?\b"),
            new("pos_question_pattern", @"^is (it|the (target |secret )?word) an? (noun|verb|adjective|adverb|pronoun|preposition|conjunction|interjection)\b"),
            new("answerer_initial_prompt", resources.ReadText("answerer.en.template")),
            new("guesser_initial_prompt", resources.ReadText("guesser.en.template"))]);
        return [Make("four_kinds_en", 4), Make(TwoKinds, 2), Make("one_kind_en", 1)];

        ExperimentDraft Make(string name, int count) => new(
            name, settings,
            [.. Enumerable.Range(0, InstancesInExperiment).Select(_ =>
            {
                // The words of a kind stand together, as the kinds are for the guesser to see.
                var words = random.Shuffle(kinds).Take(count).SelectMany(kind => random.Shuffle(kind).Take(Candidates / count)).ToArray();
                return new JsonMap([new("target_word", random.Pick(words)), new("candidate_list", words.ToArray<object?>())]);
            })]);
    }
}
