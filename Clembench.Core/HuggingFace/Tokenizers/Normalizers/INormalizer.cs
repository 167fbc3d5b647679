namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is split into pieces.</summary>
internal interface INormalizer
{
    /// <summary>The rewritten text.</summary>
    /// <param name="text">UTF-16 text without lone surrogates; what is returned has none either.</param>
    string Normalize(string text);
}
