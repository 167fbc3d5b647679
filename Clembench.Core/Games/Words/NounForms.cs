using System.Collections.Frozen;

namespace Clembench.Games.Words;

/// <summary>
/// Whether an English noun is a form of another one: by the endings that WordNet's morphological processing takes off
/// nouns (Princeton University, "Morphy", WordNet 3.0 reference manual), and by common irregular plurals. The lexicon
/// that Morphy looks results up in is the other word itself.
/// </summary>
internal static class NounForms
{
    private static readonly (string Ending, string Replacement)[] Endings =
        [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y"), ("ves", "f"), ("ves", "fe")];

    private static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>
    {
        ["children"] = "child",
        ["dice"] = "die",
        ["feet"] = "foot",
        ["geese"] = "goose",
        ["lice"] = "louse",
        ["mice"] = "mouse",
        ["oxen"] = "ox",
        ["people"] = "person",
        ["teeth"] = "tooth",
        ["cacti"] = "cactus",
        ["criteria"] = "criterion",
        ["fungi"] = "fungus",
        ["phenomena"] = "phenomenon",
    }.ToFrozenDictionary();

    /// <summary>Whether two words in lower case are the same noun in one form or another.</summary>
    public static bool AreSame(string word, string other) =>
        word == other || Bases(word).Contains(other) || Bases(other).Contains(word);

    private static IEnumerable<string> Bases(string word)
    {
        if (Irregular.TryGetValue(word, out var singular))
            yield return singular;
        foreach (var (ending, replacement) in Endings)
        {
            if (word.Length > ending.Length && word.EndsWith(ending, StringComparison.Ordinal))
                yield return word[..^ending.Length] + replacement;
        }
    }
}
