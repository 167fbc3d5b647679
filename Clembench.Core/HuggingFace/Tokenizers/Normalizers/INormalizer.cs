namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is split into pieces.</summary>
internal interface INormalizer
{
    /// <summary>The rewritten text.</summary>
    /// <param name="text">UTF-16 text without lone surrogates; what is returned has none either.</param>
    string Normalize(string text);

    /// <summary>
    /// Whether it takes away what a text begins with, so that what is left begins further on in the original. The
    /// pre-tokenizer Metaspace puts its space only in front of what begins where the original does.
    /// </summary>
    bool DropsStart(string text) => false;
}
