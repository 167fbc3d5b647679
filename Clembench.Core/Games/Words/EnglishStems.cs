using Lucene.Net.Tartarus.Snowball.Ext;

namespace Clembench.Games.Words;

/// <summary>Stems of English words: Snowball's English stemmer ("Porter 2"), in Lucene.Net's build of it.</summary>
internal static class EnglishStems
{
    // A stemmer is a machine with state; one for each thread.
    [ThreadStatic]
    private static EnglishStemmer? _stemmer;

    /// <summary>The stem of a word.</summary>
    /// <param name="word">The word, in any case.</param>
    /// <returns>Its stem, in lower case.</returns>
    public static string Of(string word)
    {
        var stemmer = _stemmer ??= new EnglishStemmer();
        stemmer.SetCurrent(word.ToLowerInvariant());
        stemmer.Stem();
        return stemmer.Current;
    }
}
