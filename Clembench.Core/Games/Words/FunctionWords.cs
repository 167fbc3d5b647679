using System.Collections.Frozen;

namespace Clembench.Games.Words;

/// <summary>
/// English words that say little by themselves: articles, pronouns, auxiliaries, prepositions, conjunctions, and a few
/// adverbs. A clue may contain them whatever the word to be guessed is.
/// </summary>
internal static class FunctionWords
{
    private static readonly FrozenSet<string> English = string.Join(' ',
        "a an the this that these those",
        "i me my myself we us our ours ourselves you your yours yourself yourselves",
        "he him his himself she her hers herself it its itself they them their theirs themselves",
        "who whom whose which what when where why how",
        "am is are was were be been being have has had having do does did doing",
        "can could will would shall should may might must",
        "about above after against at before below between by down during for from in into of off on onto out over",
        "through to under until up upon with without",
        "and but or nor if because as while than so",
        "again all any both each few further here just more most no not now once only other own same some such then there",
        "too very").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a word in lower case is one of them.</summary>
    public static bool Contains(string word) => English.Contains(word);
}
