using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Clembench.Json;

namespace Clembench.Games.Wordle;

/// <summary>What an instance and its experiment say about how to play.</summary>
internal sealed class WordleRules
{
    /// <summary>The one problem with a guess after which the guesser is asked again.</summary>
    public const string UnknownWord = "The guessed word is not a valid word for this game.";

    // An experiment's list has thousands of words and serves many episodes: a set of it is made once.
    private static readonly ConditionalWeakTable<object, FrozenSet<string>> WordLists = [];

    private readonly FrozenSet<string> _words;
    private readonly string _formIntroduction;

    private WordleRules(GameInstance instance)
    {
        var experiment = instance.ExperimentProperties;
        var words = experiment.GetOrDefault<JsonMap>("lang_keywords") ?? throw instance.ExperimentLacks("object 'lang_keywords'");
        var texts = words.GetOrDefault<JsonMap>("error_prompt_text") ?? throw instance.ExperimentLacks("object 'error_prompt_text' in 'lang_keywords'");
        var config = experiment.GetOrDefault<JsonMap>("common_config") ?? throw instance.ExperimentLacks("object 'common_config'");

        string Word(string key) => words.GetOrDefault<string>(key) ?? throw instance.ExperimentLacks($"text '{key}' in 'lang_keywords'");
        string Text(string key) => texts.GetOrDefault<string>(key) ?? throw instance.ExperimentLacks($"text '{key}' in 'error_prompt_text'");

        Target = instance.GetText("target_word").Trim().ToLowerInvariant();
        Clue = experiment.GetOrDefault<bool>("use_clue") ? instance.GetText("target_word_clue").Trim() : null;
        HasCritic = experiment.GetOrDefault<bool>("use_critic");
        GuesserPrompt = instance.GetExperimentText("guesser_prompt");
        CriticPrompt = experiment.GetOrDefault<bool>("send_critic_prompt") ? instance.GetExperimentText("guesser_critic_prompt") : null;
        Attempts = config.TryGetValue("n_turns", out var turns) && turns is long and > 0 and < 1000 ? (int)(long)turns
            : throw instance.ExperimentLacks("number 'n_turns' in 'common_config'");
        Retries = config.GetOrDefault<JsonMap>("max_retry_per_error")?.GetOrDefault<long>("NOT_VALID_WORD_FOR_GAME") ?? 0;
        Length = words.TryGetValue("max_word_length", out var length) && length is long count ? count : 5;
        if (Target.Length != Length)
            throw instance.Lacks($"'target_word' of {Length} letters");

        ExplanationTag = Word("explanation_lang");
        GuessTag = Word("guess_lang");
        ClueTag = Word("clue_lang");
        FeedbackTag = Word("guess_feedback_lang");
        AgreementTag = Word("agreement_lang");
        GuessAgreementTag = Word("guess_agreement_lang");
        AgreementExplanationTag = Word("agreement_explanation_lang");
        AgreementWords = words.GetOrDefault<object?[]>("agreement_match_keywords_lang")?.OfType<string>().ToArray() is { Length: > 0 } list
            ? list
            : throw instance.ExperimentLacks("list 'agreement_match_keywords_lang' in 'lang_keywords'");

        _formIntroduction = $"{Text("INVALID_FORMAT")}\n{ExplanationTag} {Word("explanataion_details_lang")}\n";
        GuessForm = $"{_formIntroduction}{GuessTag} {Word("guess_word_lang")}";
        AgreementForm = $"{_formIntroduction}{AgreementTag} {Word("agreement_word_lang")}";
        RetryPrompt = $"{Text("NOT_VALID_WORD_FOR_GAME")} {Text("RETRY")}\n\n{GuessForm}";
        _words = words.GetValueOrDefault("official_words_list") is { } known && known is object?[] or string
            ? WordLists.GetValue(known, static list => ReadWords(list).ToFrozenSet(StringComparer.Ordinal))
            : throw instance.ExperimentLacks("list 'official_words_list' in 'lang_keywords'");
    }

    public string Target { get; }

    /// <summary>The clue; null in an experiment without clues.</summary>
    public string? Clue { get; }

    public bool HasCritic { get; }

    public string GuesserPrompt { get; }

    /// <summary>
    /// What the critic is told first; null where nothing is. clemcore never sends the prompt that its experiments
    /// have for the critic, so it is sent only where <c>send_critic_prompt</c> is true, which is ours.
    /// </summary>
    public string? CriticPrompt { get; }

    public int Attempts { get; }

    /// <summary>How often the guesser may name a word that is not in the list, in a row.</summary>
    public long Retries { get; }

    public long Length { get; }

    public string ExplanationTag { get; }

    public string GuessTag { get; }

    public string ClueTag { get; }

    public string FeedbackTag { get; }

    public string AgreementTag { get; }

    public string GuessAgreementTag { get; }

    public string AgreementExplanationTag { get; }

    public IReadOnlyList<string> AgreementWords { get; }

    /// <summary>The reminder of the guesser's form.</summary>
    public string GuessForm { get; }

    /// <summary>The reminder of the critic's form.</summary>
    public string AgreementForm { get; }

    /// <summary>What the guesser is told after a word that is not in the list.</summary>
    public string RetryPrompt { get; }

    public static WordleRules Of(GameInstance instance) => new(instance);

    /// <summary>What is wrong with a guess; null where nothing is.</summary>
    public string? FindProblem(string guess) =>
        guess.Length == 0 || !guess.All(char.IsLetter) ? "The guess should be a single word and should only contain letters."
        : guess.Length != Length ? $"The length of the guessed word is not {Length}."
        : !_words.Contains(guess) ? UnknownWord
        : null;

    /// <summary>What is wrong with an agreement; null where nothing is.</summary>
    public string? FindAgreementProblem(string agreement) =>
        agreement.Length == 0 || !agreement.All(char.IsLetter) ? "The agreement should be a single word and should only contain letters."
        : !AgreementWords.Contains(agreement) ? $"The agreement should be one of the following: [{string.Join(", ", AgreementWords.Select(word => $"'{word}'"))}]"
        : null;

    // A list, as clembench's files have it, or one text with blanks between the words, as ours do.
    private static IEnumerable<string> ReadWords(object list) =>
        list is string text ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : ((object?[])list).OfType<string>();

    /// <summary>The note about an attempt.</summary>
    public string DescribeAttempt(int attempt, string guess, string feedback) =>
        $"attempts = {attempt}\ntarget_word = {Target}\n{(Clue is null ? "" : $"target_word_clue = {Clue}\n")}guess = {guess}\nguess_feedback = {feedback}";
}
