using Clembench.HuggingFace.Tokenizers.Normalizers;
using Clembench.HuggingFace.Tokenizers.PreTokenizers;

namespace Clembench.HuggingFace.Tokenizers.Decoders;

/// <summary>One decoder after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> steps) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => steps.Aggregate(tokens, (current, step) => step.Decode(current));
}

/// <summary>Puts all tokens together.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Replaces a pattern in every token.</summary>
internal sealed class ReplaceDecoder(INormalizer replacement) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(replacement.Normalize)];
}

/// <summary>Takes a character away from the start and the end of every token, at most so many times.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(token =>
    {
        var from = 0;
        while (from < token.Length && from < start && token[from] == content)
            from++;
        var to = token.Length;
        while (to > from && token.Length - to < stop && token[to - 1] == content)
            to--;
        return token[from..to];
    })];
}

/// <summary>Writes SentencePiece's visible spaces as spaces; those of the first token, which was given one in front, go.</summary>
internal sealed class MetaspaceDecoder(char replacement, PrependScheme scheme) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select((token, i) =>
        i == 0 && scheme != PrependScheme.Never
            ? token.Replace(replacement.ToString(), "", StringComparison.Ordinal)
            : token.Replace(replacement, ' '))];
}

/// <summary>Puts a space before every token that does not go on with a word.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select((token, i) =>
    {
        if (i > 0)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup ? CleanUp(token) : token;
    })];

    /// <summary>Takes back the spaces that tokenizing English puts before marks and contractions.</summary>
    public static string CleanUp(string text)
    {
        foreach (var (spaced, plain) in (ReadOnlySpan<(string, string)>)
            [
                (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
                (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
            ])
            text = text.Replace(spaced, plain, StringComparison.Ordinal);
        return text;
    }
}

/// <summary>Writes the mark of a word's end as a space, and as nothing at the end of the text.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select((token, i) =>
        suffix.Length == 0 ? token : token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}

/// <summary>The output of connectionist temporal classification: repeated tokens are one, padding goes.</summary>
internal sealed class CtcDecoder(string padding, string wordDelimiter, bool cleanup) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var result = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1])
                continue;
            var text = padding.Length == 0 ? tokens[i] : tokens[i].Replace(padding, "", StringComparison.Ordinal);
            if (cleanup)
            {
                text = WordPieceDecoder.CleanUp(text);
                text = wordDelimiter.Length == 0 ? text : text.Replace(wordDelimiter, " ", StringComparison.Ordinal);
            }
            if (text.Length > 0)
                result.Add(text);
        }
        return result;
    }
}
