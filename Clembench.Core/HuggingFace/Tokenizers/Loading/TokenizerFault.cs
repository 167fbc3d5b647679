using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.HuggingFace.Tokenizers.Patterns;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>The errors of tokenizers: what is wrong, where in which file, and what to do.</summary>
internal static class TokenizerFault
{
    /// <summary>A value of a tokenizer.json has the wrong form.</summary>
    public static ClemException Wrong(string source, string path, string cause, Exception? inner = null) => new(
        "Clem.Tokenizer.InvalidFile", ErrorKind.InvalidData, $"{source}: {path}: {cause}.",
        "Take the model's tokenizer.json as it was published, or mend the value at that place.", source, inner);

    /// <summary>A tokenizer.json asks for something that is not known here.</summary>
    public static ClemException Unknown(string source, string path, string cause) => new(
        "Clem.Tokenizer.Unsupported", ErrorKind.NotAvailable, $"{source}: {path}: {cause}.",
        "Tokens cannot be counted for this model; docs/tokenizers.md lists what is known.", source);

    /// <summary>A bound that keeps a hostile file from taking the machine's memory or time.</summary>
    public static ClemException Limit(string source, string what, Exception? inner = null) => new(
        "Clem.Tokenizer.LimitExceeded", ErrorKind.LimitExceeded, $"{source}: {what}.",
        "Shorten the text, or check where the tokenizer comes from: no published one does this.", source, inner);

    /// <summary>Does what the file may make too large or too slow; that is an error that says so.</summary>
    /// <param name="source">The file.</param>
    /// <param name="length">How many characters it is done with.</param>
    /// <param name="action">What is done.</param>
    /// <param name="cancellationToken">Stops it between matches of patterns.</param>
    public static T Bounded<T>(string source, long length, Func<T> action, CancellationToken cancellationToken = default)
    {
        using var allowance = MatchAllowance.Begin(length, cancellationToken);
        try
        {
            return action();
        }
        catch (Models.VocabularyTooLargeException e)
        {
            throw Limit(source, $"its tokens have more than {e.Limit} different beginnings", e);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw Limit(source, "a regular expression of the tokenizer takes too long on this text", e);
        }
    }
}
