using Clembench.Games.Words;

namespace Clembench.Games.GuessWhat;

/// <summary>What an experiment and its instance say about the form of the answers.</summary>
internal sealed class GuessWhatRules
{
    private readonly GameInstance _instance;
    private readonly IReadOnlyList<string> _candidates;
    private readonly string[] _answers;
    private readonly (string Pattern, bool IsAtStart, string Offence)[] _offences;

    private GuessWhatRules(GameInstance instance)
    {
        _instance = instance;
        Target = instance.GetText("target_word");
        _candidates = instance.GetTexts("candidate_list");
        Rounds = instance.GetExperimentNumber("max_turns");
        QuestionTag = instance.GetExperimentText("question_tag");
        GuessTag = instance.GetExperimentText("guess_tag");
        _answers = instance.ExperimentProperties.GetOrDefault<object?[]>("answer_variations")?.OfType<string>().ToArray()
            ?? throw instance.ExperimentLacks("list of texts 'answer_variations'");
        GuesserPrompt = instance.GetExperimentText("guesser_initial_prompt")
            .Replace("$LIST$", ToPythonList(_candidates), StringComparison.Ordinal)
            .Replace("$N$", $"{Rounds - 1}", StringComparison.Ordinal);
        AnswererPrompt = instance.GetExperimentText("answerer_initial_prompt").Replace("$TARGET WORD$", Target, StringComparison.Ordinal);
        _offences =
        [
            (instance.GetExperimentText("letter_based_pattern"), false, "Invalid question. Asking about specific letters or their positions is not allowed."),
            (instance.GetExperimentText("direct_guess_pattern"), true, "Invalid question. Guessing without 'GUESS:' format is not allowed."),
            (instance.GetExperimentText("length_question_pattern"), false, "Invalid question. Asking about the length of the target word is not allowed."),
            (instance.GetExperimentText("syllable_question_pattern"), false, "Invalid question. Asking about the number of syllables is not allowed."),
            (instance.GetExperimentText("pos_question_pattern"), true, "Invalid question. Asking about the part of speech (POS) of the target word is not allowed."),
        ];
    }

    public string Target { get; }

    public int Rounds { get; }

    public string QuestionTag { get; }

    public string GuessTag { get; }

    public string GuesserPrompt { get; }

    public string AnswererPrompt { get; }

    public static GuessWhatRules Of(GameInstance instance) => new(instance);

    /// <summary>What is wrong with the form of a response that is not a guess; null where nothing is.</summary>
    public string? FindFormatProblem(string response)
    {
        if (!response.StartsWith(QuestionTag, StringComparison.Ordinal))
            return "Invalid format. Guesser must use the form 'QUESTION: ' or 'GUESS: '.";
        if (response.IndexOf(QuestionTag, QuestionTag.Length, StringComparison.Ordinal) >= 0)
            return "Multiple questions detected in a single turn.";
        var end = response.IndexOf('?', StringComparison.Ordinal);
        return end >= 0 && end < response.TrimEnd().Length - 1 ? "Invalid format. Question must stop after the question mark." : null;
    }

    /// <summary>What a question asks about that it must not.</summary>
    public IReadOnlyList<string> FindOffences(string response)
    {
        var question = PythonText.AfterTag(response, QuestionTag).ToLowerInvariant();
        return [.. _offences
            .Where(rule => PythonPattern.MatchStart(_instance, rule.IsAtStart ? rule.Pattern : $@"[\s\S]*?(?:{rule.Pattern})", question).Success)
            .Select(rule => rule.Offence)];
    }

    public bool IsAnswer(string response) => _answers.Contains(response);

    /// <summary>The cooperative guesser asks one question, and knows the word then.</summary>
    public string AskCooperatively(bool hasAsked) =>
        hasAsked ? $"{GuessTag} {Target}" : $"{QuestionTag} Does it stand in the first half of the list?";

    public string AnswerCooperatively()
    {
        var word = _candidates.Take(_candidates.Count / 2).Contains(Target) ? "yes" : "no";
        return Array.Find(_answers, answer => answer.Contains(word, StringComparison.OrdinalIgnoreCase)) ?? _answers[0];
    }

    // The list as Python prints it.
    private static string ToPythonList(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(ToPythonText))}]";

    private static string ToPythonText(string word)
    {
        var quote = word.Contains('\'', StringComparison.Ordinal) && !word.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        return quote + word.Replace("\\", @"\\", StringComparison.Ordinal).Replace($"{quote}", $"\\{quote}", StringComparison.Ordinal) + quote;
    }
}
