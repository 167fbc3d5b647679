using Clembench.HuggingFace.Tokenizers.Loading;

namespace Clembench.HuggingFace.Tokenizers.Normalizers;

/// <summary>One normalizer after another.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public string Normalize(string text)
    {
        foreach (var step in steps)
            text = step.Normalize(text);
        return text;
    }

    public bool DropsStart(string text)
    {
        foreach (var step in steps)
        {
            if (step.DropsStart(text))
                return true;
            text = step.Normalize(text);
        }
        return false;
    }
}

/// <summary>
/// Keeps a file whose replacements grow the text again and again from taking all memory: what grows beyond 32 times the
/// text and a million characters is refused.
/// </summary>
internal sealed class GrowthLimit(INormalizer inner, string source) : INormalizer
{
    public bool DropsStart(string text) => inner.DropsStart(text);

    public string Normalize(string text)
    {
        var normalized = inner.Normalize(text);
        return normalized.Length <= 1_000_000 + (32L * text.Length) ? normalized
            : throw TokenizerFault.Limit(source, $"a normalizer makes {normalized.Length} characters of {text.Length}");
    }
}
